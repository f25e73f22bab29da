"""A person's own notes. Nothing of them gets into the trail: that somebody keeps notes is nobody else's business."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agreements.actions.agreeing import NotAllowed
from agreements.models import Agreement, Member, PrivateNote
from agreements.queries.room_page import note_values
from agreements.queries.templates import section_keys
from agreements.states import AgreementState
from portal.core.windows import Seen


@transaction.atomic
def write_note(agreement: Agreement, key: str, text: str, *, by: Member, seen: Seen | None = None) -> None:
    """Let the person's note beside that section say this; an empty one is gone.

    Raises `NotAllowed` and `SavedElsewhere`.
    """
    # A note that is not there yet has no row to lock.
    row = Agreement.objects.select_for_update().get(pk=agreement.pk)
    me = Member.objects.inside().select_for_update().filter(pk=by.pk, agreement=row).first()
    if me is None or key not in section_keys(row.template_version) or (text and row.state == AgreementState.ENDED):
        raise NotAllowed
    if seen:
        seen.check(note_values(by, key))
    mine = PrivateNote.objects.filter(member=by, section_key=key)
    if not text:
        mine.delete()
    else:
        facts = {"agreement": row, "text": text, "at": timezone.now()}
        PrivateNote.objects.update_or_create(member=by, section_key=key, defaults=facts)
