"""What is true of a programme today, in plain Swedish, from the states of its cohorts. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from portal.core import formats
from programs.models import Cohort
from programs.states import CohortState

SHUT = (CohortState.CLOSED, CohortState.STARTED)


@dataclass(frozen=True)
class Situation:
    """One or a few sentences, and what the visitor can do about it: register interest, for which year, or apply.

    `application_open` is also so when only the invited can apply; `invites_application` when anybody can.
    """

    text: str
    interest_year: int | None = None
    application_open: bool = False
    invites_application: bool = False

    @property
    def invites_interest(self) -> bool:
        return self.interest_year is not None


def situation_of(
    cohorts: Sequence[Cohort], *, open_year: int | None, today: dt.date, historic: bool = False
) -> Situation:
    """What a visitor should know first. `open_year` is the round that the interest form takes registrations for."""
    if historic:
        return Situation(_("Det här är ett tidigare program som inte längre går att anmäla sig till."))
    open_cohorts = [cohort for cohort in cohorts if _takes_applications(cohort, today)]
    gathering = [cohort for cohort in cohorts if cohort.state == CohortState.INTEREST_OPEN]
    interest_year = open_year if open_year in {_round_year(cohort) for cohort in gathering} else None
    sentences = [
        *_latest(cohorts, today),
        *(_application(cohort, cohorts) for cohort in open_cohorts),
        *([_("Anmäl intresse för %(year)s.") % {"year": interest_year}] if interest_year else []),
    ]
    if not open_cohorts and interest_year is None:
        sentences += _ahead(cohorts, gathering, today)
    is_public = any(cohort.application_is_public for cohort in open_cohorts)
    return Situation(" ".join(sentences), interest_year, bool(open_cohorts), is_public)


def is_earlier(cohort: Cohort, today: dt.date) -> bool:
    """Whether the cohort belongs to history: it has met for the last time, as far as we know."""
    if cohort.state == CohortState.COMPLETED:
        return True
    if cohort.state in {CohortState.PLANNED, CohortState.INTEREST_OPEN, CohortState.APPLICATION_OPEN}:
        return False
    last_days = [occasion.ends_on for occasion in cohort.occasions.all()]
    return max(last_days) < today if last_days else cohort.year < today.year


def _takes_applications(cohort: Cohort, today: dt.date) -> bool:
    """Open by its state, and the closing day has not passed: nobody is sent to a door that is shut."""
    last = cohort.last_application_date
    return cohort.state == CohortState.APPLICATION_OPEN and (last is None or today <= last)


def _is_shut(cohort: Cohort, today: dt.date) -> bool:
    expired = cohort.state == CohortState.APPLICATION_OPEN and not _takes_applications(cohort, today)
    return cohort.state in SHUT or expired


def _round_year(cohort: Cohort) -> int:
    return cohort.interest_round.year if cohort.interest_round else cohort.year


def _latest(cohorts: Sequence[Cohort], today: dt.date) -> list[str]:
    """What became of the latest year that is settled: its application is closed, or it is cancelled."""
    shut = [cohort for cohort in cohorts if _is_shut(cohort, today)]
    cancelled = [cohort for cohort in cohorts if cohort.state == CohortState.CANCELLED and cohort.year >= today.year]
    done = [cohort for cohort in cohorts if cohort.state == CohortState.COMPLETED]
    latest = max((cohort.year for cohort in (*shut, *cancelled, *done)), default=None)
    texts = ((shut, _("Anmälan till %(cohorts)s är stängd.")), (cancelled, _("Programmet %(cohorts)s är inställt.")))
    found = [(text, [cohort for cohort in group if cohort.year == latest]) for group, text in texts]
    return [text % {"cohorts": year_words(group, cohorts)} for text, group in found if group]


def _application(cohort: Cohort, cohorts: Sequence[Cohort]) -> str:
    words = {"cohorts": year_words([cohort], cohorts)}
    if cohort.last_application_date is None:
        return _("Anmälan till %(cohorts)s är öppen.") % words
    words["day"] = formats.date(cohort.last_application_date)
    return _("Anmälan till %(cohorts)s är öppen till och med %(day)s.") % words


def _ahead(cohorts: Sequence[Cohort], gathering: Sequence[Cohort], today: dt.date) -> list[str]:
    """What comes when there is nothing to do now."""
    if gathering:
        year = min(_round_year(cohort) for cohort in gathering)
        return [_("Det går ännu inte att anmäla intresse för %(year)s.") % {"year": year}]
    planned = [cohort.year for cohort in cohorts if cohort.state == CohortState.PLANNED and cohort.year >= today.year]
    if planned:
        return [_("Nästa kull planeras till %(year)s.") % {"year": min(planned)}]
    return [_("Just nu går det inte att anmäla sig.")]


def year_words(group: Sequence[Cohort], cohorts: Iterable[Cohort]) -> str:
    """ "2024" when the sentence holds for all of that year's cohorts, else "2024, kull 2"."""
    year = group[0].year
    siblings = [cohort for cohort in cohorts if cohort.year == year]
    if len(group) == len(siblings):
        return str(year)
    numbers = _(" och ").join(str(number) for number in sorted(cohort.number for cohort in group))
    return _("%(year)s, kull %(numbers)s") % {"year": year, "numbers": numbers}
