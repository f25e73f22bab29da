"""A person's own notes. Nothing of them gets into the trail: that somebody keeps notes is nobody else's business."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from agreements.actions.agreeing import NotAllowed
from agreements.models import Agreement, Member, PrivateNote
from agreements.queries.templates import section_keys
from agreements.states import AgreementState


@transaction.atomic
def write_note(agreement: Agreement, key: str, text: str, *, by: Member) -> None:
    """Let the person's note beside that section say this; an empty one is gone. Raises `NotAllowed`."""
    inside = Member.objects.inside().filter(pk=by.pk, agreement=agreement).exists()
    if not inside or key not in section_keys(agreement.template_version):
        raise NotAllowed
    mine = PrivateNote.objects.filter(member=by, section_key=key)
    if not text:
        mine.delete()
    elif agreement.state == AgreementState.ENDED:
        raise NotAllowed
    else:
        facts = {"agreement": agreement, "text": text, "at": timezone.now()}
        PrivateNote.objects.update_or_create(member=by, section_key=key, defaults=facts)
