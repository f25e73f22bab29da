"""What is new to somebody since they were last in the room: what the other wrote, never what they wrote themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from agreements.collaboration.document import content_of, fold
from agreements.models import Document, Member, SectionRead, Update
from agreements.queries.differences import changed_keys
from agreements.queries.documents import frames_of
from agreements.queries.history import beginning, runs

# Somebody who comes back after less than this is still on the same visit.
ONE_VISIT = timedelta(minutes=30)
# Beyond this many turns nobody waits for the page to find out who changed which section.
MOST_TURNS = 40


def others_changed(member: Member, document: Document, seq: int) -> frozenset[str]:
    """The sections in which anybody else wrote, up to `seq`, what the person has not had in front of them."""
    news = Update.objects.filter(document=document, seq__gt=member.seen_seq, seq__lte=seq, member__isnull=False)
    if not news.exclude(member=member).exists():
        return frozenset()
    return _changed_by_others(member, document, seq)


def _changed_by_others(member: Member, document: Document, seq: int) -> frozenset[str]:
    """From the log, turn by turn; all sections where the log cannot tell."""
    frames = frames_of(document.agreement)
    state, start = beginning(document, seq)
    turns = list(runs(document, member.seen_seq, seq))
    if member.seen_seq < start or len(turns) > MOST_TURNS:
        return frozenset(frame.key for frame in frames)
    state = [fold([*state, *_rows(document, start, member.seen_seq)])]
    content, found = content_of(state, frames), set[str]()
    for turn in turns:
        state = [fold([*state, *(bytes(row.data) for row in turn.rows)])]
        before, content = content, content_of(state, frames)
        if turn.member_id != member.pk:
            found.update(changed_keys(before, content))
    return frozenset(found)


def _rows(document: Document, after: int, upto: int) -> list[bytes]:
    rows = Update.objects.filter(document=document, seq__gt=after, seq__lte=upto).order_by("seq")
    return [bytes(data) for data in rows.values_list("data", flat=True)]


def is_same_visit(read: SectionRead, now: datetime) -> bool:
    return now - read.at <= ONE_VISIT


def is_new(read: SectionRead | None, section_hash: str, now: datetime, *, others: bool) -> bool:
    """Whether the section says something else than when the visit began, by others' doing."""
    if read is None:
        return False
    pending = is_same_visit(read, now) and read.before_hash != read.content_hash
    before = read.before_hash if is_same_visit(read, now) else read.content_hash
    return before != section_hash and (others or pending)
