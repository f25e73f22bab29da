"""Where an enquiry from a visitor stands with staff. Pure."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from portal.core.states import TransitionTable


class EnquiryState(TextChoices):
    NEW = "new", _("ny")
    HANDLED = "handled", _("hanterad")


# Back to new: staff pressed by mistake, or the sender corrected what had already been dealt with.
ENQUIRY_TRANSITIONS: TransitionTable[EnquiryState] = TransitionTable(
    {EnquiryState.NEW: (EnquiryState.HANDLED,), EnquiryState.HANDLED: (EnquiryState.NEW,)}
)
