"""The real beat and a real worker, with nobody else: a round opens and an offer runs out by themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from portal.core.models import OutgoingMail
from programs.models import Cohort, Place, Promotion
from programs.states import CohortState, PlaceState
from tests.programs.builders import make_cohort, make_programme
from tests.programs.places import make_place, make_round
from tests.services.processes import wait_until
from tests.services.servers import CeleryBeat, CeleryWorker

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]


def test_beat_opens_rounds_and_lets_offers_run_out(
    celery_worker_process: CeleryWorker, celery_beat_process: CeleryBeat
) -> None:
    full = make_round(capacity=1, promotion=Promotion.BY_ITSELF)
    offered, reserve = make_place(full, PlaceState.OFFERED), make_place(full, PlaceState.WAITING)
    planned = make_cohort(make_programme(), 2027)
    Cohort.objects.filter(pk=planned.pk).update(application_opens_at=timezone.now() + dt.timedelta(seconds=1))
    Place.objects.filter(pk=offered.pk).update(answer_by=timezone.localdate() - dt.timedelta(days=1))

    def is_done() -> bool:
        cohorts = Cohort.objects.filter(pk=planned.pk, state=CohortState.APPLICATION_OPEN)
        return cohorts.exists() and Place.objects.filter(pk=reserve.pk, state=PlaceState.OFFERED).exists()

    wait_until(is_done, "beat has opened the round and passed the place on")
    letters = OutgoingMail.objects.filter(letter__in=["programs/place_lapsed", "programs/place_offered"])
    assert sorted(letters.values_list("about_id", "letter")) == sorted(
        [
            (str(offered.pk), "programs/place_offered"),
            (str(offered.pk), "programs/place_lapsed"),
            (str(reserve.pk), "programs/place_offered"),
        ]
    )
