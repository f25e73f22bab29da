"""Files come to an item whole or not at all, and are handed out only where anybody may play them."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import transaction
from django.test import Client
from django.urls import reverse

from media_catalog.actions.files import attach_file, attach_poster
from media_catalog.actions.publishing import unpublish
from media_catalog.models import Kind, MediaFile
from portal.core import audit
from portal.core.private_files import private_storage
from portal.demo.media import FOLDER
from tests.media_catalog.builders import FILM, SOUND, make_episode, make_film, make_item, make_publication, upload

pytestmark = pytest.mark.django_db
OnCommit = Callable[..., AbstractContextManager[list[Callable[[], object]]]]


def stored() -> set[str]:
    folder = Path(settings.VAR_DIR) / "private" / "media"
    return {path.name for path in folder.glob("*")}


def body(response: Any) -> bytes:
    return b"".join(response)


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("film.exe", b"MZ\x90\x00", "wrong_ending"),
        ("film.mp4", b"MZ\x90\x00" + b"\x00" * 200, "wrong_content"),
        ("film.mp4", b"", "empty_file"),
        ("film.mp3", SOUND.read_bytes(), "wrong_ending"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_stored(name: str, content: bytes, code: str) -> None:
    film = make_item(Kind.FILM, published=False)
    before = (stored(), MediaFile.objects.count())

    with pytest.raises(ValidationError) as refused:
        attach_file(film, upload(name, content), by=audit.SYSTEM)

    assert refused.value.code == code
    assert (stored(), MediaFile.objects.count()) == before


def test_a_new_file_takes_the_old_one_away_after_the_commit(django_capture_on_commit_callbacks: OnCommit) -> None:
    film = make_film()
    old = film.file
    assert old is not None

    with django_capture_on_commit_callbacks(execute=True):
        new = attach_file(film, ContentFile(FILM.read_bytes() + b"x", "ny.mp4"), by=audit.SYSTEM)

    assert not private_storage().exists(old.storage_name)
    assert private_storage().exists(new.storage_name)
    assert not MediaFile.objects.filter(pk=old.pk).exists()


def test_a_rollback_leaves_no_file_behind(monkeypatch: pytest.MonkeyPatch) -> None:
    film = make_film()
    before = stored()

    def broken(*_arguments: object, **_facts: object) -> None:
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("media_catalog.actions.files.audit.record", broken)
    with pytest.raises(RuntimeError), transaction.atomic():
        attach_file(film, ContentFile(FILM.read_bytes(), "ny.mp4"), by=audit.SYSTEM)

    assert stored() == before


def test_the_facts_of_a_file_are_kept() -> None:
    file = make_episode().file
    assert file is not None

    assert (file.content_type, file.size, file.filename) == ("audio/mpeg", SOUND.stat().st_size, SOUND.name)
    assert len(file.sha256) == 64
    assert file.duration is not None


def test_a_published_film_is_played_in_ranges(client: Client) -> None:
    film = make_film()

    whole = client.get(film.file_url)
    part = client.get(film.file_url, headers={"Range": "bytes=100-199"})

    assert (whole.status_code, whole["Content-Type"], body(whole)) == (200, "video/mp4", FILM.read_bytes())
    assert (part.status_code, body(part)) == (206, FILM.read_bytes()[100:200])
    assert whole["Cache-Control"] == "public, max-age=3600"
    assert film.file is not None
    assert whole["ETag"] == f'"{film.file.sha256}"'


def test_a_film_on_order_is_at_no_public_address(client: Client) -> None:
    short = make_film()
    long = make_film(slug="lang", short_version=short, on_order=True)
    assert long.file is not None

    assert client.get(reverse("media_file", args=[long.file.pk, "lang.mp4"])).status_code == 404
    assert client.get("/film-och-podd/lang/undertexter.vtt").status_code == 404
    assert client.get("/film-och-podd/lang/kapitel.json").status_code == 404
    assert long.file.storage_name not in client.get(short.get_absolute_url()).content.decode()


def test_what_is_taken_away_is_gone(client: Client) -> None:
    episode = make_episode()
    address, captions = episode.file_url, episode.captions_url
    unpublish(episode, by=audit.SYSTEM)

    assert {client.get(url).status_code for url in (address, captions, episode.get_absolute_url())} == {404}


def test_a_poster_is_public_with_its_item(client: Client) -> None:
    film = make_film()
    picture = (FOLDER / "demofilm.png").read_bytes()
    poster = attach_poster(film, ContentFile(picture, "bild.png"), by=audit.SYSTEM)

    response = client.get(film.poster_url)

    assert (response["Content-Type"], body(response)) == ("image/png", picture)
    assert (poster.width, poster.height) == (640, 360)


def test_a_download_has_its_name(client: Client) -> None:
    response = client.get(f"{make_film(slug='en-film').file_url}?spara")

    assert response["Content-Disposition"] == 'attachment; filename="en-film.mp4"'
    assert body(response) == FILM.read_bytes()


def test_captions_are_a_file_of_their_own(client: Client) -> None:
    response = client.get(make_film().captions_url)

    assert response["Content-Type"] == "text/vtt; charset=utf-8"
    assert response.content.decode().startswith("WEBVTT\n\n00:00:00.500 --> 00:00:04.000\nHej och välkommen.\n")
    assert "<v Lena Lindgren>Det är svårt att styra, sa Åsa." in response.content.decode()


def test_a_publication_may_have_no_file(client: Client) -> None:
    assert client.get(make_publication().get_absolute_url()).status_code == 200
