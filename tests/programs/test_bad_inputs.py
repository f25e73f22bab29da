"""Every case of the catalogue of bad inputs that a form can show (tests/data/bad_inputs.yaml), and its invariants.

The catalogue was written before two decisions of the product, which the runner translates: an organisation is one of
the 311 (so free text there is a field error), and a programme is named by its slug.
"""

from __future__ import annotations

import io
import unicodedata
import urllib.parse
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import yaml
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from portal.core import exports
from portal.core.models import OutgoingMail
from portal.core.smtp import message, on_the_wire
from programs.admin.registrations import HEADINGS, export_row
from programs.models import FLAG_LABELS, InterestRegistration
from tests.accounts.people import log_in, make_staff
from tests.programs.interest import BASE, errors, load_reference_rows, open_form

if TYPE_CHECKING:
    from tests.programs.interest import TestResponse

pytestmark = pytest.mark.django_db

CATALOGUE = yaml.safe_load((Path(__file__).parent.parent / "data" / "bad_inputs.yaml").read_text(encoding="utf-8"))
CASES = {case["id"]: case for case in CATALOGUE["cases"] if case["how"] == "form"}
SLUGS = {"tp-2025": "toppolitikerprogrammet", "tpf-2025": "toppolitikerprogrammet-fortsattning"}
# Free text as organisation: the product offers a choice of 311 instead.
FREE_ORGANISATION = {"O07", "O08"}
FLAGS = {"pii_personnummer": "personal_number", "typo_hint": "likely_misspelt", "role_address": "role_address"}
URL = "/program/intresse/"


@dataclass
class Sent:
    """A request as the case asks for it."""

    fields: dict[str, Any]
    method: str = "POST"
    path: str = URL
    query: str = ""
    content_type: str | None = None
    body: bytes | None = None
    headers: dict[str, str] = field(default_factory=dict)


def generated(recipe: dict[str, Any]) -> str:
    return f"{recipe.get('prefix', '')}{recipe['repeat'] * recipe['times']}{recipe.get('suffix', '')}"


def translated(values: list[str]) -> list[str]:
    return [SLUGS.get(value, value) for value in values]


def changed_value(case: dict[str, Any]) -> Any:
    if "values" in case:
        return translated(case["values"])
    if "gen_values" in case:
        return translated([case["gen_values"]["repeat"]] * case["gen_values"]["times"])
    return generated(case["gen"]) if "gen" in case else case["value"]


def as_request(case: dict[str, Any], fields: dict[str, Any]) -> Sent:
    sent = Sent(fields=fields)
    if "raw" in case:
        others = urllib.parse.urlencode({k: v for k, v in fields.items() if k != case["field"]}, doseq=True)
        sent.body = f"{others}&{case['field']}={case['raw']}".encode()
        sent.content_type = "application/x-www-form-urlencoded"
    elif "field" in case:
        fields[case["field"]] = changed_value(case)
    apply_request_changes(sent, case.get("req", {}))
    return sent


def apply_request_changes(sent: Sent, req: dict[str, Any]) -> None:
    sent.method = req.get("method", "POST")
    sent.query = req.get("query", "")
    sent.path = URL + req.get("path_suffix", "")
    sent.content_type = req.get("content_type")
    sent.headers = {
        name: value if isinstance(value, str) else generated(value) for name, value in req.get("headers", {}).items()
    }
    if "body" in req:
        sent.body = req["body"].encode()
    elif sent.content_type:
        sent.body = urllib.parse.urlencode(sent.fields, doseq=True).encode()
    sent.fields.update(req.get("extra", {}))
    if "extra_gen" in req:
        sent.fields.update({f"{req['extra_gen']['prefix']}{n}": "x" for n in range(req["extra_gen"]["times"])})
    if "file" in req:
        upload = io.BytesIO(b"x" * req["file"]["size"])
        upload.name = req["file"]["filename"]
        sent.fields[req["file"]["name"]] = upload


def send(client: Client, sent: Sent) -> TestResponse:
    address = f"{sent.path}?{sent.query}" if sent.query else sent.path
    headers = dict(sent.headers)
    extra: dict[str, Any] = {}
    if "Host" in headers:
        extra["HTTP_HOST"] = headers.pop("Host")
    if sent.method != "POST":
        return client.generic(sent.method, address, headers=headers, **extra)
    if sent.body is not None:
        kind = sent.content_type or "application/x-www-form-urlencoded"
        return client.generic("POST", address, sent.body, content_type=kind, headers=headers, **extra)
    if any(isinstance(value, io.BytesIO) for value in sent.fields.values()):
        return client.post(address, sent.fields, headers=headers, **extra)
    body = urllib.parse.urlencode(sent.fields, doseq=True).encode("utf-8", "surrogatepass")
    kind = "application/x-www-form-urlencoded"
    return client.generic("POST", address, body, content_type=kind, headers=headers, **extra)


@pytest.fixture(autouse=True)
def _reference_rows() -> None:
    load_reference_rows()


@pytest.fixture
def visitor() -> Client:
    """A client that checks tokens against forgery, as browsers' requests are checked, and shows errors as pages."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def expectation(case: dict[str, Any]) -> str:
    return "field_error" if case["id"] in FREE_ORGANISATION else str(case["expect"])


def counts() -> tuple[int, int]:
    return InterestRegistration.objects.count(), OutgoingMail.objects.count()


@pytest.mark.parametrize("case", CASES.values(), ids=CASES.keys())
def test_bad_input(case: dict[str, Any], visitor: Client) -> None:
    sent = as_request(case, {**open_form(visitor), **BASE})

    response = send(visitor, sent)

    CHECKS[expectation(case)](case, sent, response)
    assert response.status_code < 500
    check_invariants(visitor)


def check_accepted(case: dict[str, Any], sent: Sent, response: TestResponse) -> None:
    assert response.status_code == 303, errors(response)
    assert counts() == (1, 1)
    row = InterestRegistration.objects.get()
    if "field" in case:
        value = changed_value(case)
        wanted = case.get("stored", value)
        wanted = translated(wanted) if isinstance(wanted, list) else wanted
        assert stored(row, case["field"]) == composed(wanted)
    if "flag" in case:
        assert FLAGS[case["flag"]] in row.flags


def composed(value: Any) -> Any:
    return unicodedata.normalize("NFC", value) if isinstance(value, str) else value


def stored(row: InterestRegistration, name: str) -> Any:
    if name == "programmes":
        return [programme.slug for programme in row.programmes.all()]
    return row.organisation_id if name == "organisation" else getattr(row, name)


def check_field_error(case: dict[str, Any], sent: Sent, response: TestResponse) -> None:
    wrong = str(case.get("error_field", case.get("field")))
    page = BeautifulSoup(response.content, "html.parser")
    assert response.status_code == 422
    assert list(errors(response)) == [wrong]
    assert page.title is not None
    assert page.title.get_text().startswith("Fel:")
    link = page.select_one(".error-summary a")
    assert link is not None
    target = str(link["href"]).removeprefix("#")
    assert page.find(id=target) is not None
    # The line of the summary is the text at the field, with the field's name where that does not say it.
    assert errors(response)[wrong].removeprefix("Fel:").strip() in link.get_text(strip=True)
    check_typed_values_are_kept(sent, page, wrong)
    assert counts() == (0, 0)


def check_typed_values_are_kept(sent: Sent, page: BeautifulSoup, wrong: str) -> None:
    for name in {"name", "email", "phone", "message"} - ({wrong} if sent.body is not None else set()):
        typed = sent.fields.get(name)
        control = page.select_one(f"#id_{name}")
        assert control is not None
        shown = control.get_text() if control.name == "textarea" else control.get("value", "")
        if isinstance(typed, str) and "\0" not in typed:
            assert str(shown).strip("\n") == typed.replace("\r\n", "\n").strip("\n") or str(shown) == typed


def check_rejected(case: dict[str, Any], sent: Sent, response: TestResponse) -> None:
    assert response.status_code in case["status"]
    assert counts() == (0, 0)
    if response.status_code != 405:
        page = BeautifulSoup(response.content, "html.parser")
        assert page.select_one("html[lang=sv]") is not None
        assert page.select_one("a[href]") is not None
        assert "Traceback" not in response.content.decode()


def check_no_effect(case: dict[str, Any], sent: Sent, response: TestResponse) -> None:
    assert response.status_code in case["status"]
    assert counts() == (0, 0)


def check_ignored(case: dict[str, Any], sent: Sent, response: TestResponse) -> None:
    assert response.status_code == 303, errors(response)
    assert counts() == (case.get("rows", 1), case.get("mails", 1))
    assert response.headers["Location"].startswith("/program/intresse/kvitto/")
    if counts()[0]:
        row = InterestRegistration.objects.get()
        assert (row.name, row.email, row.state) == (BASE["name"], BASE["email"], "registered")


CHECKS = {
    "accepted": check_accepted,
    "normalised": check_accepted,
    "field_error": check_field_error,
    "rejected": check_rejected,
    "no_effect": check_no_effect,
    "ignored": check_ignored,
}


def check_invariants(visitor: Client) -> None:
    """What holds after every case: a mail that is a mail, an export without live formulas, no text run as markup."""
    for mail in OutgoingMail.objects.all():
        email = message(mail)
        raw = on_the_wire(mail)
        assert len(email.message().get_all("To", [])) == 1
        assert not email.message().get_all("Cc", []) + email.message().get_all("Bcc", [])
        head = raw.split(b"\r\n\r\n", 1)[0]
        assert max(len(line) for line in head.split(b"\r\n")) <= 998
        assert "<svg" not in mail.html_body
        assert "<img" not in mail.html_body
    for row in InterestRegistration.objects.all():
        content = exports.workbook("Test", [str(heading) for heading in HEADINGS], [export_row(row)])
        sheet = openpyxl.load_workbook(io.BytesIO(content)).active
        assert sheet is not None
        assert "f" not in {cell.data_type for cell in sheet[2]}
        assert not [cell.value for cell in sheet[2] if str(cell.value or "").startswith(tuple("=+-@\t\r"))]


def test_staff_can_read_all_that_was_accepted(client: Client, settings: Settings) -> None:
    """The list, each registration's own page and the mails render, whatever people typed."""
    settings.FORM_RATE_LIMITS = [(1000, 60)]
    accepted = {name: case for name, case in CASES.items() if expectation(case) in {"accepted", "normalised"}}
    for name, case in accepted.items():
        fields = {**open_form(client), **BASE, "email": f"{name.lower()}@kommun.example"}
        assert send(client, as_request(case, fields)).status_code == 303
    staff = log_in(Client(), make_staff())
    registrations, mails = InterestRegistration.objects.all(), OutgoingMail.objects.all()

    pages = [
        staff.get(reverse("admin:programs_interestregistration_changelist"), {"all": ""}),
        *(staff.get(reverse("admin:programs_interestregistration_change", args=[row.pk])) for row in registrations),
        *(staff.get(reverse("admin:core_outgoingmail_change", args=[mail.pk])) for mail in mails),
    ]

    assert {page.status_code for page in pages} == {200}
    assert len(mails) == len(accepted) >= 35
    for page in pages:
        assert not BeautifulSoup(page.content, "html.parser").select("[onload], main style, img[src^='file:']")


def test_the_catalogue_is_run_whole() -> None:
    kinds = Counter(expectation(case) for case in CASES.values())
    assert len(CASES) >= 90
    assert set(kinds) <= set(CHECKS)
    assert set(FLAGS.values()) <= set(FLAG_LABELS)
    assert reverse("register_interest") == URL
