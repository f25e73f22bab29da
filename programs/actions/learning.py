"""The verbs of a participant's own page: notes about the challenge, and being seen by the others."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.people import key_of
from portal.core.windows import Seen
from programs.models import ChallengeNote, Place, Step
from programs.queries.my_pages import note_values


def bind_places(user: AbstractBaseUser | AnonymousUser) -> int:
    """Let the account have the places of its address: the code that opened it has proved the address."""
    unbound = Place.objects.filter(user=None, email_key=key_of(getattr(user, "email", "")))
    return unbound.update(user=user.pk) if user.pk else 0


@transaction.atomic
def write_challenge_note(
    place: Place, step: Step, private: str, shared: str, *, by: audit.Actor, seen: Seen | None = None
) -> ChallengeNote:
    """Keep what a participant writes at one step. The trail says that they did, and never what.

    Raises `SavedElsewhere`.
    """
    note, _created = ChallengeNote.objects.select_for_update().get_or_create(
        place=place, step=step, defaults={"delete_after": place.delete_after}
    )
    if seen:
        seen.check(note_values(note))
    note.private_text, note.shared_text, note.updated_at = private, shared, timezone.now()
    note.save()
    audit.record("programs.challenge_note_written", place, by=by, step=step.value, shared=bool(shared))
    return note


@transaction.atomic
def show_to_cohort(place: Place, *, shown: bool, by: audit.Actor) -> None:
    """Let the other participants see name, commission and organisation, or no longer. Twice is as once."""
    row = Place.objects.select_for_update().get(pk=place.pk)
    if row.is_listed != shown:
        row.is_listed = shown
        row.save(update_fields=["is_listed"])
        audit.record("programs.place_shown_to_cohort", row, by=by, shown=shown)
