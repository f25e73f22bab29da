"""Plots for people: bars and lines as plain SVG, with the numbers in a table behind. Pure.

    bars("orders-by-film", "Beställningar per film", [Bar("Styra tillsammans", 12)], unit="beställningar")
    bars("women", "Kvinnor i styrelsen", [Bar("2022", 48, beside=45)], share=True, beside="Riket")
    lines("aging", "Andel 80 år och äldre", ["2021", "2022"], [Line("Malmö", (4.1, 4.0)), Line("Riket", (5.2, 5.4))])

`{% load plots %}{% plot made %}` shows one; the page links `plots.css`. Places along the width are shares of it, so a
plot fits every screen and its letters keep their size. What a colour says is said by a pattern or a shape as well.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.formats import number_format
from django.utils.translation import gettext as _

LABEL_WIDTH = 40
LINE_HEIGHT = 20
BAR_HEIGHT = 18
ROW_GAP = 16
PLOT_HEIGHT = 220
# How many letters stand beside each other under a plot on the narrowest telephone.
ROOM_FOR_NAMES = 40
TOP = 24
# The patterns and shapes that plots.css knows.
MOST_LINES = 4
# Each can be halved and still be read.
STEPS = (1, 2, 4, 6, 8, 10)
# What would be written as 0.
SMALLEST = 0.01


@dataclass(frozen=True)
class Bar:
    """One bar; `beside` is the value to compare with (the whole country), drawn as a mark across it."""

    label: str
    value: float | None
    beside: float | None = None


@dataclass(frozen=True)
class Line:
    """One line; a year without a value is a gap. The values are as many as the plot's places."""

    label: str
    values: tuple[float | None, ...]


@dataclass(frozen=True)
class Text:
    x: str
    y: float
    words: str
    kind: str = ""


@dataclass(frozen=True)
class Stroke:
    x1: str
    y1: float
    x2: str
    y2: float
    kind: str


@dataclass(frozen=True)
class Block:
    """The rectangle of a bar, from the left edge."""

    y: float
    width: str
    height: int = BAR_HEIGHT


@dataclass(frozen=True)
class Point:
    """Where a line has a value: its shape tells the lines apart."""

    x: str
    y: float
    number: int
    words: str


@dataclass(frozen=True)
class Plot:
    """A plot ready to be drawn, and its table."""

    key: str
    title: str
    description: str
    height: float
    headings: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()
    strokes: tuple[Stroke, ...] = ()
    points: tuple[Point, ...] = ()
    texts: tuple[Text, ...] = ()
    kind: str = "bars"

    @property
    def is_empty(self) -> bool:
        return not self.blocks and not self.points


def _number(value: float | None, suffix: str, most: int = 1) -> str:
    """As Swedes write it, with at most so many decimals; a dash for what is not known."""
    if value is None:
        return "–"
    rounded = round(value, most)
    decimals = 0 if rounded == int(rounded) else most
    return number_format(rounded, decimals, use_l10n=True, force_grouping=True).replace("-", "−") + suffix


def _suffix(share: bool) -> str:
    return "\u00a0%" if share else ""


def _ceiling(values: Sequence[float], share: bool) -> float:
    """The end of the scale: a round number that holds the greatest value."""
    greatest = max(values, default=0)
    if share and 50 < greatest <= 100:
        return 100
    if greatest < SMALLEST:
        return 1
    power = 10.0 ** math.floor(math.log10(greatest))
    return next((step * power for step in STEPS if step * power >= greatest), 10 * power)


def _share(value: float, ceiling: float) -> str:
    return f"{100 * max(value, 0) / ceiling:.2f}%"


# --- Bars ------------------------------------------------------------------------------------------------------------
def bars(
    key: str, title: str, given: Sequence[Bar], *, unit: str = "", share: bool = False, beside: str = "", of: str = ""
) -> Plot:
    """Bars from the left, one under the other. `unit` heads the table's column, `beside` names what is compared with,
    `of` what the bars are (the table's first heading)."""
    known = [value for bar in given for value in (bar.value, bar.beside) if value is not None]
    ceiling, suffix = _ceiling(known, share), _suffix(share)
    blocks: list[Block] = []
    strokes: list[Stroke] = []
    texts: list[Text] = []
    y = 0.0
    for bar in given:
        y = _add_label(texts, bar.label, y)
        if bar.value is not None:
            blocks.append(Block(y, _share(bar.value, ceiling)))
        if bar.beside is not None:
            place = _share(bar.beside, ceiling)
            strokes.append(Stroke(place, y - 3, place, y + BAR_HEIGHT + 3, "beside"))
        texts.append(Text("100%", y - 5, _number(bar.value, suffix), "value"))
        y += BAR_HEIGHT + ROW_GAP
    return Plot(
        key=key,
        title=title,
        description=_said_of_bars(given, suffix),
        height=y,
        headings=(of or _("Vad"), unit or (_("Andel") if share else _("Antal")), *([beside] if beside else [])),
        rows=tuple(_bar_row(bar, suffix, bool(beside)) for bar in given),
        legend=(beside,) if beside else (),
        blocks=tuple(blocks),
        strokes=tuple(strokes),
        texts=tuple(texts),
    )


def _add_label(texts: list[Text], label: str, y: float) -> float:
    """The label above the bar, on as many lines as it needs; returns where the bar begins."""
    for line in textwrap.wrap(label, LABEL_WIDTH) or [""]:
        texts.append(Text("0", y + LINE_HEIGHT - 5, line, "label"))
        y += LINE_HEIGHT
    return y


def _bar_row(bar: Bar, suffix: str, with_beside: bool) -> tuple[str, ...]:
    row = (bar.label, _number(bar.value, suffix))
    return (*row, _number(bar.beside, suffix)) if with_beside else row


def _said_of_bars(given: Sequence[Bar], suffix: str) -> str:
    known = [bar for bar in given if bar.value is not None]
    if not known:
        return _("Det finns inga siffror än.")
    greatest = max(known, key=lambda bar: bar.value or 0)
    if len(known) == 1:
        return f"{greatest.label}: {_number(greatest.value, suffix)}."
    least = min(known, key=lambda bar: bar.value or 0)
    return _("%(count)s staplar. Störst: %(most)s, %(most_value)s. Minst: %(least)s, %(least_value)s.") % {
        "count": len(given),
        "most": greatest.label,
        "most_value": _number(greatest.value, suffix),
        "least": least.label,
        "least_value": _number(least.value, suffix),
    }


@dataclass(frozen=True)
class Scale:
    """What the height of a plot of lines stands for, and how its numbers are written."""

    floor: float
    ceiling: float
    suffix: str
    decimals: int

    def y(self, value: float) -> float:
        return round(TOP + PLOT_HEIGHT * (1 - (value - self.floor) / (self.ceiling - self.floor)), 1)

    def say(self, value: float | None) -> str:
        return _number(value, self.suffix, self.decimals)


def _scale_for(values: Sequence[float], share: bool, decimals: int) -> Scale:
    """From nothing to a round number; below nothing as far as the values go, for what can be negative."""
    lowest = min(values, default=0)
    floor = -_ceiling([-lowest], share) if lowest < 0 else 0.0
    is_all_below = floor < 0 and max(values, default=0) <= 0
    return Scale(floor, 0.0 if is_all_below else _ceiling(values, share), _suffix(share), decimals)


# --- Lines -----------------------------------------------------------------------------------------------------------
def lines(
    key: str,
    title: str,
    places: Sequence[str],
    given: Sequence[Line],
    *,
    share: bool = False,
    of: str = "",
    decimals: int = 1,
) -> Plot:
    """Lines over years or months. `of` is what the places are (the table's first heading). At most four lines."""
    if len(given) > MOST_LINES:
        raise ValueError("more lines than a reader can tell apart")
    scale = _scale_for([value for line in given for value in line.values if value is not None], share, decimals)
    strokes = [stroke for number, line in enumerate(given) for stroke in _strokes(line, number, scale)]
    points = [point for number, line in enumerate(given) for point in _points(line, places, number, scale)]
    return Plot(
        key=key,
        title=title,
        description=_said_of_lines(places, given, scale),
        height=PLOT_HEIGHT + TOP + LINE_HEIGHT + 8,
        headings=(of or _("År"), *(line.label for line in given)),
        rows=tuple((place, *(scale.say(line.values[index]) for line in given)) for index, place in enumerate(places)),
        legend=tuple(line.label for line in given),
        strokes=(*_grid(), *strokes),
        points=tuple(points),
        texts=(*_scale(scale), *_place_names(places)),
        kind="lines",
    )


def _x(index: int, count: int) -> str:
    """From 4 to 96 % of the width, so that the first and the last shape are whole."""
    return f"{4 + 92 * index / (count - 1):.2f}%" if count > 1 else "50.00%"


def _strokes(line: Line, number: int, scale: Scale) -> list[Stroke]:
    count = len(line.values)
    pairs = [
        (index, first, second)
        for index, (first, second) in enumerate(zip(line.values, line.values[1:], strict=False))
        if first is not None and second is not None
    ]
    return [
        Stroke(_x(i, count), scale.y(first), _x(i + 1, count), scale.y(second), f"line-{number + 1}")
        for i, first, second in pairs
    ]


def _points(line: Line, places: Sequence[str], number: int, scale: Scale) -> list[Point]:
    return [
        Point(
            _x(index, len(line.values)),
            scale.y(value),
            number + 1,
            f"{line.label}, {places[index]}: {scale.say(value)}",
        )
        for index, value in enumerate(line.values)
        if value is not None
    ]


def _grid() -> list[Stroke]:
    return [
        Stroke("0", TOP + PLOT_HEIGHT * part / 2, "100%", TOP + PLOT_HEIGHT * part / 2, "grid") for part in range(3)
    ]


def _scale(scale: Scale) -> list[Text]:
    """What the lines of the grid mean; the number stands on its line. The lowest is told when it is not nothing."""
    middle = (scale.floor + scale.ceiling) / 2
    told = [middle, scale.ceiling, *([scale.floor] if scale.floor < 0 else [])]
    return [Text("0", scale.y(value) - 4, scale.say(value), "scale") for value in told]


def _place_names(places: Sequence[str]) -> list[Text]:
    """As many as a narrow screen has room for, evenly, the first and the last among them."""
    longest = max((len(place) for place in places), default=1)
    most = max(2, min(6, ROOM_FOR_NAMES // (longest + 2)))
    last = len(places) - 1
    parts = min(most - 1, last)
    shown = sorted({round(last * part / parts) for part in range(parts + 1)}) if parts > 0 else range(len(places))
    return [_place_name(places[index], index, len(places)) for index in shown]


def _place_name(place: str, index: int, count: int) -> Text:
    """Under its place; the first and the last keep to the edges, where long ones would leave the picture."""
    y = TOP + PLOT_HEIGHT + LINE_HEIGHT
    if count > 1 and index in {0, count - 1}:
        return Text("0", y, place, "label") if index == 0 else Text("100%", y, place, "end")
    return Text(_x(index, count), y, place, "middle")


def _said_of_lines(places: Sequence[str], given: Sequence[Line], scale: Scale) -> str:
    said = [_said_of_line(places, line, scale) for line in given]
    return " ".join(text for text in said if text) or _("Det finns inga siffror än.")


def _said_of_line(places: Sequence[str], line: Line, scale: Scale) -> str:
    known = [(place, value) for place, value in zip(places, line.values, strict=True) if value is not None]
    if not known:
        return ""
    (first, first_value), (last, last_value) = known[0], known[-1]
    values = {"line": line.label, "first": first, "value": scale.say(first_value)}
    if first == last:
        return _("%(line)s: %(value)s %(first)s.") % values
    return _("%(line)s: från %(value)s %(first)s till %(end)s %(last)s.") % {
        **values,
        "last": last,
        "end": scale.say(last_value),
    }
