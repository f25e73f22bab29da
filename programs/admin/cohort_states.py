"""How a cohort's states are shown: the colour only repeats the words."""

from __future__ import annotations

from typing import Final

from portal.core.admin_trail import status_tag
from programs.states import CohortState

KINDS: Final = {
    CohortState.PLANNED: "neutral",
    CohortState.INTEREST_OPEN: "positive",
    CohortState.APPLICATION_OPEN: "positive",
    CohortState.CLOSED: "waiting",
    CohortState.STARTED: "waiting",
    CohortState.COMPLETED: "neutral",
    CohortState.CANCELLED: "negative",
}


def state_tag(value: str) -> str:
    state = CohortState(value)
    return status_tag(state.label, KINDS[state])
