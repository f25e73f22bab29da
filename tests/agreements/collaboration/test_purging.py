"""After an approval the log keeps sessions and no keystrokes; history, version and next draft say what they said."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agreements.actions.agreeing import start_revision
from agreements.collaboration.content import Content
from agreements.collaboration.purging import purge_all_keystrokes, purge_keystrokes
from agreements.models import Snapshot, Update, Version
from agreements.queries.documents import current_content, read_log
from agreements.queries.history import Session, point_of, sessions
from agreements.schedules import purge_keystrokes as purge_job
from tests.agreements.builders import Pair, make_pair
from tests.agreements.test_agreeing import approve_both

SECRET = "detta ångrade hon genast"


@pytest.fixture
def pair(db: None) -> Pair:
    return make_pair()


def type_and_approve(pair: Pair) -> Version:
    """Letter by letter, over two hours, with something that is taken back."""
    start = timezone.now() - timedelta(hours=5)
    for number, text in enumerate(("S", "Sk", f"Skolan {SECRET}", "Skolan")):
        pair.write(pair.chair, "fokus", text)
        set_time(pair, start + timedelta(minutes=25 * number))
    pair.write(pair.chief, "moten", "Måndagar")
    set_time(pair, start + timedelta(minutes=100))
    for text in ("Skolan f", "Skolan först"):
        pair.write(pair.chair, "fokus", text)
        set_time(pair, start + timedelta(minutes=170))
    return approve_both(pair)


def set_time(pair: Pair, at: datetime) -> None:
    Update.objects.filter(document=pair.document, seq=pair.document.head_seq).update(created_at=at)


def texts(pair: Pair, found: list[Session]) -> list[tuple[Content, Content]]:
    """What each session began with and ended with."""
    points = [(point_of(pair.agreement, one.before), point_of(pair.agreement, one.point)) for one in found]
    return [(before.content, after.content) for before, after in points if before and after]


def everything_stored() -> bytes:
    rows = [*Update.objects.values_list("data", flat=True), *Snapshot.objects.values_list("state", flat=True)]
    return b"".join(bytes(row) for row in rows)


def test_sessions_stay_and_what_was_taken_back_in_one_is_gone(pair: Pair) -> None:
    version = type_and_approve(pair)
    before = sessions(pair.agreement, version)
    said, content = texts(pair, before), current_content(pair.document)
    assert SECRET.encode() in everything_stored()

    purge_job()

    after = sessions(pair.agreement, version)
    assert after == before
    assert len(after) == 3
    assert texts(pair, after) == said
    assert current_content(pair.document) == content
    assert SECRET.encode() not in everything_stored()
    assert Update.objects.filter(document=pair.document).count() == 1 + 2 + 1 + 2


def test_once_is_enough(pair: Pair) -> None:
    version = type_and_approve(pair)
    assert purge_keystrokes(version.pk) is True
    rows = list(Update.objects.values_list("seq", "data"))
    assert purge_keystrokes(version.pk) is False
    assert purge_all_keystrokes() == 0
    assert list(Update.objects.values_list("seq", "data")) == rows


def test_a_text_that_is_being_written_keeps_all_its_rows(pair: Pair) -> None:
    version = type_and_approve(pair)
    start_revision(pair.agreement, by=pair.chair)
    for text in ("N", "Ny"):
        pair.write(pair.chief, "fokus", text)
    draft = Update.objects.filter(document=pair.document, seq__gt=version.upto_seq)
    rows, content = list(draft.values_list("seq", "data")), current_content(pair.document)

    assert purge_all_keystrokes() == 1

    assert list(draft.values_list("seq", "data")) == rows
    assert current_content(pair.document) == content
    assert read_log(pair.document.pk).head_seq == pair.document.head_seq
    assert len(sessions(pair.agreement)) == 1


def test_nothing_is_thrown_away_that_is_not_proved_to_be_covered(pair: Pair) -> None:
    version = type_and_approve(pair)
    # A row whose predecessor was lost waits for ever: no session shows it, and it must not vanish.
    Update.objects.filter(document=pair.document, seq=2).update(data=b"\x00\x00")
    count = Update.objects.count()
    assert purge_keystrokes(version.pk) is False
    assert Update.objects.count() == count


WRITING = st.tuples(st.booleans(), st.sampled_from(["fokus", "moten"]), st.sampled_from(["", "a", "ab å", "ö🙂"]))


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=st.lists(WRITING, min_size=1, max_size=8), pauses=st.lists(st.integers(0, 50), min_size=8, max_size=8))
def test_whatever_was_written_the_history_stays(
    pair: Pair, story: list[tuple[bool, str, str]], pauses: list[int]
) -> None:
    if pair.document.frozen_version_id:
        start_revision(pair.agreement, by=pair.chair)
    at = timezone.now() - timedelta(days=1)
    for (is_chair, key, words), minutes in zip(story, pauses, strict=False):
        at += timedelta(minutes=minutes)
        pair.write(pair.chair if is_chair else pair.chief, key, words)
        set_time(pair, at)
    version = approve_both(pair)
    before = sessions(pair.agreement, version)
    said = texts(pair, before)
    assert purge_keystrokes(version.pk) is True
    after = sessions(pair.agreement, version)
    assert after == before
    assert texts(pair, after) == said
