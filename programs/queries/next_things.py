"""What staff should do next for one cohort, the most urgent first. Pure: told from what the workspace has read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.core import formats
from programs.models import Cohort, Promotion
from programs.queries.workspace import Numbers, OccasionFact, People
from programs.states import CohortState, PlaceState

# An offer, or a round, is "about to" end on this many days before.
SOON = timedelta(days=3)
ROUND_SOON = timedelta(days=7)
# Answers are asked for this long before an occasion, evaluations this long after it.
BEFORE_OCCASION = timedelta(days=21)
AFTER_OCCASION = timedelta(days=21)


@dataclass(frozen=True)
class NextThing:
    """One thing to do: what, where on the page, and how urgent it is (`negative`, `waiting` or `neutral`)."""

    text: str
    anchor: str
    kind: str = "neutral"


@dataclass(frozen=True)
class Situation:
    """What the next things are told from."""

    cohort: Cohort
    numbers: Numbers
    people: People
    occasions: Sequence[OccasionFact]
    today: date


def next_things(now: Situation) -> list[NextThing]:
    """Everything that waits for staff, what is wrong before what waits and that before what is only good to know."""
    found = [*_mails(now), *_offers(now), *_places(now), *_round(now), *_participants(now), *_occasions(now)]
    urgency = ("negative", "waiting", "neutral")
    return sorted(found, key=lambda thing: urgency.index(thing.kind))


def _mails(now: Situation) -> Iterable[NextThing]:
    if count := now.numbers.mails_not_arrived:
        text = ngettext("Ett mejl kom inte fram.", "%(count)d mejl kom inte fram.", count) % {"count": count}
        yield NextThing(text, "mejl", "negative")


def _offers(now: Situation) -> Iterable[NextThing]:
    """Offers that end within three days, and those whose last day has passed without anybody having acted on it."""
    days = [place.answer_by for place in now.people.in_state(PlaceState.OFFERED) if place.answer_by]
    if late := sum(day < now.today for day in days):
        text = ngettext("Ett erbjudande har gått ut.", "%(count)d erbjudanden har gått ut.", late)
        yield NextThing(text % {"count": late}, "lage-offered", "negative")
    ending = [day for day in days if now.today <= day <= now.today + SOON]
    if ending:
        facts = {"count": len(ending), "day": formats.date(min(ending))}
        text = ngettext(
            "Ett erbjudande är obesvarat och går ut %(day)s.",
            "%(count)d erbjudanden är obesvarade, det första går ut %(day)s.",
            len(ending),
        )
        yield NextThing(text % facts, "lage-offered", "waiting")


def _places(now: Situation) -> Iterable[NextThing]:
    free, numbers = now.numbers.free, now.numbers
    if numbers.capacity is None and (numbers.applied or numbers.waiting):
        yield NextThing(_("Kullen saknar antal platser. Ange hur många som får plats."), "kullen", "waiting")
    if not free:
        return
    if numbers.waiting:
        facts = {"free": free, "waiting": numbers.waiting}
        text = ngettext(
            "En plats är ledig och %(waiting)d står på reservlistan.",
            "%(free)d platser är lediga och %(waiting)d står på reservlistan.",
            free,
        )
        by_staff = now.cohort.promotion == Promotion.BY_STAFF
        yield NextThing(text % facts, "forslag", "waiting" if by_staff else "neutral")
    if numbers.applied:
        text = ngettext(
            "En har sökt och väntar på besked.", "%(count)d har sökt och väntar på besked.", numbers.applied
        )
        yield NextThing(text % {"count": numbers.applied}, "forslag", "waiting")


def _round(now: Situation) -> Iterable[NextThing]:
    """The application closes soon, or it is open without anybody having been invited."""
    closes = now.cohort.application_closes_at
    if now.cohort.state != CohortState.APPLICATION_OPEN or closes is None:
        return
    day = formats.local_date(closes)
    if now.today <= day <= now.today + ROUND_SOON:
        facts = {"when": formats.date_and_time(closes), "count": now.numbers.invited}
        text = _("Ansökan stänger %(when)s. %(count)d inbjudna har inte sökt än.") % facts
        yield NextThing(text, "lage-invited", "waiting" if now.numbers.invited else "neutral")


def _participants(now: Situation) -> Iterable[NextThing]:
    if accepted := len(now.people.in_state(PlaceState.ACCEPTED)):
        text = ngettext(
            "En har tackat ja och kan göras till deltagare.",
            "%(count)d har tackat ja och kan göras till deltagare.",
            accepted,
        )
        yield NextThing(text % {"count": accepted}, "lage-accepted")


def _occasions(now: Situation) -> Iterable[NextThing]:
    for fact in now.occasions:
        occasion = fact.occasion
        if occasion.cancelled_at is not None or not fact.asked:
            continue
        if now.today <= occasion.starts_on <= now.today + BEFORE_OCCASION and fact.unanswered:
            yield _missing_answers(fact)
        if occasion.ends_on < now.today <= occasion.ends_on + AFTER_OCCASION:
            yield from _after(fact)


def _missing_answers(fact: OccasionFact) -> NextThing:
    facts = {"count": fact.unanswered, "occasion": fact.occasion.title, "day": formats.date(fact.occasion.starts_on)}
    text = ngettext(
        "En har inte svarat inför ”%(occasion)s” %(day)s.",
        "%(count)d har inte svarat inför ”%(occasion)s” %(day)s.",
        fact.unanswered,
    )
    return NextThing(text % facts, "tillfallen", "waiting")


def _after(fact: OccasionFact) -> Iterable[NextThing]:
    facts = {"occasion": fact.occasion.title, "count": fact.unevaluated}
    if not fact.is_attendance_taken:
        yield NextThing(_("Närvaron vid ”%(occasion)s” är inte noterad.") % facts, "tillfallen", "waiting")
    if fact.unevaluated:
        text = ngettext(
            "En utvärdering av ”%(occasion)s” saknas.",
            "%(count)d utvärderingar av ”%(occasion)s” saknas.",
            fact.unevaluated,
        )
        yield NextThing(text % facts, "tillfallen")
