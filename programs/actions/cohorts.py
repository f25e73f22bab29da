"""Verbs that move a cohort from one state to the next."""

from __future__ import annotations

from django.db import transaction

from portal.core import audit
from programs.models import Cohort, InterestRound
from programs.states import COHORT_TRANSITIONS, CohortState


@transaction.atomic
def move_cohort(cohort: Cohort, to: CohortState, *, by: audit.Actor) -> Cohort:
    """Move the cohort to another state and return it as it now is; `TransitionRefused` when the table has no such way.

    A cohort that opens for interest joins the round of its year, unless staff chose another one.
    """
    # no_key: places may come in meanwhile, and whoever brings one in and then wants the cohort waits for nobody's ring.
    locked = Cohort.objects.select_for_update(no_key=True).get(pk=cohort.pk)
    before = CohortState(locked.state)
    COHORT_TRANSITIONS.check(before, to)
    locked.state = to
    if to == CohortState.INTEREST_OPEN and locked.interest_round is None:
        locked.interest_round, _created = InterestRound.objects.get_or_create(year=locked.year)
    locked.save(update_fields=["state", "interest_round"])
    audit.record("programs.cohort_moved", locked, by=by, from_state=before.value, to_state=to.value)
    return locked
