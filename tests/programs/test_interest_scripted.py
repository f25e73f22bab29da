"""The cases of tests/data/bad_inputs.yaml that are told in steps (`how: script`), as far as they need no browser.

| case | where it is tested |
|---|---|
| C08 | tests/e2e/test_interest_journey.py: a log-in beside the open form; here: no text for another site |
| C09 | here: a form opened twenty days ago, without any session |
| K06, K08 | here: a proof counts once; a changed signature does not count |
| K11 | here: half a second after opening; tests/e2e/test_captcha.py: with the widget |
| K12 | tests/programs/test_interest_form.py: 30 posts in a minute; here: the page of the refusal |
| X02, X03, X04 | tests/e2e/test_interest_journey.py: reload, back, back and change; here: X02 for the receipt |
| X09 | here, adapted: the product has no page to check one's answers; later pages: receipt, own page |
| X10 | here: a receipt or own page with another person's reference, number or token |
| X11 | tests/e2e/test_interest_journey.py: a mail scanner with scripts; here: GET and HEAD twice on every address |
| X13 | here: the phone is locked for three hours, with a solved proof |
| F01 | tests/core/test_outgoing.py and the fault tests: the mail leaves when the broker is back |
| F08 | here: the clock jumps back one hour while the form is open, also over the end of summer time |
| F09 | here: the database cannot write (SQLite and PostgreSQL) |
| F10 | tests/e2e/test_interest_journey.py: neither styles nor scripts arrive |
"""

from __future__ import annotations

import base64
import json
import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import time_machine
import yaml
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.urls import reverse

from portal.core.models import AuditEvent, CaptchaOutcome, OutgoingMail
from programs.models import InterestRegistration
from tests.programs.interest import BASE, errors, load_reference_rows, open_form, post, register, solve

pytestmark = pytest.mark.django_db

CATALOGUE = Path(__file__).parent.parent / "data" / "bad_inputs.yaml"
SWEDEN = ZoneInfo("Europe/Stockholm")
NOON = datetime(2026, 11, 21, 12, tzinfo=SWEDEN)


@pytest.fixture(autouse=True)
def _reference_rows() -> None:
    load_reference_rows()


def only() -> InterestRegistration:
    return InterestRegistration.objects.get()


def counts() -> tuple[int, int]:
    return InterestRegistration.objects.count(), OutgoingMail.objects.count()


def test_every_scripted_case_stands_in_the_table() -> None:
    cases = yaml.safe_load(CATALOGUE.read_text(encoding="utf-8"))["cases"]
    scripted = {case["id"] for case in cases if case["how"] == "script"}
    assert __doc__ is not None
    assert set(re.findall(r"\b[CKXF]\d\d\b", __doc__)) == scripted


# --- The token against forgery ---------------------------------------------------------------------------------------
def test_c08_what_was_typed_is_offered_again_to_our_own_pages_only() -> None:
    client = Client(enforce_csrf_checks=True)
    fields = {**open_form(client), **BASE, "csrfmiddlewaretoken": "x" * 64}
    ours, theirs = "http://testserver", "https://evil.example"

    own, none, foreign = (
        post(client, fields, headers=headers) for headers in ({"Origin": ours}, {}, {"Origin": theirs})
    )

    assert [response.status_code for response in (own, none, foreign)] == [403] * 3
    assert BASE["message"] in own.content.decode()
    assert BASE["message"] not in none.content.decode() + foreign.content.decode()
    page = BeautifulSoup(own.content, "html.parser")
    again = {str(field["name"]): str(field["value"]) for field in page.select("main form input")}
    assert post(client, again, headers={"Origin": ours}).status_code == 303
    assert (only().name, only().message) == (BASE["name"], BASE["message"])


# --- Time ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("away", [timedelta(hours=3), timedelta(hours=13), timedelta(days=20)], ids=str)
def test_c09_x13_a_form_that_was_open_for_long_is_accepted(client: Client, away: timedelta) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = {**open_form(client), **BASE}
    with time_machine.travel(NOON + away, tick=False):
        assert post(client, fields).status_code == 303
    assert (only().message, counts()) == (BASE["message"], (1, 1))
    assert "haste" not in only().flags


def test_x13_a_proof_that_was_solved_three_hours_ago_still_counts(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = {**open_form(client), **BASE, "altcha": solve()}
    with time_machine.travel(NOON + timedelta(hours=3), tick=False):
        assert post(client, fields).status_code == 303
    assert only().captcha_outcome == CaptchaOutcome.SOLVED


def test_a_proof_older_than_a_day_costs_one_more_press_and_no_text(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = {**open_form(client), **BASE, "altcha": solve()}
    with time_machine.travel(NOON + timedelta(hours=25), tick=False):
        refused = post(client, fields)
        assert (refused.status_code, set(errors(refused))) == (422, {"altcha"})
        assert BASE["message"] in refused.content.decode()
        assert post(client, {**fields, "altcha": solve()}).status_code == 303


@pytest.mark.parametrize("opened", [NOON, datetime(2026, 10, 25, 2, 40, tzinfo=SWEDEN)], ids=["noon", "summer time"])
def test_f08_the_clock_jumps_back_an_hour_while_the_form_is_open(client: Client, opened: datetime) -> None:
    with time_machine.travel(opened, tick=False):
        fields = {**open_form(client), **BASE, "altcha": solve()}
    with time_machine.travel(opened - timedelta(hours=1), tick=False):
        assert post(client, fields).status_code == 303
    assert only().captcha_outcome == CaptchaOutcome.SOLVED
    assert counts() == (1, 1)


def test_k11_half_a_second_after_opening_is_accepted(client: Client) -> None:
    with time_machine.travel(NOON, tick=False):
        fields = {**open_form(client), **BASE, "altcha": solve()}
    with time_machine.travel(NOON + timedelta(seconds=0.5), tick=False):
        assert post(client, fields).status_code == 303
    assert only().flags == []


# --- The proof of work -----------------------------------------------------------------------------------------------
def test_k06_a_proof_counts_once(client: Client) -> None:
    proof = solve()
    register(client, altcha=proof)

    response = register(client, altcha=proof, name="Bo Ek", email="bo.ek@kommun.example")

    assert (response.status_code, set(errors(response))) == (422, {"altcha"})
    assert counts() == (1, 1)
    assert only().name == BASE["name"]


@pytest.mark.parametrize("part", ["signature", "challenge", "salt"])
def test_k08_a_proof_with_one_letter_changed_does_not_count(client: Client, part: str) -> None:
    proof = json.loads(base64.b64decode(solve()))
    proof[part] = proof[part][:-1] + ("0" if proof[part][-1] != "0" else "1")

    response = register(client, altcha=base64.b64encode(json.dumps(proof).encode()).decode())

    assert (response.status_code, set(errors(response))) == (422, {"altcha"})
    assert counts() == (0, 0)


@time_machine.travel(NOON, tick=True)
def test_k12_the_page_of_too_many_posts_is_for_people(client: Client) -> None:
    answers = [register(client, email=f"a{number}@kommun.example") for number in range(26)]

    page = BeautifulSoup(answers[-1].content, "html.parser")
    assert answers[-1].status_code == 429
    assert page.select_one("html[lang=sv] main h1") is not None
    assert page.select_one("main a[href='/kontakt/']") is not None
    assert counts() == (25, 25)


# --- Sequences -------------------------------------------------------------------------------------------------------
def test_x02_looking_at_the_receipt_again_and_again_stores_nothing(client: Client) -> None:
    address = register(client).headers["Location"]
    before = AuditEvent.objects.count()

    assert {client.get(address).status_code for _ in range(5)} == {200}
    assert client.post(address).status_code == 405

    assert (counts(), AuditEvent.objects.count()) == ((1, 1), before)


@pytest.mark.parametrize("suffix", ["", "andra/", "ta-tillbaka/", "byt/5f0c7f3e-2f39-4a30-9c4c-0d6a4b7d2f11/"])
def test_x09_later_pages_without_a_registration_are_not_found(client: Client, suffix: str) -> None:
    assert client.get(f"/program/intresse/min/{uuid.uuid4().hex}.AAAA/{suffix}").status_code == 404
    assert client.post(f"/program/intresse/min/{uuid.uuid4().hex}.AAAA/{suffix}").status_code in {404, 405}
    assert client.get(f"/program/intresse/kvitto/{uuid.uuid4()}/").status_code == 404
    assert counts() == (0, 0)


def test_x10_a_reference_or_a_number_opens_nothing(client: Client) -> None:
    register(client)
    row = only()
    guesses = [row.reference, row.pk.hex, f"{row.pk.hex}.", f"{row.pk.hex}.{'A' * 43}", str(row.pk)]

    for guess in guesses:
        for suffix in ("", "andra/", "ta-tillbaka/"):
            assert client.get(f"/program/intresse/min/{guess}/{suffix}").status_code == 404
    assert client.get(f"/program/intresse/kvitto/{row.reference}/").status_code == 404
    # Whoever has the address of the receipt sees no personal data there.
    receipt = client.get(reverse("interest_receipt", args=[row.pk])).content.decode()
    assert not [private for private in (row.name, row.email, row.phone, row.message) if private in receipt]


def test_x11_looking_twice_at_every_address_of_a_mail_changes_nothing(client: Client) -> None:
    register(client)
    register(client, message="Senare")
    before = (*counts(), AuditEvent.objects.count(), only().message)
    links = {
        link for mail in OutgoingMail.objects.all() for link in re.findall(r"http://localhost(/\S*)", mail.text_body)
    }
    assert len(links) == 1

    for link in sorted(links) * 2:
        assert client.head(link).status_code == 200
        page = client.get(link)
        assert page.status_code == 200
        # Nothing to press either, for a scanner that sends the forms it finds.
        assert "<form" not in page.content.decode()

    assert (*counts(), AuditEvent.objects.count(), only().message) == before


# --- Faults ----------------------------------------------------------------------------------------------------------
@contextmanager
def read_only_database() -> Iterator[None]:
    """The database answers but refuses to write, as when its disk is full."""
    sqlite = connection.vendor == "sqlite"
    on, off = (
        ("PRAGMA query_only = ON", "PRAGMA query_only = OFF")
        if sqlite
        else ("SET default_transaction_read_only = on", "SET default_transaction_read_only = off")
    )
    with connection.cursor() as cursor:
        cursor.execute(on)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(off)


@pytest.mark.django_db(transaction=True)
def test_f09_a_database_that_cannot_write_is_a_kind_page_and_nothing_half_saved(client: Client) -> None:
    fields = {**open_form(client), **BASE}

    with read_only_database():
        assert client.get(reverse("register_interest")).status_code == 200
        response = post(client, fields)

    page = BeautifulSoup(response.content, "html.parser")
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert page.select_one("html[lang=sv] main a[href='/']") is not None
    assert (counts(), AuditEvent.objects.count()) == ((0, 0), 0)
    # What was typed is not lost: the same form, sent again, arrives once.
    assert post(client, fields).status_code == 303
    assert counts() == (1, 1)
