"""Nothing spoken is published without captions and transcript: not by the verb, not by a form, not in the database."""

from __future__ import annotations

import uuid

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from media_catalog.actions.publishing import publish, unpublish
from media_catalog.models import Kind, MediaItem, Transcript
from portal.core import audit
from portal.core.models import AuditEvent
from tests.media_catalog.builders import make_episode, make_film, make_item, make_publication

pytestmark = pytest.mark.django_db


def draft(kind: Kind, **facts: object) -> MediaItem:
    slug = f"utkast-{uuid.uuid4().hex[:6]}"
    item: MediaItem = MediaItem.objects.create(kind=kind, slug=slug, title="Ett utkast", **facts)
    return item


def test_a_film_without_file_and_transcript_is_refused_with_words() -> None:
    film = draft(Kind.FILM)

    with pytest.raises(ValidationError) as refused:
        publish(film, by=audit.SYSTEM)

    assert refused.value.messages == [
        "Filen saknas: ladda upp filmen eller ljudet.",
        "Utskrift och undertexter saknas: ladda upp en VTT- eller SRT-fil.",
    ]
    assert not MediaItem.objects.get(pk=film.pk).published


def test_an_episode_with_only_its_number_is_refused() -> None:
    episode = MediaItem.objects.create(kind=Kind.EPISODE, slug="podd-avsnitt-3", episode_number=3)

    with pytest.raises(ValidationError) as refused:
        publish(episode, by=audit.SYSTEM)

    assert refused.value.messages[0] == "Titeln saknas."


@pytest.mark.parametrize("kind", [Kind.FILM, Kind.EPISODE])
def test_the_database_refuses_what_the_code_forgot(kind: Kind) -> None:
    item = draft(kind, episode_number=5 if kind == Kind.EPISODE else None)

    with pytest.raises(IntegrityError, match="media_item_published_has_file_and_transcript"), transaction.atomic():
        MediaItem.objects.filter(pk=item.pk).update(published=True, published_at=timezone.now())


def test_a_transcript_that_is_in_use_cannot_be_taken_away() -> None:
    film = make_film()

    with pytest.raises(IntegrityError), transaction.atomic():
        Transcript.objects.filter(item=film).delete()


def test_clean_refuses_a_published_item_without_transcript() -> None:
    film = draft(Kind.FILM)
    film.published = True

    with pytest.raises(ValidationError, match="Utskrift och undertexter saknas"):
        film.clean()


def test_publishing_is_recorded_once_and_keeps_its_first_day() -> None:
    film = make_film(published=False)
    first = publish(film, by=audit.SYSTEM).published_at
    publish(film, by=audit.SYSTEM)
    unpublish(film, by=audit.SYSTEM)
    again = publish(film, by=audit.SYSTEM)

    assert again.published_at == first
    assert [event.event for event in AuditEvent.objects.about(again).filter(event__endswith="published")] == [
        "media_catalog.published",
        "media_catalog.unpublished",
        "media_catalog.published",
    ]


def test_a_form_that_was_open_before_cannot_undo_the_publishing() -> None:
    old = make_film(published=False)
    publish(old, by=audit.SYSTEM)

    old.title = "Ny titel"
    old.save()

    fresh = MediaItem.objects.get(pk=old.pk)
    assert (fresh.published, fresh.title) == (True, "Ny titel")


def test_the_fixed_id_survives_a_new_title() -> None:
    episode = make_episode()
    before = episode.guid

    episode.title = "En helt annan titel"
    episode.save()

    assert MediaItem.objects.get(pk=episode.pk).guid == before


def test_a_publication_needs_only_its_title() -> None:
    assert make_publication().published


@pytest.mark.parametrize("slug", ["bestall", "fil", "prenumerera", "bestallning"])
def test_the_addresses_of_our_own_pages_are_taken(slug: str) -> None:
    with pytest.raises(ValidationError, match="används till en annan sida"):
        make_item(Kind.PUBLICATION, slug=slug)


@pytest.mark.parametrize(
    ("typed", "kept"), [("9789171648129", "978-91-7164-812-9"), ("91-7164-812-9", None), ("978-91-7164-812-8", None)]
)
def test_an_isbn_is_checked_and_written_with_its_strokes(typed: str, kept: str | None) -> None:
    item = MediaItem(kind=Kind.PUBLICATION, slug="en-bok", title="En bok", isbn=typed)
    if kept is None:
        with pytest.raises(ValidationError, match="inget riktigt ISBN"):
            item.full_clean()
    else:
        item.full_clean()
        assert item.isbn == kept


def test_only_films_are_long_or_on_order() -> None:
    with pytest.raises(IntegrityError, match="media_item_only_films_are_long"), transaction.atomic():
        draft(Kind.PUBLICATION, on_order=True)


def test_what_is_listed_open_and_orderable() -> None:
    short = make_film(slug="kort")
    long = make_film(slug="lang", short_version=short, on_order=True)
    draft(Kind.FILM)

    assert list(MediaItem.objects.listed()) == [short]
    assert list(MediaItem.objects.open()) == [short]
    assert list(MediaItem.objects.orderable()) == [long]
    assert long.get_absolute_url() == short.get_absolute_url()
