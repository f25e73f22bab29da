"""What the public pages show of the programmes, and which round the interest form takes registrations for."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Prefetch, Q

from programs.models import Cohort, CohortQuerySet, InterestRound, Occasion, Programme, Theme
from programs.queries.situation import Situation, is_earlier, situation_of, year_words
from programs.states import CohortState


@dataclass(frozen=True)
class OpenRound:
    """The round that is open for interest, with the cohorts that one can be interested in."""

    round: InterestRound
    cohorts: tuple[Cohort, ...]

    @property
    def year(self) -> int:
        return self.round.year

    @property
    def programmes(self) -> tuple[Programme, ...]:
        """Each programme once, in the order of the programme list."""
        return tuple({cohort.programme_id: cohort.programme for cohort in self.cohorts}.values())


@dataclass(frozen=True)
class ProgrammeCard:
    """A programme in a list."""

    programme: Programme
    situation: Situation


@dataclass(frozen=True)
class CohortEntry:
    """A cohort under its heading: "Ledarprogram för toppolitiker 2019, kull 2"."""

    cohort: Cohort
    heading: str


@dataclass(frozen=True)
class ProgrammePage:
    """Everything on a programme's page."""

    programme: Programme
    situation: Situation
    themes: tuple[Theme, ...]
    coming: tuple[CohortEntry, ...]
    earlier: tuple[CohortEntry, ...]


def open_interest_round() -> OpenRound | None:
    """The earliest round that any published programme gathers interest for; None when there is none. One query."""
    cohorts = list(
        Cohort.objects.gathering_interest()
        .filter(programme__published=True, programme__historic=False, interest_round__isnull=False)
        .select_related("programme", "interest_round")
        .order_by("interest_round__year", "programme__position", "programme__name", "number")
    )
    first = cohorts[0].interest_round if cohorts else None
    if first is None:
        return None
    return OpenRound(first, tuple(cohort for cohort in cohorts if cohort.interest_round_id == first.pk))


def programme_cards(today: dt.date) -> list[ProgrammeCard]:
    """The published programmes, each with what is true of it today. Two queries, however many they are."""
    programmes = list(Programme.objects.published())
    cohorts = _cohorts_around(Q(programme__published=True))
    return [ProgrammeCard(programme, _situation(programme, cohorts, today)) for programme in programmes]


def programme_page(programme: Programme, today: dt.date) -> ProgrammePage:
    """The page of one programme. Three queries, however many themes, cohorts and occasions there are."""
    occasions = Prefetch("occasions", queryset=Occasion.objects.select_related("theme"))
    cohorts = list(_cohorts_around(Q(programme=programme)).prefetch_related(occasions))
    own = [cohort for cohort in cohorts if cohort.programme_id == programme.pk]
    for cohort in own:
        cohort.programme = programme
    return ProgrammePage(
        programme=programme,
        situation=_situation(programme, cohorts, today),
        themes=tuple(programme.themes.all()),
        coming=tuple(_entry(cohort, own) for cohort in reversed(own) if _is_coming(cohort, today)),
        earlier=tuple(_entry(cohort, own) for cohort in own if is_earlier(cohort, today)),
    )


def _is_coming(cohort: Cohort, today: dt.date) -> bool:
    """Ahead of us or going on, and something is known of it."""
    return cohort.says_something and not is_earlier(cohort, today)


def _entry(cohort: Cohort, siblings: Sequence[Cohort]) -> CohortEntry:
    return CohortEntry(cohort, f"{cohort.title} {year_words([cohort], siblings)}")


def _cohorts_around(wanted: Q) -> CohortQuerySet:
    """The wanted cohorts and, in the same query, those that gather interest: they decide which round is open."""
    gathering = Q(state=CohortState.INTEREST_OPEN, programme__published=True, programme__historic=False)
    return Cohort.objects.filter(wanted | gathering).select_related("interest_round").order_by("-year", "-number")


def _situation(programme: Programme, cohorts: Iterable[Cohort], today: dt.date) -> Situation:
    rounds = [
        cohort.interest_round.year
        for cohort in cohorts
        if cohort.state == CohortState.INTEREST_OPEN and cohort.interest_round
    ]
    own = [cohort for cohort in cohorts if cohort.programme_id == programme.pk]
    return situation_of(own, open_year=min(rounds, default=None), today=today, historic=programme.historic)
