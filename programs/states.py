"""The states of a cohort, of an interest registration and of a place, and the ways between them. Pure."""

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


class PlaceState(models.TextChoices):
    """How far one person has come with one cohort, from an invitation to a diploma."""

    STARTED = "started", _("Påbörjad ansökan")
    INVITED = "invited", _("Inbjuden att söka")
    APPLIED = "applied", _("Har sökt")
    WAITING = "waiting", _("Reserv")
    OFFERED = "offered", _("Erbjuden plats")
    ACCEPTED = "accepted", _("Har tackat ja")
    DECLINED = "declined", _("Har tackat nej")
    LAPSED = "lapsed", _("Svarade inte i tid")
    NOT_ADMITTED = "not_admitted", _("Fick inte plats")
    PARTICIPANT = "participant", _("Deltagare")
    COMPLETED = "completed", _("Har gått klart")
    INTERRUPTED = "interrupted", _("Har avbrutit")
    WITHDRAWN = "withdrawn", _("Har dragit sig ur")


class StateClass(models.TextChoices):
    """What a state means for the person, whatever it is called: it gives the colour and the grouping."""

    OPEN = "open", _("På väg")
    WAITING = "waiting", _("Väntar")
    POSITIVE = "positive", _("Med")
    NEGATIVE = "negative", _("Inte med")


PLACE_TRANSITIONS: TransitionTable[PlaceState] = TransitionTable(
    {
        # Somebody began an open application; nobody knows of it before it is sent.
        PlaceState.STARTED: (PlaceState.APPLIED, PlaceState.WITHDRAWN),
        # An invitation lapses when the round closes without an application.
        PlaceState.INVITED: (PlaceState.APPLIED, PlaceState.LAPSED, PlaceState.WITHDRAWN),
        # Back to started: its sender gave the address of somebody who has a place, and it is kept beside that one.
        PlaceState.APPLIED: (
            PlaceState.OFFERED,
            PlaceState.WAITING,
            PlaceState.NOT_ADMITTED,
            PlaceState.WITHDRAWN,
            PlaceState.STARTED,
        ),
        PlaceState.WAITING: (PlaceState.OFFERED, PlaceState.NOT_ADMITTED, PlaceState.WITHDRAWN),
        PlaceState.OFFERED: (PlaceState.ACCEPTED, PlaceState.DECLINED, PlaceState.LAPSED, PlaceState.WITHDRAWN),
        PlaceState.ACCEPTED: (PlaceState.PARTICIPANT, PlaceState.WITHDRAWN),
        # Second thoughts: the application counts again, and a place is offered anew if there is one.
        PlaceState.DECLINED: (PlaceState.APPLIED,),
        PlaceState.LAPSED: (PlaceState.APPLIED, PlaceState.WITHDRAWN),
        PlaceState.NOT_ADMITTED: (PlaceState.APPLIED, PlaceState.WITHDRAWN),
        PlaceState.PARTICIPANT: (PlaceState.COMPLETED, PlaceState.INTERRUPTED, PlaceState.WITHDRAWN),
        PlaceState.COMPLETED: (),
        # Marked by mistake, or came back.
        PlaceState.INTERRUPTED: (PlaceState.PARTICIPANT,),
        PlaceState.WITHDRAWN: (),
    }
)

# Who is in the cohort and meets the others.
TAKES_PART = (PlaceState.PARTICIPANT, PlaceState.COMPLETED)
# Who sits at the table, by their own yes: they have a room, say whether they come, and read the material.
COMES = (PlaceState.ACCEPTED, *TAKES_PART)
# Who takes up one of the cohort's places. An offer does: otherwise two could say yes to the same one.
HOLDS_A_PLACE = (PlaceState.OFFERED, *COMES)
# One row per person and cohort, these apart: an unsent application binds nobody, and whoever left may come anew.
NOT_COUNTED = (PlaceState.STARTED, PlaceState.WITHDRAWN)

STATE_CLASSES = {
    PlaceState.STARTED: StateClass.OPEN,
    PlaceState.INVITED: StateClass.OPEN,
    PlaceState.APPLIED: StateClass.OPEN,
    PlaceState.WAITING: StateClass.WAITING,
    PlaceState.OFFERED: StateClass.WAITING,
    PlaceState.ACCEPTED: StateClass.POSITIVE,
    PlaceState.PARTICIPANT: StateClass.POSITIVE,
    PlaceState.COMPLETED: StateClass.POSITIVE,
    PlaceState.DECLINED: StateClass.NEGATIVE,
    PlaceState.LAPSED: StateClass.NEGATIVE,
    PlaceState.NOT_ADMITTED: StateClass.NEGATIVE,
    PlaceState.INTERRUPTED: StateClass.NEGATIVE,
    PlaceState.WITHDRAWN: StateClass.NEGATIVE,
}
