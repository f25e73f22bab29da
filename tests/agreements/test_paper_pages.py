"""Taking along what is written, and checking a fingerprint, over HTTP."""

from __future__ import annotations

import hashlib
import json

import pytest
from django.contrib.sessions.models import Session
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.actions import members
from agreements.exports import FORMATS
from agreements.models import Paper, Version
from agreements.queries.documents import current_content
from agreements.states import PaperState
from agreements.tasks import make_pdf
from portal.core.models import AuditEvent
from portal.core.normalisation import clean_address
from tests.accounts.people import make_staff
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both

pytestmark = pytest.mark.django_db
SECRET = "Hemligheten i texten"


@pytest.fixture
def pair() -> Pair:
    pair = make_pair()
    pair.write(pair.chair, "fokus", SECRET)
    return pair


@pytest.fixture
def version(pair: Pair) -> Version:
    return approve_both(pair)


def paper_page(pair: Pair) -> str:
    return reverse("agreement_paper", args=[pair.agreement.pk, 1])


def pdf_address(pair: Pair) -> str:
    return reverse("agreement_pdf", args=[pair.agreement.pk, 1])


def export_address(pair: Pair, fmt: str) -> str:
    return reverse("agreement_export", args=[pair.agreement.pk, fmt])


def test_the_page_tells_how_far_the_pdf_has_come(pair: Pair, version: Version) -> None:
    client = logged_in(pair.chair)

    assert "PDF-filen står i kö" in client.get(paper_page(pair)).content.decode()
    assert client.get(pdf_address(pair)).url == paper_page(pair)  # type: ignore[attr-defined]  # a redirect
    make_pdf(version.pk)
    page = client.get(paper_page(pair)).content.decode()
    assert "Hämta PDF-filen" in page
    assert Paper.objects.get().sha256 in page


def test_the_pdf_is_the_stored_file(pair: Pair, version: Version) -> None:
    make_pdf(version.pk)
    response = logged_in(pair.chief).get(pdf_address(pair))

    assert hashlib.sha256(response.content).hexdigest() == Paper.objects.get().sha256
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith('attachment; filename="gemensam-overenskommelse-')
    assert response["Content-Disposition"].endswith('-version-1.pdf"')
    assert "no-store" in response["Cache-Control"]


def test_a_paper_that_failed_is_made_again_by_one_of_the_two(pair: Pair, version: Version) -> None:
    Paper.objects.create(version=version, state=PaperState.FAILED, attempts=5)
    response = logged_in(pair.chief).post(paper_page(pair))

    assert (response.status_code, Paper.objects.get().state) == (303, PaperState.WAITING)
    assert AuditEvent.objects.filter(event="agreements.paper_retried").count() == 1


def test_a_reader_reads_and_orders_nothing(pair: Pair, version: Version) -> None:
    reader = members.invite_reader(
        pair.agreement, clean_address("lisa@stod.example"), "Lisa", "", timezone.localdate(), by=pair.chair
    )
    client = logged_in(reader)

    assert client.get(paper_page(pair)).status_code == 200
    assert client.post(paper_page(pair)).status_code == 404


def test_the_draft_comes_in_every_format(pair: Pair) -> None:
    client = logged_in(pair.chair)
    begins = {"json": b'{"format":1', "html": b"<!doctype html>", "docx": b"PK", "pdf": b"%PDF-1.7"}

    for fmt in FORMATS:
        response = client.get(export_address(pair, fmt))
        assert response.status_code == 200, fmt
        assert response.content.startswith(begins[fmt]), fmt
        assert response["Content-Disposition"].endswith(f'-utkast.{fmt}"')


def test_the_json_is_the_canonical_content_that_the_fingerprint_is_of(pair: Pair, version: Version) -> None:
    response = logged_in(pair.chair).get(export_address(pair, "json"), {"version": 1})

    assert hashlib.sha256(response.content).hexdigest() == version.content_hash
    assert json.loads(response.content) == version.content == current_content(pair.document)[0].to_json()


def test_the_pdf_of_a_version_is_never_rendered_for_an_export(pair: Pair, version: Version) -> None:
    response = logged_in(pair.chair).get(export_address(pair, "pdf"), {"version": 1})

    assert response.url == pdf_address(pair)  # type: ignore[attr-defined]  # a redirect


@pytest.mark.parametrize(
    ("fmt", "number"), [("exe", ""), ("json", "2"), ("json", "x"), ("json", "²"), ("json", "9" * 40)]
)
def test_what_does_not_exist_is_not_found(pair: Pair, version: Version, fmt: str, number: str) -> None:
    assert logged_in(pair.chair).get(export_address(pair, fmt), {"version": number}).status_code == 404


def test_staff_and_another_pair_get_nothing(pair: Pair, version: Version) -> None:
    make_pdf(version.pk)
    stranger = make_pair("annan-")
    calendar = reverse("agreement_meetings_ics", args=[pair.agreement.pk])
    addresses = [paper_page(pair), pdf_address(pair), calendar, *(export_address(pair, fmt) for fmt in FORMATS)]

    for client in (logged_in(stranger.chair), logged_in(make_staff())):
        assert {client.get(address).status_code for address in addresses} == {404}
    ways = {Client().get(address).headers["Location"].partition("?")[0] for address in addresses}
    assert ways == {reverse("account_login")}


# --- Anybody ---------------------------------------------------------------------------------------------------------
CHECK = "/overenskommelse/kontroll/"


def upload(content: bytes, name: str = "avtal.pdf") -> dict[str, SimpleUploadedFile]:
    return {"file": SimpleUploadedFile(name, content, "application/pdf")}


def test_a_file_is_known_without_a_word_of_what_is_in_it(pair: Pair, version: Version, client: Client) -> None:
    make_pdf(version.pk)
    content = bytes(Paper.objects.get().content or b"")
    page = client.post(CHECK, upload(content)).content.decode()

    assert "Ja, filen är äkta" in page
    for hidden in (SECRET, "Åsa Lind", "Björn Ek", str(pair.agreement.pk), pair.agreement.organisation.name):
        assert hidden not in page
    assert "Nej, vi känner inte igen den" in client.post(CHECK, upload(content + b"\n")).content.decode()


def test_a_printed_fingerprint_is_known_however_it_is_pasted(version: Version, client: Client) -> None:
    printed = version.content_hash.upper()
    pasted = f"  {printed[:32]}\n{printed[32:]} "

    assert "Ja, fingeravtrycket finns" in client.post(CHECK, {"fingerprint": pasted}).content.decode()
    assert "Nej, vi känner" in client.post(CHECK, {"fingerprint": "0" * 64}).content.decode()


@pytest.mark.parametrize("text", ["", "abc", "g" * 64, "0" * 63, "0" * 65, "<script>" * 30])
def test_what_is_no_fingerprint_is_said_so(client: Client, text: str) -> None:
    response = client.post(CHECK, {"fingerprint": text})

    assert response.status_code == 422
    assert "<title>Fel:" in response.content.decode()


def test_a_file_over_the_limit_is_refused_before_it_is_read(client: Client) -> None:
    assert client.post(CHECK, upload(b"x" * (1024 * 1024 + 1))).status_code == 413


def test_a_check_leaves_no_trace(version: Version, client: Client) -> None:
    before = AuditEvent.objects.count()
    client.post(CHECK, upload(b"%PDF-1.7 annat"))

    assert AuditEvent.objects.count() == before
    assert not Session.objects.exists()


def test_the_sample_is_a_pdf(client: Client) -> None:
    response = client.get(reverse("agreement_sample"))

    assert response["Content-Type"] == "application/pdf"
    assert response.content.startswith(b"%PDF-1.7")
