"""A cohort that meets: participants, an occasion ahead of them, and the day on which the tests stand."""

from __future__ import annotations

import datetime as dt

from portal.core import audit
from portal.organisations.models import Organisation
from programs.actions import places
from programs.models import Cohort, Occasion, Place
from programs.states import CohortState
from tests.programs.applying import load_some_organisations, person
from tests.programs.builders import make_cohort, make_programme

# The day before Lucia; what is asked two weeks ahead is asked about the first days of the new year.
TODAY = dt.date(2026, 12, 12)
FIRST_DAY = dt.date(2026, 12, 26)


def make_meeting(starts_on: dt.date = FIRST_DAY) -> Occasion:
    """An occasion of two days of a cohort that meets at a usual place."""
    load_some_organisations()
    cohort = make_cohort(make_programme(), 2027, CohortState.STARTED)
    Cohort.objects.filter(pk=cohort.pk).update(venue_name="Konferensen", place_text="Stockholm")
    cohort.refresh_from_db()
    return Occasion.objects.create(
        cohort=cohort,
        number=1,
        theme_name="Styrning & ledning",
        starts_on=starts_on,
        ends_on=starts_on + dt.timedelta(days=1),
        starts_at=dt.time(10),
        ends_at=dt.time(13),
    )


def join(cohort: Cohort, name: str, *, code: str = "0180") -> Place:
    """A participant, having come the whole way."""
    first = name.split(maxsplit=1)[0].lower().translate(str.maketrans("åäö", "aao"))
    email = f"{first}@kommun.example"
    whom = person(email, name=name, organisation=Organisation.objects.get(code=code))
    place = places.invite(cohort, whom, by=audit.SYSTEM)
    for verb in (places.apply, places.offer, places.accept, places.admit):
        place = verb(place, by=audit.SYSTEM)
    return place
