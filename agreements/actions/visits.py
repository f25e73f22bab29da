"""Coming into the room: the first time is joining, and what is shown counts as read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from agreements.collaboration import hints
from agreements.collaboration.content import Content, section_hash
from agreements.models import Document, Member, SectionRead
from agreements.queries.visits import is_same_visit, others_changed
from portal.core import audit

# A page that is fetched again and again writes at most this often.
SELDOM = timedelta(minutes=1)


@transaction.atomic
def enter_room(member: Member, document: Document, content: Content, seq: int) -> None:
    """Note that the person is here and has this text, up to that update, in front of them.

    Raises `Member.DoesNotExist` when the seat was given to somebody else in this moment.
    """
    row = Member.objects.select_for_update().get(pk=member.pk)
    now = timezone.now()
    others = others_changed(row, document, seq)
    if _note_reads(row, {section.key: section_hash(section) for section in content.sections}, now, others=others):
        hints.changed(row.agreement_id, "read")
    _note_visit(row, seq, now)


def _note_visit(row: Member, seq: int, now: datetime) -> None:
    """Write the seat once.

    Of a row that one transaction changes twice PostgreSQL asks anew whether its agreement is there, and waits for
    whoever holds that. All others hold the agreement first, and then wait for the seat.
    """
    is_first = row.joined_at is None
    # Another page of the same person may have seen more already.
    if is_first or row.seen_seq < seq:
        row.joined_at, row.seen_seq = row.joined_at or now, max(row.seen_seq, seq)
        row.save(update_fields=["joined_at", "seen_seq"])
    if is_first:
        audit.record("agreements.member_joined", row.agreement, by=audit.PERSON, member=row.pk, role=row.role)
        hints.changed(row.agreement_id, "members")


def _note_reads(member: Member, hashes: dict[str, str], now: datetime, *, others: frozenset[str]) -> bool:
    """Whether something was read that had not been before."""
    known = {read.section_key: read for read in SectionRead.objects.filter(member=member)}
    news = [key for key, current in hashes.items() if key not in known or known[key].content_hash != current]
    for key, current in hashes.items():
        read = known.get(key)
        if read is None:
            SectionRead.objects.create(
                member=member, section_key=key, content_hash=current, before_hash=current, at=now
            )
        elif read.content_hash != current or now - read.at > SELDOM:
            before = _before(read, current, now, others=key in others)
            SectionRead.objects.filter(pk=read.pk).update(content_hash=current, before_hash=before, at=now)
    return bool(news)


def _before(read: SectionRead, current: str, now: datetime, *, others: bool) -> str:
    """What the section said when the visit began. What the person writes themselves is never new to them."""
    before = read.before_hash if is_same_visit(read, now) else read.content_hash
    nothing_new = before == read.content_hash
    return current if nothing_new and not others else before
