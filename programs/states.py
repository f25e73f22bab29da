"""The states of a cohort and the ways between them. Pure: the action `move_cohort` is the only one who walks them."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from portal.core.states import TransitionTable


class CohortState(models.TextChoices):
    """How far a cohort has come, from a thought to a diploma."""

    PLANNED = "planned", _("Planerad")
    INTEREST_OPEN = "interest_open", _("Öppen för intresseanmälan")
    APPLICATION_OPEN = "application_open", _("Öppen för anmälan")
    CLOSED = "closed", _("Anmälan stängd")
    STARTED = "started", _("Startad")
    COMPLETED = "completed", _("Genomförd")
    CANCELLED = "cancelled", _("Inställd")


COHORT_TRANSITIONS: TransitionTable[CohortState] = TransitionTable(
    {
        CohortState.PLANNED: (CohortState.INTEREST_OPEN, CohortState.APPLICATION_OPEN, CohortState.CANCELLED),
        # Back to planned: somebody opened too early.
        CohortState.INTEREST_OPEN: (CohortState.APPLICATION_OPEN, CohortState.PLANNED, CohortState.CANCELLED),
        CohortState.APPLICATION_OPEN: (CohortState.CLOSED, CohortState.INTEREST_OPEN, CohortState.CANCELLED),
        # Back to open: there are places left, or the closing date was moved.
        CohortState.CLOSED: (CohortState.STARTED, CohortState.APPLICATION_OPEN, CohortState.CANCELLED),
        CohortState.STARTED: (CohortState.COMPLETED, CohortState.CANCELLED),
        CohortState.COMPLETED: (),
        # A cancelled cohort may be planned anew; it never goes straight to anything that visitors can act on.
        CohortState.CANCELLED: (CohortState.PLANNED,),
    }
)


class InterestState(models.TextChoices):
    """Whether somebody still wants to hear from us."""

    REGISTERED = "registered", _("Anmäld")
    WITHDRAWN = "withdrawn", _("Tillbakatagen")


INTEREST_TRANSITIONS: TransitionTable[InterestState] = TransitionTable(
    {
        InterestState.REGISTERED: (InterestState.WITHDRAWN,),
        InterestState.WITHDRAWN: (),
    }
)
