"""Questions about places: who fits, how many are left, which place is yours, and until when it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Max, Min
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import formats
from portal.core.models import AuditEvent
from portal.core.normalisation import Address
from portal.organisations.models import GOTLAND_CODES, Organisation
from programs.models import Cohort, Place
from programs.models.places import DAYS_AFTER_PROGRAMME, DAYS_AFTER_WITHDRAWAL, DAYS_OF_DRAFT, PLACE_RECORD
from programs.queries.personal_links import PersonalLink, id_in
from programs.states import COMES, CohortState, PlaceState


@dataclass(frozen=True)
class Person:
    """Whom a place is for, with what has been cleaned already."""

    name: str
    email: Address
    organisation: Organisation
    phone: str = ""
    role: str = ""
    side: str = ""


# Who was in the cohort, or is about to be: their traces are kept with the programme's.
STAYS_WITH_THE_PROGRAMME = (*COMES, PlaceState.INTERRUPTED)
# For them nothing is settled before the programme starts.
UNSETTLED = (PlaceState.INVITED, PlaceState.APPLIED, PlaceState.WAITING, PlaceState.OFFERED)


_link = PersonalLink("programs.place")


def place_token(place: Place) -> str:
    """What the link in a mail carries."""
    return _link.token(place)


def place_behind(token: str) -> Place | None:
    """The place that the link in a mail belongs to, with what its page shows; None for anything else."""
    places = Place.objects.select_related("cohort__programme", "organisation").prefetch_related("cohort__occasions")
    pk = id_in(token)
    place = places.filter(pk=pk).first() if pk else None
    return place if place and _link.made(token, place) else None


def counted_place(cohort: Cohort, address: Address) -> Place | None:
    """The one place that this address has in the cohort; drafts and those that were withdrawn do not count."""
    return Place.objects.counted().filter(cohort=cohort, email_key=address.key).first()


def sent_besides(place: Place) -> list[Place]:
    """What else was sent from its address in the cohort: the place that counts, and what is kept beside it."""
    others = Place.objects.readable().filter(cohort=place.cohort_id, email_key=place.email_key)
    return list(others.exclude(state=PlaceState.WITHDRAWN).exclude(pk=place.pk).order_by("created_at", "pk"))


def times_applied(place: Place) -> int:
    """How often the application came to count: more than once for somebody who was taken up again after a no."""
    return AuditEvent.objects.about(place).filter(event="programs.place_applied").count()


def last_step_from(place: Place) -> str:
    """The state from which it came to the one that it is in; "" when the trail does not say."""
    steps = AuditEvent.objects.about(place).filter(event__startswith="programs.place_", data__to_state=place.state)
    last = steps.order_by("pk").last()
    return str(last.data.get("from_state", "")) if last else ""


def free_places(cohort: Cohort) -> int | None:
    """How many may still be offered; None when the cohort has no limit. Exact only while the cohort is locked."""
    if cohort.capacity is None:
        return None
    return cohort.capacity - Place.objects.filter(cohort=cohort).holding().count()


def is_full(cohort: Cohort) -> bool:
    left = free_places(cohort)
    return left is not None and left <= 0


def rank(place: Place) -> int | None:
    """Which in line somebody is, 1 for the first; None for whoever does not wait."""
    if place.waiting_position is None:
        return None
    before = Place.objects.filter(cohort_id=place.cohort_id, waiting_position__lt=place.waiting_position)
    return before.waiting().count() + 1


def first_in_line_that_fits(cohort: Cohort) -> Place | None:
    """Whom a free place goes to: the first whose municipality or region has not as many as the cohort allows."""
    waiting = list(Place.objects.filter(cohort=cohort).waiting().select_related("organisation"))
    return next((place for place in waiting if has_room_for(cohort, place.organisation)), None)


def has_room_for(cohort: Cohort, organisation: Organisation) -> bool:
    """Whether one more from there keeps within the cohort's own limit. Gotland is one body under two names."""
    if cohort.max_per_organisation is None:
        return True
    codes = GOTLAND_CODES if organisation.shares_its_body else {organisation.code}
    held = Place.objects.filter(cohort=cohort, organisation__in=codes).holding().count()
    return held < cohort.max_per_organisation


def first_day(cohort: Cohort) -> date | None:
    """When the first occasion that is not cancelled begins, if that is known."""
    found: date | None = cohort.occasions.filter(cancelled_at=None).aggregate(day=Min("starts_on"))["day"]
    return found


def programme_end(cohort: Cohort) -> date:
    """The last day of the last occasion; the end of the cohort's year as long as no dates are known."""
    last: date | None = cohort.occasions.filter(cancelled_at=None).aggregate(day=Max("ends_on"))["day"]
    return last or date(cohort.year, 12, 31)


def fills_by_itself(cohort: Cohort, today: date) -> bool:
    """Whether a newcomer can still be there from the start: later on it takes a person to judge."""
    if cohort.state in (CohortState.COMPLETED, CohortState.CANCELLED):
        return False
    start = first_day(cohort)
    return start is None or start > today + timedelta(days=1)


def last_day_to_answer(cohort: Cohort, today: date) -> date:
    """The last day of an offer that is made today: before the first occasion, but never today itself."""
    wanted = today + timedelta(days=cohort.answer_days)
    start = first_day(cohort)
    before_start = start - timedelta(days=1) if start else wanted
    return max(min(wanted, before_start), today + timedelta(days=1))


def deletion_day(about: Place | Cohort, state: PlaceState) -> date:
    """The last day on which a place that comes to the state today is kept, as the register promises."""
    cohort = about.cohort if isinstance(about, Place) else about
    today = timezone.localdate()
    if state == PlaceState.WITHDRAWN:
        return today + timedelta(days=DAYS_AFTER_WITHDRAWAL)
    if state == PlaceState.STARTED:
        return today + timedelta(days=DAYS_OF_DRAFT)
    if state in STAYS_WITH_THE_PROGRAMME:
        return programme_end(cohort) + timedelta(days=DAYS_AFTER_PROGRAMME)
    start = first_day(cohort) if state in UNSETTLED else None
    return PLACE_RECORD.delete_after(max(start or today, today))


def was_taken(place: Place) -> bool:
    """Whether there may be something to invoice: they said yes once, whatever came of it."""
    if place.state in STAYS_WITH_THE_PROGRAMME:
        return True
    return AuditEvent.objects.about(place).filter(event="programs.place_accepted").exists()


def kept_until(place: Place) -> str:
    """How long the place is kept, in words to its person: what is certain, and what would still change it."""
    day = {"day": formats.date(place.delete_after)}
    if place.is_set_aside:
        return _("Som det är nu raderas uppgifterna den %(day)s.") % day
    if place.state == PlaceState.STARTED:
        return _("Skickar du inte ansökan raderas uppgifterna den %(day)s.") % day
    if place.state in UNSETTLED:
        return (
            _(
                "Som det är nu raderas uppgifterna den %(day)s. Får du en plats sparas de till två år efter programmet,"
                " och underlaget för fakturan i sju år."
            )
            % day
        )
    invoiced = " " + _("Underlaget för fakturan sparas i sju år efter det år då programmet slutar.")
    text = (
        _("Uppgifterna raderas två år efter programmets sista dag. Som det är nu blir det den %(day)s.")
        if place.state in STAYS_WITH_THE_PROGRAMME
        else _("Uppgifterna raderas senast den %(day)s.")
    )
    return text % day + (invoiced if was_taken(place) else "")


def people_in(cohorts: Iterable[Cohort]) -> dict[int, int]:
    """How many have a place that counts in each, whatever state it is in. One query."""
    counted = Place.objects.counted().filter(cohort__in=cohorts).order_by()
    return dict(counted.values_list("cohort").annotate(Count("pk")))
