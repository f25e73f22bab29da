"""Plots: every number is where it belongs, in the picture and in the table."""

from __future__ import annotations

import re

import pytest
from bs4 import BeautifulSoup
from django.template import engines
from hypothesis import given
from hypothesis import strategies as st

from portal.core.plots import Bar, Line, Plot, bars, lines

SPACE = "\u00a0"


def shown(plot: Plot) -> BeautifulSoup:
    template = engines["django"].from_string("{% load plots %}{% plot made %}")
    return BeautifulSoup(template.render({"made": plot}), "html.parser")


def test_a_bar_is_as_long_as_its_number() -> None:
    plot = bars("k", "Per film", [Bar("Den ena", 5), Bar("Den andra", 10), Bar("Den tredje", 0)], unit="Beställningar")
    assert [block.width for block in plot.blocks] == ["50.00%", "100.00%", "0.00%"]
    assert plot.headings == ("Vad", "Beställningar")
    assert plot.rows == (("Den ena", "5"), ("Den andra", "10"), ("Den tredje", "0"))
    assert plot.description == "3 staplar. Störst: Den andra, 10. Minst: Den tredje, 0."


def test_a_share_is_of_a_hundred_and_stands_beside_the_country() -> None:
    plot = bars("k", "Kvinnor", [Bar("2022", 48.25, beside=55)], share=True, beside="Riket")
    assert (plot.blocks[0].width, plot.strokes[0].x1) == ("48.25%", "55.00%")
    assert plot.rows == (("2022", f"48,2{SPACE}%", f"55{SPACE}%"),)
    assert plot.legend == ("Riket",)


def test_a_long_label_is_whole_on_several_lines() -> None:
    label = "Att leda tillsammans när läget är svårt och tiden är knapp"
    plot = bars("k", "t", [Bar(label, 1)])
    words = [text.words for text in plot.texts if text.kind == "label"]
    assert (" ".join(words), len(words)) == (label, 2)


def test_a_line_has_a_gap_where_nothing_is_known() -> None:
    plot = lines("k", "Andel", ["2020", "2021", "2022", "2023"], [Line("Malmö", (1, 2, None, 4))])
    assert len([stroke for stroke in plot.strokes if stroke.kind == "line-1"]) == 1
    assert [point.words for point in plot.points] == ["Malmö, 2020: 1", "Malmö, 2021: 2", "Malmö, 2023: 4"]
    assert plot.rows[2] == ("2022", "–")
    assert plot.description == "Malmö: från 1 2020 till 4 2023."


def test_two_lines_differ_in_more_than_colour() -> None:
    plot = lines("k", "t", ["2021", "2022"], [Line("Malmö", (1, 2)), Line("Riket", (2, 3))], of="År")
    page = shown(plot)
    assert {shape.name for shape in page.select(".plot__picture .plot__shape")} == {"circle", "rect"}
    assert plot.headings == ("År", "Malmö", "Riket")


def test_more_lines_than_one_can_tell_apart_are_refused() -> None:
    with pytest.raises(ValueError, match="tell apart"):
        lines("k", "t", ["2021"], [Line(str(number), (1,)) for number in range(5)])


def test_the_picture_has_a_name_a_description_and_no_styles() -> None:
    page = shown(bars("film", "Per film", [Bar("<b>Åsa</b>", 3)]))
    picture = page.select_one("svg[role=img]")
    assert picture is not None
    named = [page.find(id=name) for name in str(picture["aria-labelledby"]).split()]
    assert [tag and tag.get_text() for tag in named] == ["Per film", "<b>Åsa</b>: 3."]
    assert not re.search(r"\sstyle=|<style|<b>Åsa", str(page))
    assert [cell.get_text() for cell in page.select("table th, table td")] == ["Vad", "Antal", "<b>Åsa</b>", "3"]


def test_nothing_to_show_is_said() -> None:
    page = shown(bars("film", "Per film", []))
    assert page.select("svg") == []
    assert "Det finns inga siffror än." in page.get_text()


def test_the_names_under_the_axis_are_even_and_have_room() -> None:
    def named(places: list[str]) -> list[str]:
        plot = lines("k", "t", places, [Line("a", tuple(range(len(places))))])
        return [text.words for text in plot.texts if text.kind != "scale"]

    months = [f"m{number:02} 2026" for number in range(1, 13)]
    assert named(months) == ["m01 2026", "m05 2026", "m08 2026", "m12 2026"]
    assert named([str(year) for year in range(2016, 2027)]) == ["2016", "2018", "2020", "2022", "2024", "2026"]
    assert named(["2025", "2026"]) == ["2025", "2026"]
    assert named(["2026"]) == ["2026"]


VALUES = st.floats(0, 1e7, allow_nan=False)


@given(st.lists(VALUES, min_size=1, max_size=8), st.booleans())
def test_whatever_the_numbers_no_bar_leaves_the_picture(values: list[float], share: bool) -> None:
    plot = bars("k", "t", [Bar(str(number), value) for number, value in enumerate(values)], share=share)
    assert all(0 <= float(block.width.removesuffix("%")) <= 100 for block in plot.blocks)


@given(st.lists(st.none() | VALUES, min_size=1, max_size=30))
def test_whatever_the_numbers_no_point_leaves_the_picture(values: list[float | None]) -> None:
    places = [str(2000 + number) for number in range(len(values))]
    plot = lines("k", "t", places, [Line("a", tuple(values))])
    assert all(0 <= point.y <= plot.height for point in plot.points)
    names = [text.words for text in plot.texts if text.kind != "scale"]
    assert len(names) <= 7
    assert names[-1] == places[-1]


def test_below_nothing_the_line_stays_in_the_picture_and_its_numbers_are_true() -> None:
    plot = lines("k", "t", ["2024", "2025"], [Line("Malmö", (-4.25, 2.5))], share=True, decimals=2)
    assert all(0 <= point.y <= plot.height for point in plot.points)
    assert plot.points[0].y > plot.points[1].y
    assert [row[1] for row in plot.rows] == ["−4,25\u00a0%", "2,50\u00a0%"]
    assert "−6\u00a0%" in {text.words for text in plot.texts}


def test_when_all_is_below_nothing_nothing_is_the_top() -> None:
    plot = lines("k", "t", ["2024", "2025"], [Line("Malmö", (-3, -1))])
    assert {text.words for text in plot.texts if text.kind == "scale"} == {"0", "−2", "−4"}
