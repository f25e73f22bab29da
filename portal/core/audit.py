"""The audit trail: every change of state writes who, what and when. No names, no addresses, no free text of people."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import models

from portal.core.models import AuditEvent, label_of

Fact = str | int | bool | None | list[str]


@dataclass(frozen=True)
class Actor:
    """Who did it: the system, the person whom it is about (by a form or a link in a mail), or a member of staff."""

    kind: AuditEvent.ActorKind
    user_id: int | None = None


SYSTEM = Actor(AuditEvent.ActorKind.SYSTEM)
PERSON = Actor(AuditEvent.ActorKind.PERSON)


def staff(user: AbstractBaseUser | AnonymousUser) -> Actor:
    """The member of staff behind a request in admin."""
    return Actor(AuditEvent.ActorKind.STAFF, user.pk)


def record(event: str, subject: models.Model, *, by: Actor, **data: Fact) -> AuditEvent:
    """Write one line, in the caller's transaction. `data` holds codes and numbers only."""
    subject_type, subject_id = label_of(subject)
    return AuditEvent.objects.create(
        event=event,
        subject_type=subject_type,
        subject_id=subject_id,
        actor_kind=by.kind,
        actor_id=by.user_id,
        data=data,
    )
