"""Letting go of one person in the rooms that they only read in. A pair's agreement is half the other's."""

from __future__ import annotations

from django.db import transaction

from agreements.collaboration import hints
from agreements.models import Comment, MemberRole
from agreements.queries.people import memberships_at
from portal.core import audit
from portal.core.people import Erasure, Kept, let_go


@transaction.atomic
def erase_reader(key: str, *, by: audit.Actor, kept: list[Kept]) -> Erasure:
    """Take the person out of the rooms where they read, with what they have said there; what is kept is told."""
    # Locked: nobody says anything more from a seat that is being taken away.
    readers = list(memberships_at(key).filter(role=MemberRole.READER).select_for_update(of=("self",)))
    gone = let_go(Comment.objects.filter(member__in=readers))
    gone += let_go(memberships_at(key).filter(pk__in=[reader.pk for reader in readers]))
    for reader in readers:
        audit.record("agreements.reader_removed", reader.agreement, by=by, reader=reader.pk)
        hints.membership_changed(reader.agreement_id)
    return Erasure(gone, kept)
