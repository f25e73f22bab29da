"""The demo shows films and episodes of its own making, and says so."""

from __future__ import annotations

import tomllib

import pytest
from django.test import Client

from media_catalog.actions.catalogue import load_media
from media_catalog.models import Kind, MediaItem
from portal.demo.media import FOLDER, ensure_media

pytestmark = pytest.mark.django_db


def test_a_second_run_adds_nothing_and_everything_is_marked_as_demo() -> None:
    load_media()

    assert (ensure_media(), ensure_media()) == (10, 0)
    shown = MediaItem.objects.published().exclude(kind=Kind.PUBLICATION)
    assert shown.count() == 10
    assert all(item.demo and item.transcript_id for item in shown.select_related("file"))
    assert MediaItem.objects.orderable().count() == 2


def test_what_no_source_knows_stays_a_draft() -> None:
    load_media()
    ensure_media()

    drafts = MediaItem.objects.filter(published=False).values_list("episode_number", flat=True)
    assert sorted(drafts) == [3, 4, 5, 7, 8]


def test_the_demo_finds_the_words_of_the_issue(client: Client) -> None:
    load_media()
    ensure_media()

    for word in ("åsa", "styra"):
        page = client.get("/film-och-podd/", {"q": word}).content.decode()
        assert "media-entry__hit" in page, word


def test_every_script_has_its_files() -> None:
    scripts = tomllib.loads((FOLDER / "scripts.toml").read_text("utf-8"))
    durations = tomllib.loads((FOLDER / "durations.toml").read_text("utf-8"))

    for slug, script in (scripts["films"] | scripts["episodes"]).items():
        captions = (FOLDER / f"{slug}.vtt").read_text("utf-8")
        assert [line for line in script["lines"] if line not in captions] == []
        assert durations[slug] > 10
