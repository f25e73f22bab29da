"""How a cohort's states are shown, and what is asked before it comes to one that has no way straight back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from portal.core.admin_questions import Question
from portal.core.admin_trail import status_tag
from programs.models import Cohort
from programs.queries.places import people_in
from programs.states import CohortState

# The colour only repeats the words.
KINDS: Final = {
    CohortState.PLANNED: "neutral",
    CohortState.INTEREST_OPEN: "positive",
    CohortState.APPLICATION_OPEN: "positive",
    CohortState.CLOSED: "waiting",
    CohortState.STARTED: "waiting",
    CohortState.COMPLETED: "neutral",
    CohortState.CANCELLED: "negative",
}
# The question, what follows, and the button. From the other states there is a way back by the same buttons.
QUESTIONS: Final[Mapping[str, tuple[Promise, Promise, Promise]]] = {
    CohortState.STARTED: (
        _("Markera som startad?"),
        _("Anmälan går inte att öppna igen efter det. Ingen får något mejl."),
        _("Ja, markera som startad"),
    ),
    CohortState.COMPLETED: (
        _("Markera som genomförd?"),
        _("Läget går inte att ändra mer efter det. Ingen får något mejl."),
        _("Ja, markera som genomförd"),
    ),
    CohortState.CANCELLED: (
        _("Ställa in?"),
        _(
            "Besökarna ser att kullen är inställd. Ingen får något mejl om det: skriv ett brev från kullens arbetsyta."
            " Blir den av ändå får den planeras på nytt, från början."
        ),
        _("Ja, ställ in"),
    ),
}


def state_tag(value: str) -> str:
    state = CohortState(value)
    return status_tag(state.label, KINDS[state])


def question(cohorts: Sequence[Cohort], to: CohortState) -> Question:
    """What staff reads before the cohorts are moved: which, where they are now, and how many people they hold."""
    title, text, yes = QUESTIONS[to]
    numbers = people_in(cohorts)
    return Question(title, text, yes, [_line(cohort, numbers.get(cohort.pk, 0)) for cohort in cohorts])


def _line(cohort: Cohort, number: int) -> str:
    people = ngettext("%(number)d person", "%(number)d personer", number) % {"number": number}
    return f"{cohort}: {CohortState(cohort.state).label.lower()}, {people}"
