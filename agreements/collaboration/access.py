"""Who may sit at a document, asked of the database."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.models import Session
from django.utils import timezone

from agreements.models import Agreement, Document, Member, MemberRole
from agreements.permissions import may_write, may_write_as, membership
from agreements.states import AgreementState

COLOURS = {MemberRole.CHAIR: 1, MemberRole.CHIEF: 2}
FIRST_COLOUR_OF_READERS, COLOURS_OF_READERS = 3, 4


@dataclass(frozen=True, slots=True)
class Seat:
    """One person at one document, as the database said it last."""

    agreement_id: uuid.UUID
    document_id: int
    epoch: uuid.UUID
    is_frozen: bool
    member_id: int
    session_key: str
    name: str
    colour: int
    may_write: bool


class Closed(StrEnum):
    """Why somebody who is in the room has no text to come to."""

    ENDED = "ended"
    SHOWN = "shown"


@dataclass(frozen=True, slots=True)
class DocumentStanding:
    head_seq: int
    epoch: uuid.UUID
    is_frozen: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the database says now about everything that is open in this process."""

    documents: dict[int, DocumentStanding]
    may_write: dict[int, bool]
    # Members of an agreement that was ended.
    ended: frozenset[int]
    sessions: frozenset[str]


def find_seat(
    user: AbstractBaseUser | AnonymousUser, session_key: str, agreement_id: uuid.UUID, *, is_silent: bool
) -> Seat | Closed | None:
    """The person's seat at the shared document or at their own silent one; None for everybody else."""
    agreement = Agreement.objects.visible_to(user).filter(pk=agreement_id).first()
    member = membership(agreement, user) if agreement else None
    if agreement is None or member is None:
        return None
    document = text_of(agreement, member, is_silent=is_silent)
    return _seat(agreement, member, document, session_key) if isinstance(document, Document) else document


def text_of(agreement: Agreement, member: Member, *, is_silent: bool) -> Document | Closed | None:
    """What somebody who is in the room writes in, or why it can no longer be written in."""
    if agreement.state == AgreementState.ENDED:
        return Closed.ENDED
    document = Document.objects.filter(agreement=agreement, owner=member if is_silent else None).first()
    return document or (Closed.SHOWN if is_silent and _has_shown_draft(member) else None)


def _has_shown_draft(member: Member) -> bool:
    """Asked after the draft was not found: it goes in the same moment as the agreement says so."""
    ready = Member.objects.inside().filter(pk=member.pk, silent_ready_at__isnull=False)
    return ready.filter(agreement__silent_keys=[]).exists()


def _seat(agreement: Agreement, member: Member, document: Document, session_key: str) -> Seat:
    return Seat(
        agreement_id=agreement.pk,
        document_id=document.pk,
        epoch=document.epoch,
        is_frozen=document.frozen_version_id is not None,
        member_id=member.pk,
        session_key=session_key,
        name=member.name,
        colour=_colour(member),
        may_write=may_write(agreement, member),
    )


def _colour(member: Member) -> int:
    of_reader = FIRST_COLOUR_OF_READERS + member.pk % COLOURS_OF_READERS
    return COLOURS.get(MemberRole(member.role), of_reader)


def look(document_ids: Iterable[int], member_ids: Iterable[int], session_keys: Iterable[str]) -> Standing:
    """Three queries, however much is open, and no more of each row than is looked at."""
    rows = Document.objects.filter(pk__in=list(document_ids))
    documents = rows.values_list("pk", "head_seq", "epoch", "frozen_version_id")
    inside = Member.objects.inside().filter(pk__in=list(member_ids), user__is_active=True)
    members = list(inside.values_list("pk", "role", "agreement__state"))
    sessions = Session.objects.filter(session_key__in=list(session_keys), expire_date__gt=timezone.now())
    return Standing(
        {pk: DocumentStanding(head_seq, epoch, frozen is not None) for pk, head_seq, epoch, frozen in documents},
        {pk: may_write_as(role, state) for pk, role, state in members},
        frozenset(pk for pk, _role, state in members if state == AgreementState.ENDED),
        frozenset(sessions.values_list("session_key", flat=True)),
    )
