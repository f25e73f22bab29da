"""Orders through HTTP: what the form keeps and refuses, what a repeat leads to, what the mail says."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from media_catalog.actions.publishing import unpublish
from media_catalog.models import MediaItem, Order, OrderTally
from media_catalog.queries.orders import hash_of
from media_catalog.states import OrderState
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from portal.core.personal_data import purge_expired
from tests.media_catalog.ordering import (
    BASE,
    FORM,
    hidden_fields,
    link_in,
    load_organisation_rows,
    make_film,
    newest_mail,
    only,
    order,
)
from tests.programs.interest import errors, solve

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _films() -> None:
    load_organisation_rows()
    make_film(1)
    make_film(2)


def counts() -> tuple[int, int]:
    return Order.objects.count(), OutgoingMail.objects.count()


def tallied() -> dict[tuple[str, str], int]:
    return {(row.film.slug, row.orderer): row.number for row in OrderTally.objects.select_related("film") if row.number}


@pytest.mark.usefixtures("in_haste")
def test_an_order_is_one_row_one_line_and_one_mail_with_a_link(client: Client) -> None:
    response = order(client, films=["film-1", "film-2"])

    row = only()
    assert response.status_code == 303
    assert response.headers["Location"] == f"/film-och-podd/bestall/kvitto/{row.pk}/"
    assert (row.name, row.email, row.purpose) == (BASE["name"], BASE["email"], BASE["purpose"])
    assert (row.organisation_id, row.flags, row.state) == ("0180", ["captcha_no_script", "haste"], OrderState.ACTIVE)
    assert sorted(film.slug for film in row.films.all()) == ["film-1", "film-2"]
    assert list(AuditEvent.objects.about(row).values_list("event", flat=True)) == ["media_catalog.order_placed"]
    mail = OutgoingMail.objects.get()
    assert (mail.to_email, mail.letter, mail.secret) == (BASE["email"], "media_catalog/films_ordered", True)
    assert "Att styra tillsammans 1" in mail.text_body
    assert link_in(mail) in mail.html_body


def test_the_token_is_in_the_mail_and_only_its_hash_in_the_table(client: Client) -> None:
    order(client)
    token = link_in(newest_mail()).split("/")[-2]
    link = only().links.get()
    assert (len(token), link.token_hash) == (48, hash_of(token))
    assert token not in str(list(Order.objects.values()) + list(AuditEvent.objects.values()))


def test_nothing_that_was_typed_is_in_the_mail(client: Client) -> None:
    order(client, name="Köp billigt på bluff.example")
    mail = newest_mail()
    for typed in ("bluff.example", BASE["purpose"]):
        assert typed not in mail.text_body + mail.html_body + mail.subject


def test_the_receipt_has_the_reference_and_no_personal_data(client: Client) -> None:
    page = client.get(order(client).headers["Location"])
    text = page.content.decode()
    assert only().reference in text
    for private in (BASE["name"], BASE["email"], BASE["purpose"], "Stockholms", "bestallning/"):
        assert private not in text


def test_a_made_up_receipt_is_not_found(client: Client) -> None:
    assert client.get(f"/film-och-podd/bestall/kvitto/{uuid.uuid4()}/").status_code == 404


def test_a_receipt_belongs_to_its_own_page(client: Client) -> None:
    order(client)
    assert client.get(f"/mentorprogram/kvitto/{only().pk}/").status_code == 404


def test_the_same_form_sent_again_leads_to_the_same_receipt_and_one_mail(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    first, second = client.post(FORM, fields), client.post(FORM, fields)
    assert second.headers["Location"] == f"{first.headers['Location']}?igen=1"
    assert counts() == (1, 1)
    assert "Vi har redan tagit emot" in client.get(second.headers["Location"]).content.decode()
    assert tallied() == {("film-1", "kommun"): 1}


def test_a_mended_address_gets_the_link_and_the_old_link_opens_nothing(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    old = link_in(newest_mail())
    client.post(FORM, {**fields, "email": "ratt@region.example", "organisation": "09", "films": ["film-2"]})
    assert (counts(), only().email, newest_mail().to_email) == ((1, 2), "ratt@region.example", "ratt@region.example")
    assert client.get(old).status_code == 404
    assert client.get(link_in(newest_mail())).status_code == 200
    assert tallied() == {("film-2", "region"): 1}
    assert [film.slug for film in only().films.all()] == ["film-2"]


def test_a_proof_counts_once(client: Client) -> None:
    proof = solve("film-order")
    assert order(client, altcha=proof).status_code == 303
    again = order(client, altcha=proof)
    assert (again.status_code, list(errors(again)), counts()) == (422, ["altcha"], (1, 1))


def test_a_proof_of_another_form_does_not_count(client: Client) -> None:
    response = order(client, altcha=solve("interest"))
    assert (response.status_code, counts()) == (422, (0, 0))


def test_a_robot_gets_a_receipt_and_nothing_is_kept(client: Client) -> None:
    response = order(client, webbplats="http://spam.example")
    assert (response.status_code, counts()) == (303, (0, 0))
    assert client.get(response.headers["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("changes", "wrong"),
    [
        ({"films": []}, "films"),
        ({"films": ["film-3"]}, "films"),
        ({"films": ["film-1", "<b>"]}, "films"),
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"email": "asa"}, "email"),
        ({"email": "a@b.se\r\nBcc: c@d.se"}, "email"),
        ({"organisation": "9999"}, "organisation"),
        ({"organisation": "Stockholm"}, "organisation"),
        ({"other_organisation": "x" * 201}, "other_organisation"),
        ({"purpose": "x" * 2001}, "purpose"),
        ({"purpose": "a\x00b"}, "purpose"),
    ],
)
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_kept(
    client: Client, changes: dict[str, object], wrong: str
) -> None:
    response = order(client, **changes)
    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, list(errors(response)), counts()) == (422, [wrong], (0, 0))
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    assert page.select_one(".error-summary a") is not None


@pytest.mark.parametrize(
    ("organisation", "other", "orderer"),
    [("0180", "", "kommun"), ("09", "", "region"), ("", "Högskolan Väst", "annan"), ("", "", "okand")],
)
def test_where_somebody_comes_from_is_theirs_to_say(
    client: Client, organisation: str, other: str, orderer: str
) -> None:
    assert order(client, organisation=organisation, other_organisation=other).status_code == 303
    assert tallied() == {("film-1", orderer): 1}


def test_a_link_to_the_form_chooses_its_film(client: Client) -> None:
    def checked(query: str) -> list[str]:
        page = BeautifulSoup(client.get(f"{FORM}?film={query}").content, "html.parser")
        return [str(box["value"]) for box in page.select("input[name=films][checked]")]

    assert [checked("film-2"), checked("nej"), checked("<b>")] == [["film-2"], [], []]


def test_without_a_film_there_is_no_form_but_a_way_on(client: Client) -> None:
    for film in MediaItem.objects.all():
        unpublish(film, by=audit.SYSTEM)
    page = BeautifulSoup(client.get(FORM).content, "html.parser")
    assert page.select("form.form, input[name=films]") == []
    assert "Just nu finns ingen lång film att beställa" in page.get_text()


def test_too_many_orders_from_one_address_wait(client: Client, settings: Settings) -> None:
    settings.FORM_RATE_LIMITS = [(1, 60)]
    assert order(client).status_code == 303
    response = order(client)
    assert (response.status_code, response.has_header("Retry-After"), counts()) == (429, True, (1, 1))


def test_the_tally_names_nobody_and_outlives_the_order(client: Client) -> None:
    order(client)
    day_after = only().delete_after + timedelta(days=1)
    purge_expired(day_after)
    assert (counts(), tallied()) == ((0, 0), {("film-1", "kommun"): 1})


# --- Process leading and the mentor programme ------------------------------------------------------------------------
HELP = {"name": BASE["name"], "email": BASE["email"], "phone": "070-174 06 05", "organisation": "0180"}


@pytest.mark.parametrize(("path", "kind"), [("/processledning/", "process_leading"), ("/mentorprogram/", "mentor")])
def test_a_request_is_kept_confirmed_and_told_to_staff(
    client: Client, settings: Settings, path: str, kind: str
) -> None:
    settings.STAFF_EMAILS = ["skr@skr.example"]
    response = client.post(path, {**hidden_fields(client, path), **HELP, "purpose": "Vi har ny ledning."})
    row = only()
    assert (response.status_code, response.headers["Location"]) == (303, f"{path}kvitto/{row.pk}/")
    assert (row.kind, row.phone, row.purpose, row.links.count()) == (kind, HELP["phone"], "Vi har ny ledning.", 0)
    confirmation, notice = OutgoingMail.objects.order_by("pk")
    assert (confirmation.to_email, notice.to_email) == (BASE["email"], "skr@skr.example")
    assert "Vi har ny ledning." not in confirmation.text_body + notice.text_body
    assert f"/admin/media_catalog/order/{row.pk}/change/" in notice.text_body
    receipt = client.get(response.headers["Location"]).content.decode()
    assert row.reference in receipt
    assert "länk som är din egen" not in receipt


def test_a_request_with_errors_is_shown_again(client: Client) -> None:
    response = client.post("/mentorprogram/", {**hidden_fields(client, "/mentorprogram/"), **HELP, "name": ""})
    assert (response.status_code, list(errors(response)), counts()) == (422, ["name"], (0, 0))
