"""How often films are ordered: by film, by month, by kind of organisation. From the tally, which names nobody."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from media_catalog.models.orders import Orderer, OrderTally
from portal.core import formats
from portal.core.plots import MOST_LINES, Bar, Line, Plot, bars, lines

MONTHS_SHOWN = 12


@dataclass(frozen=True)
class OrderStatistics:
    """What staff reads: how many films were asked for, and the plots."""

    total: int
    first: date | None
    plots: list[Plot]


def order_statistics(today: date, *, all_time: bool = False) -> OrderStatistics:
    """The last twelve months, or all that was ever counted."""
    months = _months_until(today)
    tallies = OrderTally.objects.select_related("film").filter(number__gt=0)
    rows = list(tallies if all_time else tallies.filter(month__gte=months[0]))
    first = min((row.month for row in rows), default=None)
    shown = _months_between(first, today) if all_time and first else months
    return OrderStatistics(
        total=sum(row.number for row in rows),
        first=first,
        plots=[_by_film(rows), _by_month(rows, shown), _by_orderer(rows)],
    )


def _months_until(today: date) -> list[date]:
    last = today.year * 12 + today.month - 1
    return [date(number // 12, number % 12 + 1, 1) for number in range(last - MONTHS_SHOWN + 1, last + 1)]


def _months_between(first: date, today: date) -> list[date]:
    """Every month since the first, at least twelve."""
    start = min(first, _months_until(today)[0])
    numbers = range(start.year * 12 + start.month - 1, today.year * 12 + today.month)
    return [date(number // 12, number % 12 + 1, 1) for number in numbers]


def _by_film(rows: Iterable[OrderTally]) -> Plot:
    counted: Counter[str] = Counter()
    for row in rows:
        counted[str(row.film)] += row.number
    given = [Bar(title, number) for title, number in counted.most_common()]
    return bars("by-film", _("Beställningar per film"), given, unit=_("Antal"), of=_("Film"))


def _by_month(rows: Iterable[OrderTally], months: list[date]) -> Plot:
    """A line for each film; with more films than lines that can be told apart, the rest together."""
    counted: dict[str, Counter[date]] = defaultdict(Counter)
    for row in rows:
        counted[str(row.film)][row.month] += row.number
    titles = sorted(counted, key=lambda title: -counted[title].total())
    kept = titles if len(titles) <= MOST_LINES else titles[: MOST_LINES - 1]
    given = [_line(title, counted[title], months) for title in kept]
    if rest := titles[len(kept) :]:
        given.append(_line(_("Övriga"), sum((counted[title] for title in rest), Counter()), months))
    names = [f"{formats.MONTHS[month.month - 1][:3]} {month.year}" for month in months]
    return lines("by-month", _("Beställningar per månad"), names, given, of=_("Månad"))


def _line(title: str, counted: Counter[date], months: list[date]) -> Line:
    return Line(title, tuple(counted[month] for month in months))


def _by_orderer(rows: Iterable[OrderTally]) -> Plot:
    counted: Counter[str] = Counter()
    for row in rows:
        counted[row.orderer] += row.number
    given = [Bar(str(orderer.label), counted[orderer.value]) for orderer in Orderer] if counted else []
    return bars(
        "by-orderer", _("Beställningar per slag av organisation"), given, unit=_("Antal"), of=_("Slag av organisation")
    )
