"""The application form through HTTP: saved, resumed, sent, changed, refused, and silent about whom we know."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from portal.core import audit, formats
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions import places
from programs.mail_places import place_token
from programs.models import Application, Cohort, InterestRound, Invoicing, Place
from programs.states import CohortState, PlaceState
from tests.programs.applying import (
    ANSWERS,
    EMAIL,
    FILLED,
    OPEN,
    SAVE,
    SEND,
    hidden_fields,
    invited,
    letters,
    link_in,
    load_some_organisations,
    open_round,
    save,
    send,
    shown,
)
from tests.programs.interest import errors, solve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def cohort() -> Cohort:
    load_some_organisations()
    return open_round()


def personal(place: Place) -> str:
    return f"/program/ansokan/{place_token(place)}/"


# --- The open form ---------------------------------------------------------------------------------------------------
def test_sent_at_once_it_is_one_place_one_mail_and_a_receipt(client: Client) -> None:
    response = send(client)

    assert response.status_code == 303, errors(response)
    place = Place.objects.select_related("application", "invoicing").get()
    assert (place.state, place.name, place.email, place.organisation_id) == ("applied", FILLED["name"], EMAIL, "0180")
    assert (place.role, place.side, place.phone_e164) == ("kso", "majority", "+46701740605")
    told = place.application
    assert (told.in_office_since, told.extent, told.challenge) == (2022, "full_time", ANSWERS["challenge"])
    assert (told.assistant_name, told.assistant_email) == ("Bo Ek", "bo.ek@kommun.example")
    assert (told.captcha_outcome, told.delete_after) == ("no_script", place.delete_after)
    paid = place.invoicing
    assert (paid.organisation_number, paid.by, paid.peppol_id) == ("212000-0142", "peppol", "0007:2120000142")
    assert (paid.reference, paid.participant, paid.organisation_id) == ("ZZ100", FILLED["name"], "0180")
    assert letters() == ["programs/place_applied"]
    assert list(AuditEvent.objects.about(place).values_list("event", flat=True)) == ["programs.place_applied"]
    page = client.get(response.headers["Location"]).content.decode()
    assert "Tack! Vi har tagit emot din ansökan" in page
    assert place.reference in page
    for private in (FILLED["name"], EMAIL, ANSWERS["challenge"], "ZZ100"):
        assert private not in page


def test_the_same_form_twice_is_one_place_and_one_mail(client: Client) -> None:
    fields = {**hidden_fields(client), **FILLED, **SEND, "altcha": solve("application")}

    first, second = client.post(OPEN, fields), client.post(OPEN, fields)

    assert second.headers["Location"] == first.headers["Location"] + "?igen=1"
    assert Place.objects.count() == Application.objects.count() == 1
    assert letters() == ["programs/place_applied"]


def test_a_proof_counts_for_one_application(client: Client) -> None:
    proof = solve("application")
    send(client, altcha=proof)

    response = send(client, altcha=proof, email="annan@kommun.example")

    assert response.status_code == 422
    assert set(errors(response)) == {"altcha"}
    assert Place.objects.count() == 1


def test_the_same_form_with_another_content_changes_what_was_sent(client: Client) -> None:
    fields = {**hidden_fields(client), **FILLED, **SEND}
    client.post(OPEN, fields)

    client.post(OPEN, {**fields, "challenge": "En annan utmaning.", "email": "asa@kommun.example"})

    place = Place.objects.get()
    assert (place.application.challenge, place.email, place.state) == (
        "En annan utmaning.",
        "asa@kommun.example",
        "applied",
    )
    # The mended address has had no confirmation yet: it gets that, and not word of a change alone.
    assert letters() == ["programs/place_applied", "programs/place_applied"]
    assert letters(to_email="asa@kommun.example") == ["programs/place_applied"]
    newest = OutgoingMail.objects.latest("pk")
    assert newest.to_email == "asa@kommun.example"


def test_a_robot_sees_a_receipt_and_nothing_is_stored(client: Client) -> None:
    response = send(client, webbplats="http://spam.example")

    assert response.status_code == 303
    assert re.search(r"SAM-\w{4}-\w{4}", client.get(response.headers["Location"]).content.decode())
    assert Place.objects.count() == OutgoingMail.objects.count() == 0


def test_too_many_posts_from_one_address_have_to_wait(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(1, 60)]
    send(client)
    response = send(client, email="annan@kommun.example")
    assert (response.status_code, Place.objects.count()) == (429, 1)


# --- Saved on the way ------------------------------------------------------------------------------------------------
def test_a_draft_needs_three_things_and_comes_back_by_the_link_in_the_mail(client: Client) -> None:
    response = save(client, name="Åsa", email=EMAIL, organisation="0180", challenge="Halvvägs", reference="ZZ")

    assert response.status_code == 303, errors(response)
    place = Place.objects.get()
    assert (place.state, letters()) == ("started", ["programs/place_started"])
    assert "Utkastet är sparat" in client.get(response.headers["Location"]).content.decode()
    link = link_in(OutgoingMail.objects.get())
    again = shown(Client().get(link))
    assert (again["name"], again["challenge"], again["reference"]) == ("Åsa", "Halvvägs", "ZZ")
    assert Client().head(link).status_code == 200
    assert Place.objects.get().state == "started"


def test_a_draft_without_an_address_says_what_is_missing(client: Client) -> None:
    response = save(client, challenge="Halvvägs")

    assert response.status_code == 422
    assert set(errors(response)) == {"name", "email", "organisation"}
    assert shown(response)["challenge"] == "Halvvägs"


def test_a_draft_is_sent_from_another_device(client: Client) -> None:
    save(client, name="Åsa", email=EMAIL, organisation="0180")
    link = link_in(OutgoingMail.objects.get())
    phone = Client()

    early = phone.post(link, {"name": "Åsa", "organisation": "0180", **SEND})
    later = phone.post(link, {**ANSWERS, **SEND})

    wanted = {"role", "in_office_since", "extent", "side", "challenge", "organisation_number", "by"}
    assert (early.status_code, set(errors(early))) == (422, wanted)
    assert later.status_code == 303
    assert Place.objects.get().state == "applied"
    assert letters() == ["programs/place_started", "programs/place_applied"]
    assert "Tack! Vi har tagit emot din ansökan" in phone.get(later.headers["Location"]).content.decode()


def test_saved_and_then_sent_from_the_same_form(client: Client) -> None:
    fields = {**hidden_fields(client), **FILLED}
    client.post(OPEN, {**fields, **SAVE})
    client.post(OPEN, {**fields, **SEND})

    assert Place.objects.get().state == "applied"
    assert letters() == ["programs/place_started", "programs/place_applied"]


# --- Behind the personal link ----------------------------------------------------------------------------------------
def test_an_invitation_is_answered_saved_sent_and_changed(client: Client, cohort: Cohort) -> None:
    place = invited(cohort, phone="08-123 45 67", role="rso")
    link = personal(place)
    first = shown(client.get(link))
    assert (first["name"], first["phone"], first["role"], first["organisation"]) == (
        place.name,
        "08-123 45 67",
        "rso",
        "0180",
    )

    saved = client.post(link, {"name": "Åsa", "organisation": "0180", "challenge": "Halv", **SAVE})
    assert saved.headers["Location"] == f"{link}?sparat=1"
    assert "Utkastet är sparat" in client.get(saved.headers["Location"]).content.decode()
    assert Place.objects.get().state == "invited"
    client.post(link, {**ANSWERS, **SEND})
    assert Place.objects.get().state == "applied"
    client.post(link, {**ANSWERS, **SEND, "reference": "ZZ200"})

    assert Invoicing.objects.get().reference == "ZZ200"
    events = list(AuditEvent.objects.about(place).order_by("pk").values_list("event", flat=True))
    assert events == [
        f"programs.{name}" for name in ("place_invited", "application_saved", "place_applied", "application_changed")
    ]
    assert letters(letter__startswith="programs/app") == ["programs/application_changed"]


def test_pressing_send_twice_behind_the_link_is_once(client: Client, cohort: Cohort) -> None:
    place = invited(cohort)
    for _twice in range(2):
        assert client.post(personal(place), {**ANSWERS, **SEND}).status_code == 303
    assert letters(letter="programs/place_applied") == ["programs/place_applied"]
    assert letters(letter="programs/application_changed") == []


def test_second_thoughts_open_the_form_again(client: Client, cohort: Cohort) -> None:
    place = invited(cohort)
    client.post(personal(place), {**ANSWERS, **SEND})
    places.not_admit(place, by=audit.SYSTEM)

    client.post(personal(place), {**ANSWERS, **SEND})

    assert Place.objects.get().state == "applied"


def test_an_altered_link_is_not_found(client: Client, cohort: Cohort) -> None:
    link = personal(invited(cohort))
    swapped = link[:-3] + ("A" if link[-3] != "A" else "B") + link[-2:]
    assert client.get(swapped).status_code == client.post(swapped, {**ANSWERS, **SEND}).status_code == 404


def test_what_the_person_told_before_is_filled_in(client: Client, cohort: Cohort) -> None:
    send(client)
    later = open_next(cohort)
    place = invited(later, role="")

    found = shown(client.get(personal(place)))

    assert (found["phone"], found["role"], found["in_office_since"], found["extent"]) == (
        ANSWERS["phone"],
        "kso",
        "2022",
        "full_time",
    )
    assert (found["organisation_number"], found["reference"]) == ("212000-0142", "ZZ100")
    assert (found["assistant_name"], found["challenge"]) == ("Bo Ek", "")


def open_next(cohort: Cohort) -> Cohort:
    return Cohort.objects.create(programme=cohort.programme, year=2028, state=CohortState.APPLICATION_OPEN)


# --- Nobody learns whom we know --------------------------------------------------------------------------------------
def test_an_address_that_has_a_place_gets_a_mail_and_the_page_tells_nothing(client: Client, cohort: Cohort) -> None:
    first = client.get(send(client).headers["Location"]).content.decode()
    known = Place.objects.get()

    response = send(Client(), email="ASA.LIND@Kommun.Example", name="Någon Annan", challenge="Annat")

    second = client.get(response.headers["Location"]).content.decode()
    repeat = Place.objects.get(state=PlaceState.STARTED)
    same = second.replace(repeat.reference, known.reference).replace(str(repeat.pk), str(known.pk))
    assert same == first
    known.refresh_from_db()
    assert (known.name, known.application.challenge) == (FILLED["name"], ANSWERS["challenge"])
    mail = OutgoingMail.objects.get(letter="programs/application_repeated")
    assert mail.to_email == EMAIL
    assert repeat.reference in mail.text_body
    assert "Annat" not in mail.text_body
    assert link_in(mail).startswith("/program/plats/")


def test_somebody_invited_who_uses_the_open_form_goes_on_behind_their_own_link(client: Client, cohort: Cohort) -> None:
    place = invited(cohort)
    send(client)

    link = link_in(OutgoingMail.objects.get(letter="programs/application_repeated"))

    assert link == personal(place)
    found = shown(Client().get(link))
    assert (found["challenge"], found["reference"]) == (ANSWERS["challenge"], "ZZ100")


# --- When it is closed -----------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "closed",
    [
        {"state": CohortState.CLOSED},
        {"application_is_public": False},
        {"application_closes_at": timezone.now() - timedelta(seconds=1)},
        {"last_application_date": timezone.localdate() - timedelta(days=1)},
    ],
)
def test_a_closed_open_form_is_a_friendly_page(client: Client, cohort: Cohort, closed: dict[str, object]) -> None:
    fields = {**hidden_fields(client), **FILLED, **SEND}
    Cohort.objects.filter(pk=cohort.pk).update(**closed)

    for response in (client.get(OPEN), client.post(OPEN, fields)):
        assert response.status_code == 200
        assert "Ansökan är stängd" in response.content.decode()
    assert Place.objects.count() == 0


def test_before_it_opens_the_page_says_when(client: Client, cohort: Cohort) -> None:
    opens = datetime(2027, 3, 1, 9, 0, tzinfo=formats.STOCKHOLM)
    Cohort.objects.filter(pk=cohort.pk).update(
        state=CohortState.INTEREST_OPEN, application_opens_at=opens, **in_round()
    )
    page = client.get(OPEN).content.decode()
    assert "Ansökan har inte öppnat än" in page
    assert "1 mars 2027 klockan 09.00" in page


def in_round() -> dict[str, object]:
    return {"interest_round": InterestRound.objects.get_or_create(year=2027)[0]}


def test_a_personal_link_after_the_round_says_what_holds(client: Client, cohort: Cohort) -> None:
    waiting, sent = invited(cohort), invited(cohort, "bo@kommun.example")
    client.post(personal(sent), {**ANSWERS, **SEND})
    Cohort.objects.filter(pk=cohort.pk).update(state=CohortState.CLOSED)

    assert "Ansökan är stängd" in client.get(personal(waiting)).content.decode()
    assert "Din ansökan har kommit in" in client.get(personal(sent)).content.decode()
    assert client.post(personal(waiting), {**ANSWERS, **SEND}).status_code == 200
    assert Place.objects.get(pk=waiting.pk).state == "invited"


def test_the_programmes_page_leads_to_the_open_form_and_only_to_that(client: Client, cohort: Cohort) -> None:
    def links() -> list[str]:
        page = BeautifulSoup(client.get("/program/ledarprogram/").content, "html.parser")
        return [str(link["href"]) for link in page.select("main a") if "ansokan" in str(link["href"])]

    assert links() == [OPEN]
    Cohort.objects.update(application_is_public=False)
    assert links() == []


def test_an_unknown_programme_is_not_found(client: Client) -> None:
    assert client.get("/program/finns-inte/ansokan/").status_code == 404
    assert client.get("/program/ansokan/kvitto/6f2a7a1e-0000-4000-8000-000000000000/").status_code == 404
