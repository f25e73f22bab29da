"""Large posts: only where staff uploads, only by staff that is logged in, and asked before the body is read."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from media_catalog.models import MediaFile
from portal.core.private_files import private_storage
from tests.accounts.people import log_in, make_staff
from tests.core.media import PROGRAMS
from tests.media_catalog.ordering import FILE, make_film

pytestmark = pytest.mark.django_db
MEBIBYTE = 1024 * 1024


def post_film(client: Client, content: bytes, name: str = "film.mp4") -> tuple[int, str]:
    """Upload to the page of a film; the status and the page."""
    address = reverse("admin:media_catalog_film_add")
    response = client.post(address, {"title": "Ny film", "new_file": SimpleUploadedFile(name, content)})
    return response.status_code, response.content.decode()


@pytest.fixture
def staff(settings: Settings) -> Client:
    settings.FILE_UPLOAD_MAX_MEMORY_SIZE = 100_000
    return log_in(Client(), make_staff())


def stored() -> set[Path]:
    """All files in the private folder."""
    return {path for path in Path(private_storage().path("")).rglob("*") if path.is_file()}


def test_staff_uploads_more_than_a_form_may_hold(staff: Client) -> None:
    status, _page = post_film(staff, FILE.read_bytes() + b"\0" * 2 * MEBIBYTE)
    assert status == 200


def test_a_stranger_does_not_fill_the_disk(client: Client) -> None:
    assert post_film(client, b"\0" * 2 * MEBIBYTE)[0] == 413


def test_somebody_without_staff_rights_does_not_either(client: Client) -> None:
    user = make_staff()
    user.is_staff = False
    user.save()
    client.force_login(user)
    assert post_film(client, b"\0" * 2 * MEBIBYTE)[0] == 413


def test_staff_does_not_post_large_bodies_elsewhere(staff: Client) -> None:
    response = staff.post("/kontakt/", {"file": SimpleUploadedFile("film.mp4", b"\0" * 2 * MEBIBYTE)})
    assert response.status_code == 413


def test_more_than_any_kind_of_file_may_be_is_refused_before_it_is_read(staff: Client, settings: Settings) -> None:
    settings.UPLOAD_MEBIBYTES = dict.fromkeys(settings.UPLOAD_MEBIBYTES, 1)
    assert post_film(staff, b"\0" * 3 * MEBIBYTE)[0] == 413


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("film.mp4", PROGRAMS["Windows"], "innehåller något annat"),
        ("film.exe", PROGRAMS["Windows"], "fel format"),
        ("film.mp4", b"", "tom"),
        ("film.mp4", b"\0\0\0\x18ftypisom" + b"\0" * MEBIBYTE, "för stor"),
    ],
)
def test_what_is_refused_is_told_and_leaves_nothing(
    staff: Client, settings: Settings, name: str, content: bytes, words: str
) -> None:
    settings.UPLOAD_MEBIBYTES = settings.UPLOAD_MEBIBYTES | {"film": 1}
    make_film(1)
    before = stored()
    status, page = post_film(staff, content, name)
    assert (status, words in page) == (200, True)
    assert (stored(), MediaFile.objects.count()) == (before, 1)
