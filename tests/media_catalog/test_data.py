"""What the package carries is what its sources say, and staff owns a row from the moment it is there."""

from __future__ import annotations

import pytest

from media_catalog.actions.catalogue import known_media, load_media
from media_catalog.models import Credit, Kind, MediaItem

pytestmark = pytest.mark.django_db


def test_a_second_load_adds_nothing_and_keeps_what_staff_wrote() -> None:
    first = load_media()
    MediaItem.objects.filter(slug="310-val").update(title="Staffs titel")

    second = load_media()

    assert (len(first.added), first.kept) == (26, ())
    assert (second.added, set(second.kept)) == ((), set(first.added))
    assert MediaItem.objects.get(slug="310-val").title == "Staffs titel"
    assert Credit.objects.count() == sum(
        len(item.get("people", [])) for items in known_media().values() for item in items
    )


def test_episodes_that_no_source_knows_are_drafts_with_only_their_number() -> None:
    load_media()
    unknown = MediaItem.objects.filter(kind=Kind.EPISODE, title="").order_by("episode_number")

    assert [item.episode_number for item in unknown] == [3, 4, 5, 7, 8]
    for item in unknown:
        assert (item.published, item.lead, item.released_on, item.duration, item.credits.count()) == (
            False, "", None, None, 0,
        )  # fmt: skip


def test_films_and_episodes_wait_for_their_files_and_publications_do_not() -> None:
    load_media()

    assert set(MediaItem.objects.published().values_list("kind", flat=True)) == {Kind.PUBLICATION}
    assert MediaItem.objects.published().count() == 11


def test_the_films_are_as_long_as_the_source_says() -> None:
    load_media()
    lengths = dict(MediaItem.objects.of_kind(Kind.FILM).values_list("slug", "duration"))

    assert lengths["uppdraget-som-kso-och-rso"] == 195
    assert lengths["bygga-team-och-skapa-tillitsfulla-moten"] == 186
    assert MediaItem.objects.get(slug="uppdraget-som-kso-och-rso-lang").short_version == MediaItem.objects.get(
        slug="uppdraget-som-kso-och-rso"
    )


def test_nobodys_party_is_told() -> None:
    load_media()
    words = {word.strip("(),") for credit in Credit.objects.all() for word in credit.role_then.split()}

    assert words & {"S", "M", "C", "V", "KD", "L", "MP", "SD"} == set()


def test_an_episode_is_the_same_one_in_every_database() -> None:
    load_media()
    guids = {item["slug"]: item["guid"] for item in known_media()["episodes"]}

    assert {item.slug: str(item.guid) for item in MediaItem.objects.of_kind(Kind.EPISODE)} == guids


def test_every_row_names_its_source() -> None:
    load_media()

    assert list(MediaItem.objects.filter(source="").exclude(title="")) == []
