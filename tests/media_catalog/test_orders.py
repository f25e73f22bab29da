"""Orders through HTTP: what the form keeps and refuses, what a repeat leads to, what the mail says."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from pytest_django import Settings

from media_catalog.actions.orders import mark_order_handled, withdraw_order
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


def title_and_heading(client: Client, path: str) -> tuple[str, str]:
    page = BeautifulSoup(client.get(path).content, "html.parser")
    assert page.title is not None
    assert page.h1 is not None
    return page.title.get_text().split(" | ")[0].strip(), page.h1.get_text(strip=True)


def test_the_receipt_of_a_change_says_that_it_is_saved(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    first = client.post(FORM, fields).headers["Location"]
    changed = {**fields, "purpose": "Vi visar filmen för alla."}
    mended, repeated = client.post(FORM, changed), client.post(FORM, changed)
    assert mended.headers["Location"] == f"{first}?andrad=1"
    assert only().purpose == "Vi visar filmen för alla."
    assert title_and_heading(client, mended.headers["Location"])[1] == "Din ändring är sparad"
    assert "Din ändring är sparad" in title_and_heading(client, mended.headers["Location"])[0]
    assert repeated.headers["Location"] == f"{first}?igen=1"
    assert title_and_heading(client, repeated.headers["Location"])[1] == "Vi har redan tagit emot det du skickade"


def test_a_receipt_speaks_of_no_change_when_there_was_none(client: Client) -> None:
    receipt = order(client).headers["Location"]
    assert title_and_heading(client, f"{receipt}?andrad=1")[1] == "Tack! Din länk är på väg"


@pytest.mark.parametrize("query", ["", "?igen=1", "?andrad=1"])
def test_the_receipt_of_a_withdrawn_order_says_that_and_no_more(client: Client, query: str) -> None:
    receipt = order(client).headers["Location"]
    withdraw_order(only(), by=audit.SYSTEM)
    title, heading = title_and_heading(client, receipt + query)
    assert heading == "Beställningen är återkallad"
    assert heading in title
    page = BeautifulSoup(client.get(receipt + query).content, "html.parser")
    main = page.select_one("main")
    assert main is not None
    for promise in ("Tack", "Vad händer nu?", "mejl", "Bekräftelsen", "30 dagar", "skräpposten"):
        assert promise not in main.get_text() + title
    assert only().reference in main.get_text()


def test_the_receipt_of_a_withdrawn_request_says_that_and_no_more(client: Client) -> None:
    fields = {**hidden_fields(client, "/mentorprogram/"), **HELP, "purpose": "Vi har ny ledning."}
    receipt = client.post("/mentorprogram/", fields).headers["Location"]
    withdraw_order(only(), by=audit.SYSTEM)
    assert title_and_heading(client, receipt)[1] == "Förfrågan är återkallad"
    assert "hör av sig" not in client.get(receipt).content.decode()


def test_a_changed_order_keeps_its_link_and_a_mail_says_that_it_is_changed(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    old = link_in(newest_mail())
    client.post(FORM, {**fields, "purpose": "Vi visar filmen för alla.", "films": ["film-1", "film-2"]})
    mail = newest_mail()
    assert (counts(), mail.to_email, mail.secret) == ((1, 2), BASE["email"], True)
    assert mail.subject == "Din beställning är ändrad"
    assert mail.text_body.split("\n\n")[1].startswith("Din beställning är ändrad.")
    assert "Din beställning är ändrad." in mail.html_body
    for link in (old, link_in(mail)):
        page = client.get(link)
        assert (page.status_code, page.content.decode().count("<video")) == (200, 2)


@pytest.mark.parametrize("path", ["/mentorprogram/", "/processledning/"])
def test_a_changed_request_is_confirmed_as_that_and_staff_is_told_so(
    client: Client, settings: Settings, path: str
) -> None:
    settings.STAFF_EMAILS = ["a@skr.example"]
    fields = {**hidden_fields(client, path), **HELP, "purpose": "Vi har ny ledning."}
    first = client.post(path, fields).headers["Location"]

    response = client.post(path, {**fields, "purpose": "Vi har ny ledning från maj."})

    assert response.headers["Location"] == f"{first}?andrad=1"
    reference = only().reference
    assert list(OutgoingMail.objects.order_by("pk").values_list("letter", "subject")) == [
        ("media_catalog/help_requested", "Vi har tagit emot din förfrågan"),
        ("media_catalog/help_notice", f"Ny förfrågan i Samspel: {reference}"),
        ("media_catalog/help_changed", "Din förfrågan är ändrad"),
        ("media_catalog/help_notice", f"Ändrad förfrågan i Samspel: {reference}"),
    ]
    mail = OutgoingMail.objects.get(letter="media_catalog/help_changed")
    for text in (mail.text_body, mail.html_body):
        assert "en gång till med nytt innehåll" in text
        assert "Vi har tagit emot" not in text
        assert "maj" not in text


def test_a_request_with_a_mended_address_is_confirmed_there_as_a_first_one(client: Client) -> None:
    fields = {**hidden_fields(client, "/mentorprogram/"), **HELP, "purpose": "Vi har ny ledning."}
    client.post("/mentorprogram/", fields)
    client.post("/mentorprogram/", {**fields, "email": "ratt@kommun.example"})
    assert (newest_mail().letter, newest_mail().to_email) == ("media_catalog/help_requested", "ratt@kommun.example")


def test_a_request_that_was_answered_and_is_sent_with_other_words_is_open_again(
    client: Client, settings: Settings
) -> None:
    settings.STAFF_EMAILS = ["a@skr.example"]
    fields = {**hidden_fields(client, "/mentorprogram/"), **HELP, "purpose": "Vi har ny ledning."}
    first = client.post("/mentorprogram/", fields).headers["Location"]
    mark_order_handled(only(), by=audit.SYSTEM)
    again = client.post("/mentorprogram/", fields)
    assert (again.headers["Location"], only().state) == (f"{first}?igen=1", OrderState.HANDLED)

    changed = client.post("/mentorprogram/", {**fields, "purpose": "Vi söker två mentorer."})

    assert (only().state, only().handled_at, only().purpose) == (OrderState.ACTIVE, None, "Vi söker två mentorer.")
    assert title_and_heading(client, changed.headers["Location"])[1] == "Din ändring är sparad"
    assert newest_mail().subject == f"Ändrad förfrågan i Samspel: {only().reference}"
    assert list(AuditEvent.objects.about(only()).order_by("pk").values_list("event", flat=True)) == [
        "media_catalog.order_placed",
        "media_catalog.order_handled",
        "media_catalog.order_not_handled",
        "media_catalog.order_corrected",
    ]


def test_an_address_in_other_letters_is_the_same_mailbox(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    old = link_in(newest_mail())
    client.post(FORM, {**fields, "email": BASE["email"].upper()})
    assert client.get(old).status_code == 200
    assert newest_mail().letter == "media_catalog/films_order_changed"


def test_the_old_link_of_a_mended_address_tells_a_stranger_nothing(client: Client) -> None:
    """What it answers is the same before and after the order is withdrawn."""
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    old = link_in(newest_mail())
    client.post(FORM, {**fields, "email": "ratt@region.example"})
    film = MediaItem.objects.get(slug="film-1")

    def answers() -> list[tuple[int, str]]:
        paths = (old, f"{old}?fornyad=1", f"{old}film/{film.guid}/", f"{old}film/{film.guid}/undertexter.vtt")
        found = [client.get(path) for path in paths] + [client.post(f"{old}fornya/")]
        texts = [str(BeautifulSoup(each.content, "html.parser").select_one("main")) for each in found]
        return list(zip([each.status_code for each in found], texts, strict=True))

    mended = answers()
    assert {status for status, _main in mended} == {410}
    for _status, main in mended:
        assert "Länken gäller inte längre" in main
        assert "Beställ långa filmer" in main
        for private in (only().reference, only().name, "region.example", "återkallad", "Att styra"):
            assert private not in main
    assert counts() == (1, 2)
    withdraw_order(only(), by=audit.SYSTEM)
    assert answers() == mended


def test_an_address_that_is_changed_back_gets_a_new_link(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    links = []
    for address in (BASE["email"], "fel@region.example", BASE["email"]):
        client.post(FORM, {**fields, "email": address})
        links.append(link_in(newest_mail()))
    assert [client.get(link).status_code for link in links] == [410, 410, 200]


def test_a_mended_address_gets_the_link_and_the_old_link_opens_nothing(client: Client) -> None:
    fields = {**hidden_fields(client), **BASE}
    client.post(FORM, fields)
    old = link_in(newest_mail())
    client.post(FORM, {**fields, "email": "ratt@region.example", "organisation": "09", "films": ["film-2"]})
    assert (counts(), only().email, newest_mail().to_email) == ((1, 2), "ratt@region.example", "ratt@region.example")
    assert newest_mail().letter == "media_catalog/films_ordered"
    assert client.get(old).status_code == 410
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
