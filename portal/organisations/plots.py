"""Key figures as plots, with the country beside where the two can be compared."""

from __future__ import annotations

from portal.core.plots import Line, Plot, lines
from portal.organisations.models import Unit
from portal.organisations.queries import FigureOverTime

COUNTRY = "Riket"


def plot_of(found: FigureOverTime, name: str) -> Plot:
    """One key figure over the years. Counts have no country beside: its line would make the other one flat."""
    own = Line(name, tuple(year.own for year in found.years))
    national = Line(COUNTRY, tuple(year.national for year in found.years))
    compared = found.figure.unit != Unit.NUMBER and any(value is not None for value in national.values)
    return lines(
        f"nyckeltal-{found.figure.pk}",
        found.figure.title,
        [str(year.year) for year in found.years],
        [own, national] if compared else [own],
        share=found.figure.unit == Unit.PERCENT,
        decimals=found.figure.decimals,
    )
