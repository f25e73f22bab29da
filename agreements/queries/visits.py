"""What is new to somebody since they were last in the room: what the other wrote, never what they wrote themselves."""

from __future__ import annotations

from datetime import datetime, timedelta

from agreements.models import Document, Member, SectionRead, Update

# Somebody who comes back after less than this is still on the same visit.
ONE_VISIT = timedelta(minutes=30)


def others_wrote(member: Member, document: Document, seq: int) -> bool:
    """Whether anybody else wrote something up to `seq` that the person has not had in front of them."""
    news = Update.objects.filter(document=document, seq__gt=member.seen_seq, seq__lte=seq, member__isnull=False)
    return news.exclude(member=member).exists()


def is_same_visit(read: SectionRead, now: datetime) -> bool:
    return now - read.at <= ONE_VISIT


def is_new(read: SectionRead | None, section_hash: str, now: datetime, *, others: bool) -> bool:
    """Whether the section says something else than when the visit began, by others' doing."""
    if read is None:
        return False
    pending = is_same_visit(read, now) and read.before_hash != read.content_hash
    before = read.before_hash if is_same_visit(read, now) else read.content_hash
    return before != section_hash and (others or pending)
