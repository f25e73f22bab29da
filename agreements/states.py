"""The states of an agreement. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.core.states import TransitionTable


class AgreementState(TextChoices):
    """How far a pair has come."""

    WRITING = "writing", _("Skrivs")
    APPROVED = "approved", _("Godkänd")
    ENDED = "ended", _("Avslutad")


# Approved and written again in turn: a later change starts a new draft from the approved version.
AGREEMENT_TRANSITIONS: TransitionTable[AgreementState] = TransitionTable(
    {
        AgreementState.WRITING: (AgreementState.APPROVED, AgreementState.ENDED),
        AgreementState.APPROVED: (AgreementState.WRITING, AgreementState.ENDED),
        AgreementState.ENDED: (),
    }
)


class PaperState(TextChoices):
    """How far the PDF of a version has come."""

    WAITING = "waiting", _("Står i kö")
    MAKING = "making", _("Görs nu")
    DONE = "done", _("Klar")
    FAILED = "failed", _("Kunde inte göras")
