"""Coming into the room: the first time is joining, and what is shown counts as read."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from agreements.collaboration import hints
from agreements.collaboration.content import Content, section_hash
from agreements.models import Member, SectionRead
from portal.core import audit

# Somebody who comes back after less than this is still on the same visit.
ONE_VISIT = timedelta(minutes=30)
# A page that is fetched again and again writes at most this often.
SELDOM = timedelta(minutes=1)


@transaction.atomic
def enter_room(member: Member, content: Content) -> None:
    """Note that the person is here and has this text in front of them."""
    row = Member.objects.select_for_update().get(pk=member.pk)
    now = timezone.now()
    if row.joined_at is None:
        row.joined_at = now
        row.save(update_fields=["joined_at"])
        audit.record("agreements.member_joined", row.agreement, by=audit.PERSON, member=row.pk, role=row.role)
        hints.changed(row.agreement_id, "members")
    if _note_reads(row, {section.key: section_hash(section) for section in content.sections}, now):
        hints.changed(row.agreement_id, "read")


def _note_reads(member: Member, hashes: dict[str, str], now: datetime) -> bool:
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
            before = read.content_hash if now - read.at > ONE_VISIT else read.before_hash
            SectionRead.objects.filter(pk=read.pk).update(content_hash=current, before_hash=before, at=now)
    return bool(news)
