"""Staff writes, uploads and publishes in admin; what is wrong is said in Swedish and nothing is kept of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.messages import get_messages
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import reverse

from media_catalog.admin.catalogue import MediaItemAdmin
from media_catalog.models import Credit, Episode, Film, MediaFile, MediaItem, Publication
from portal.accounts.models import User
from portal.core.models import AuditEvent
from tests.accounts.people import log_in, make_staff
from tests.media_catalog.builders import FILM, SOUND, make_film, upload
from tests.programs.test_catalogue_admin import request_of

pytestmark = pytest.mark.django_db
VTT = "WEBVTT\n\n00:01.000 --> 00:02.000\nÅsa talar.\n".encode()


@pytest.fixture
def staff() -> User:
    return User.objects.create_superuser("redaktor@skr.example")


def fields_of(item: MediaItem | None = None, **changes: Any) -> dict[str, Any]:
    """What the form posts: empty inlines, and what the item has."""
    inlines = {f"{name}-{kind}_FORMS": "0" for name in ("credits", "chapters") for kind in ("TOTAL", "INITIAL")}
    kept = {"title": item.title, "slug": item.slug} if item else {}
    return {**inlines, **kept, **changes}


def post(model: type[MediaItem], staff: User, item: MediaItem | None, **fields: Any) -> tuple[HttpResponse, list[str]]:
    """The answer of the form, and what staff is told."""
    request = request_of(staff, fields_of(item, **fields))
    view: Any = admin.site.get_model_admin(model)
    assert isinstance(view, MediaItemAdmin)
    response = view.change_view(request, str(item.pk)) if item else view.add_view(request)
    return response, [str(message) for message in get_messages(request)]


def errors_of(response: HttpResponse) -> str:
    assert isinstance(response, TemplateResponse)
    assert response.context_data is not None
    return " ".join(str(error) for error in response.context_data["adminform"].form.errors.values())


def test_a_film_comes_to_be_and_is_published(staff: User) -> None:
    post(Film, staff, None, title="En film", slug="en-film")
    film = Film.objects.get(slug="en-film")
    _response, told = post(Film, staff, film, _publish="1")
    assert told[-1] == (
        "”En film” kan inte publiceras. Filen saknas: ladda upp filmen eller ljudet."
        " Utskrift och undertexter saknas: ladda upp en VTT- eller SRT-fil."
    )

    uploads = {"new_file": upload("film.mp4", FILM.read_bytes()), "new_transcript": upload("text.vtt", VTT)}
    _response, told = post(Film, staff, film, _publish="1", **uploads)

    film.refresh_from_db()
    assert (film.published, told[-1]) == (True, "”En film” är publicerad.")
    assert film.transcript is not None
    assert film.transcript.lines[0].text == "Åsa talar."
    events = AuditEvent.objects.about(film).order_by("pk").values_list("event", flat=True)
    assert list(events)[-3:] == [
        "media_catalog.file_attached", "media_catalog.transcript_attached", "media_catalog.published",
    ]  # fmt: skip


def test_unpublishing_by_its_button(staff: User) -> None:
    film = Film.objects.get(pk=make_film().pk)

    _response, told = post(Film, staff, film, _unpublish="1")

    film.refresh_from_db()
    assert (film.published, told[-1]) == (False, f"”{film.title}” är avpublicerad.")


@pytest.mark.parametrize(
    ("field", "name", "content", "words"),
    [
        ("new_file", "film.mp4", b"MZ\x90\x00" + b"\x00" * 100, "innehåller något annat"),
        ("new_file", "film.exe", b"MZ", "Filen har fel format"),
        ("new_file", "ljud.mp3", SOUND.read_bytes(), "Filen har fel format"),
        ("new_transcript", "text.vtt", b"hej", "börjar inte som en fil med undertexter"),
        ("new_transcript", "text.doc", b"hej", "VTT eller SRT"),
        ("new_transcript", "text.vtt", "WEBVTT\n\n00:01.000 --> 00:02.000\nå".encode("latin-1"), "UTF-8"),
        ("new_poster", "bild.png", b"GIF89a", "innehåller något annat"),
    ],
)
def test_a_wrong_upload_is_told_and_nothing_is_kept(
    staff: User, field: str, name: str, content: bytes, words: str
) -> None:
    film = Film.objects.get(pk=make_film().pk)
    files, lines = MediaFile.objects.count(), film.transcript

    response, _told = post(Film, staff, film, title="Ny titel", **{field: upload(name, content)})

    assert words in errors_of(response)
    film.refresh_from_db()
    assert (film.title, MediaFile.objects.count(), film.transcript) != ("Ny titel", files + 1, None)
    assert film.transcript == lines


def test_names_are_found_as_soon_as_they_are_typed(staff: User) -> None:
    person = {
        "credits-TOTAL_FORMS": "1",
        "credits-0-part": "guest",
        "credits-0-name": "Åsa Eriksson",
        "credits-0-position": "1",
    }
    post(Episode, staff, None, title="Nytt", slug="nytt", episode_number="4", **person)

    assert Credit.objects.get().name == "Åsa Eriksson"
    assert "åsa eriksson" in Episode.objects.get(slug="nytt").search_text


def test_a_book_with_a_wrong_isbn(staff: User) -> None:
    response, _told = post(Publication, staff, None, title="Bok", slug="bok", isbn="978-91-7164-812-8")

    assert "inget riktigt ISBN" in errors_of(response)


def test_each_kind_lists_its_own(staff: User, rf: Any) -> None:
    make_film(title="Filmen")
    request = request_of(staff)

    assert admin.site.get_model_admin(Film).get_queryset(request).count() == 1
    assert admin.site.get_model_admin(Episode).get_queryset(request).count() == 0


def test_staff_finds_what_is_said(staff: User) -> None:
    film = make_film()
    view: Any = admin.site.get_model_admin(Film)
    request = request_of(staff)

    found, _distinct = view.get_search_results(request, view.get_queryset(request), "åsa styra")

    assert [item.pk for item in found] == [film.pk]


def test_nothing_is_deleted(staff: User) -> None:
    assert not admin.site.get_model_admin(Film).has_delete_permission(request_of(staff))


def test_only_what_visitors_find_has_a_way_to_it(client: Client) -> None:
    admin = log_in(client, make_staff())
    film = make_film()
    address = reverse("admin:media_catalog_film_change", args=[film.pk])
    assert 'class="viewsitelink"' in admin.get(address).content.decode()
    MediaItem.objects.update(published=False)
    assert 'class="viewsitelink"' not in admin.get(address).content.decode()
