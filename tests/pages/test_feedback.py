"""The feedback question through HTTP: anonymous, about pages of ours only, and with a second step after a no."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import TYPE_CHECKING

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal.pages.models import FeedbackAnswer
from portal.pages.models.feedback import page_name
from portal.pages.queries import FeedbackCount, feedback_counts, page_key_of
from tests.media_catalog.builders import make_film
from tests.pages.visitors import soup

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

pytestmark = pytest.mark.usefixtures("pages")


def answer(client: Client, helpful: str = "ja", path: str = "/uppdraget/") -> Response:
    return client.post(reverse("feedback"), {"path": path, "helpful": helpful})


def only() -> FeedbackAnswer:
    return FeedbackAnswer.objects.get()


def test_the_question_at_the_foot_posts_what_the_form_wants(client: Client) -> None:
    form = soup(client.get(reverse("mission"))).select_one("form.feedback")
    assert form is not None
    path = form.select_one("input[name=path]")
    buttons = form.select("button[name=helpful]")

    assert path is not None
    assert (form["action"], path["value"]) == (reverse("feedback"), "/uppdraget/")
    assert [button["value"] for button in buttons] == ["ja", "nej"]


@pytest.mark.parametrize(("word", "helpful"), [("ja", True), ("nej", False)])
def test_an_answer_is_kept_and_thanked_for(client: Client, word: str, helpful: bool) -> None:
    response = answer(client, word)

    assert (only().page_key, only().helpful, only().comment) == ("mission", helpful, "")
    assert (response.status_code, response.headers["Location"]) == (303, reverse("feedback_thanks", args=[only().pk]))
    asks = soup(client.get(response.headers["Location"])).select("textarea[name=comment]")
    assert bool(asks) is not helpful


def test_what_was_missing_is_kept_once_without_personal_numbers(client: Client) -> None:
    thanks = answer(client, "nej").headers["Location"]

    first = client.post(thanks, {"comment": "Jag, 19121212-1212, saknar priset"})
    client.post(thanks, {"comment": "Något annat"})

    assert (first.status_code, first.headers["Location"]) == (303, thanks)
    assert only().comment == "Jag, ••••••-••••, saknar priset"
    assert b"saknar priset" not in client.get(thanks).content


def test_a_yes_takes_no_comment(client: Client) -> None:
    client.post(answer(client, "ja").headers["Location"], {"comment": "Bra"})

    assert only().comment == ""


def test_the_second_question_closes_after_a_day(client: Client) -> None:
    with time_machine.travel(dt.datetime(2026, 11, 20, 12, tzinfo=dt.UTC), tick=False):
        thanks = answer(client, "nej").headers["Location"]
    with time_machine.travel(dt.datetime(2026, 11, 21, 12, 1, tzinfo=dt.UTC), tick=False):
        client.post(thanks, {"comment": "För sent"})

    assert only().comment == ""


@pytest.mark.parametrize("comment", ["", "å" * 1001, "a\0b"])
def test_a_comment_that_cannot_be_kept_is_shown_again(client: Client, comment: str) -> None:
    response = client.post(answer(client, "nej").headers["Location"], {"comment": comment})

    page = soup(response)
    assert response.status_code == 422
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    assert only().comment == ""


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"path": "/uppdraget/"},
        {"path": "/uppdraget/", "helpful": "kanske"},
        {"helpful": "ja"},
        {"path": "/finns-inte/", "helpful": "ja"},
        {"path": "https://evil.example/", "helpful": "ja"},
        {"path": "//evil.example/", "helpful": "ja"},
        {"path": "/admin/", "helpful": "ja"},
        {"path": "/halsa/live", "helpful": "ja"},
        {"path": "/program/finns-inte/", "helpful": "ja"},
        {"path": "/" + "a" * 600, "helpful": "ja"},
        {"path": "/uppdraget/\0", "helpful": "ja"},
    ],
)
def test_anything_else_is_refused_in_plain_words(client: Client, fields: dict[str, str]) -> None:
    response = client.post(reverse("feedback"), fields)

    assert response.status_code == 422
    assert b"evil.example" not in response.content
    assert not FeedbackAnswer.objects.exists()


def test_a_programme_is_judged_by_its_own_name() -> None:
    assert page_key_of("/program/toppolitikerprogrammet/") == "programme:toppolitikerprogrammet"


def test_a_film_is_judged_by_its_own_name() -> None:
    make_film(slug="om-att-styra")
    assert page_key_of("/film-och-podd/om-att-styra/") == "media_item:om-att-styra"
    assert page_name("media_item:om-att-styra") == "Film och podd: om-att-styra"
    assert page_key_of("/film-och-podd/finns-inte/") is None


def test_every_public_page_that_asks_takes_the_answer(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(1000, 60)]
    make_film(slug="om-styrning")
    pages = re.findall(r"<loc>https?://[^/]+(/[^<]*)</loc>", client.get(reverse("sitemap")).content.decode())
    asking = []
    for page in pages:
        field = soup(client.get(page)).select_one("form.feedback input[name=path]")
        if field is not None:
            asking.append(page)
            assert (page, answer(client, path=str(field["value"])).status_code) == (page, 303)

    assert FeedbackAnswer.objects.count() == len(asking)
    assert {"/", "/program/", "/program/toppolitikerprogrammet/", "/film-och-podd/", "/film-och-podd/om-styrning/"} <= {
        *asking
    }


def test_a_receipt_leaves_no_trace_of_whose_it_is() -> None:
    assert page_key_of(reverse("contact_receipt", args=[uuid.uuid4()])) == "contact_receipt"


@given(path=st.text(max_size=80).map(lambda text: f"/{text}"))
def test_no_path_is_kept_as_it_was_sent(path: str) -> None:
    key = page_key_of(path)

    assert key is None or "/" not in key


def test_too_many_answers_have_to_wait(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(2, 60)]

    refused = [answer(client).status_code for _time in range(3)]

    assert refused == [303, 303, 429]


def test_only_a_post_answers(client: Client) -> None:
    assert client.get(reverse("feedback")).headers["Location"] == reverse("start")
    assert client.get(reverse("feedback_thanks", args=[uuid.uuid4()])).status_code == 404


def test_staff_sees_the_least_helpful_page_first(client: Client) -> None:
    for word, path in [("ja", "/"), ("nej", "/uppdraget/"), ("ja", "/uppdraget/"), ("nej", "/uppdraget/")]:
        answer(client, word, path)

    assert feedback_counts() == [FeedbackCount("Uppdraget", 1, 2), FeedbackCount("Startsidan", 1, 0)]
