"""Whether a room is still as the form made it, and the mails that let the two in."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Q

from agreements.models import PAIR, Agreement, Document, Member, PrivateNote
from agreements.states import AgreementState
from portal.core.models import AuditEvent, MailQuerySet, OutgoingMail

# What the trail says of a room in which nobody has been.
OF_THE_FORM = ("agreements.agreement_started", "agreements.start_corrected")


def is_untouched(agreement: Agreement, document: Document, members: Sequence[Member]) -> bool:
    """Whether neither of the two has logged in since, come in, or written anything. Ask it of locked rows."""
    return (
        agreement.state == AgreementState.WRITING
        and document.head_seq == 1
        and sorted(member.role for member in members) == sorted(PAIR)
        and not any(_has_begun(member) for member in members)
        and not PrivateNote.objects.filter(member__in=members).exists()
        and not AuditEvent.objects.about(agreement).exclude(event__in=OF_THE_FORM).exists()
    )


def _has_begun(member: Member) -> bool:
    last_login = member.user.last_login
    has_logged_in = last_login is not None and last_login >= member.invited_at
    return has_logged_in or member.joined_at is not None or member.left_at is not None


def invitations(member: Member) -> MailQuerySet:
    """What was sent, or will be, to let one of the two in; the newest is the one that holds."""
    first = f"agreement_started:{member.pk}"
    later = Q(key__startswith=f"{first}:") | Q(key__startswith=f"agreement_start_corrected:{member.pk}:")
    return OutgoingMail.objects.filter(Q(key=first) | later)
