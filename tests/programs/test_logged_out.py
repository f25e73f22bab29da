"""A page of one's own that outlives its log-in: what was typed comes back to be copied, and nothing is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from programs import my_urls
from programs.models import ChallengeNote, Place
from programs.states import PlaceState
from tests.logged_out_page import shown, way_back
from tests.programs.places import make_place, make_round
from tests.two_windows import Window

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Answer

pytestmark = pytest.mark.django_db
OWN = "Det som ingen annan får se.\nInte ens av misstag."
NOTES = {"private_text": OWN, "shared_text": "Ja"}


@pytest.fixture
def place() -> Place:
    return make_place(make_round(10), PlaceState.PARTICIPANT, email="deltagare@kommun.example")


def in_(place: Place, client: Client) -> Client:
    client.force_login(place.user or pytest.fail("no account"))
    return client


def step(place: Place) -> str:
    return reverse("my_challenge_step", args=[place.pk, 1])


@pytest.mark.parametrize("way_out", ["logged out in another tab", "the session has run out"])
def test_what_was_typed_comes_back_with_its_names_and_nothing_is_saved(place: Place, way_out: str) -> None:
    client = in_(place, Client(enforce_csrf_checks=True))
    window = Window(client, step(place))
    if way_out == "the session has run out":
        del client.cookies[settings.SESSION_COOKIE_NAME]
    else:
        token = Window(client, reverse("my_place", args=[place.pk])).fields["csrfmiddlewaretoken"]
        client.post(reverse("account_logout"), {"csrfmiddlewaretoken": token})

    assert window.save(**NOTES) == 401

    # Which of the two is private must be as plain as it was.
    assert shown(window.page) == [("Egna anteckningar", OWN), ("Det jag vill dela med kullen", "Ja")]
    assert way_back(window.page) == step(place)
    assert "no-store" in window.page.headers["Cache-Control"]
    assert not ChallengeNote.objects.exists()


def test_it_goes_into_no_address_log_or_session(place: Place, caplog: pytest.LogCaptureFixture) -> None:
    client = Client()

    answer = client.post(step(place), NOTES)

    assert quote("misstag") not in way_back(answer)
    assert "misstag" not in caplog.text
    assert not client.cookies


def test_every_address_of_ones_own_pages_gives_back_what_is_posted_to_it(place: Place) -> None:
    values: dict[str, object] = {"pk": place.pk, "step": 1}
    addresses = [
        reverse(str(pattern.name), kwargs={name: values[name] for name in pattern.pattern.converters})
        for pattern in my_urls.urlpatterns
    ]
    assert len(addresses) >= 10

    answers = {address: Client().post(address, {"falt": "Mina egna ord"}) for address in addresses}

    assert {answer.status_code for answer in answers.values()} == {401}
    assert {tuple(shown(answer)) for answer in answers.values()} == {(("Det du skrev", "Mina egna ord"),)}
    back = in_(place, Client())
    assert [way for answer in answers.values() if back.get(way := way_back(answer)).status_code == 405] == []


@pytest.mark.parametrize(
    ("name", "data", "way"),
    [
        ("my_cohort", {"visas": "ja"}, "my_cohort"),
        ("renew_my_calendar", {}, "my_place"),
        ("my_challenge", {}, "my_challenge"),
    ],
)
def test_a_mere_button_leads_to_log_in_and_then_to_a_page_that_is_there(
    place: Place, name: str, data: dict[str, str], way: str
) -> None:
    answer = Client().post(reverse(name, args=[place.pk]), data)

    assert (answer.status_code, answer.content) == (302, b"")
    assert answer.headers["Location"] == f"{reverse('account_login')}?next={reverse(way, args=[place.pk])}"


# --- A page from before a new log-in ---------------------------------------------------------------------------------
def old_page_after_a_new_log_in(place: Place, **headers: str) -> Answer:
    client = in_(place, Client(enforce_csrf_checks=True))
    window = Window(client, step(place))
    client.cookies.pop(settings.CSRF_COOKIE_NAME)
    client.get(step(place))
    return client.post(step(place), {**window.fields, **NOTES}, headers=headers)


def test_an_old_page_is_told_how_to_keep_the_text_and_the_text_is_not_sent_back(place: Place) -> None:
    """Who is logged in now may be somebody else."""
    answers = [old_page_after_a_new_log_in(place), old_page_after_a_new_log_in(place, Origin="http://testserver")]

    assert [answer.status_code for answer in answers] == [403, 403]
    for page in (answer.content.decode() for answer in answers):
        assert "Inget har sparats." in page
        assert "när du har loggat in på nytt i en annan flik" in page
        assert "Gå tillbaka med webbläsarens bakåtknapp." in page
        assert "misstag" not in page
    assert not ChallengeNote.objects.exists()
