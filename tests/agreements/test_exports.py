"""What is taken along: HTML that fetches nothing, Word with real structure, meetings in a calendar."""

from __future__ import annotations

import base64
import uuid
from datetime import date, datetime
from io import BytesIO

import docx
from bs4 import BeautifulSoup
from icalendar import Calendar

from agreements.collaboration.content import HowOften
from agreements.exports import export, meetings_ics
from agreements.models import Agreement
from agreements.pdf import stylesheet
from portal.core.formats import STOCKHOLM
from tests.agreements import sheets
from tests.agreements.sheets import sheet

AGREEMENT = Agreement(pk=uuid.UUID(int=7), term_ends_on=date(2030, 12, 31))


def events(agreement: Agreement = AGREEMENT) -> dict[tuple[str, str], dict[str, object]]:
    calendar = Calendar.from_ical(meetings_ics(agreement, sheet(sheets.ordinary())))
    return {(str(one["summary"]), str(one["description"]).split("\n")[0]): dict(one) for one in calendar.walk("VEVENT")}


def test_the_html_stands_alone_and_runs_nothing() -> None:
    page = BeautifulSoup(export(sheet(sheets.odd()), "html").content, "html.parser")

    links = [link["href"] for link in page.find_all("link")]
    assert links == ["data:text/css;base64," + base64.b64encode(stylesheet().encode()).decode()]
    assert page.find_all(["script", "style", "img", "svg", "iframe"]) == []
    assert page.main is not None
    assert "漢字" in page.main.get_text()
    assert "[U+6F22]" not in page.main.get_text()


def test_the_word_file_has_headings_lists_tables_and_links() -> None:
    document = docx.Document(BytesIO(export(sheet(sheets.ordinary()), "docx").content))
    styles = {paragraph.text: paragraph.style.name for paragraph in document.paragraphs if paragraph.style}

    assert styles["1. Uppdraget – det gemensamma"] == "Heading 1"
    assert styles["En skola där alla lyckas"] == "List Number"
    assert styles["före sommaren"] == "List Bullet 2"
    assert [cell.text for cell in document.tables[0].rows[1].cells] == [
        "Avstämning", "Ordförande och direktör", "varje vecka", "Direktören",
    ]  # fmt: skip
    (link,) = [link for paragraph in document.paragraphs for link in paragraph.hyperlinks]
    assert (link.text, link.address) == ("instruktionen", "https://a.example/i?a=1&b=2")
    assert document.core_properties.language == "sv-SE"


def test_each_numbered_list_of_the_word_file_begins_anew() -> None:
    paper = sheet(sheets.ordinary())
    twice = sheet(type(paper.content)(paper.content.sections[1:2] * 2))
    document = docx.Document(BytesIO(export(twice, "docx").content))
    numbered = [each for each in document.paragraphs if each.style and each.style.name == "List Number"]

    assert len({each.paragraph_format.element.pPr.numPr.numId.val for each in numbered}) == 2


def test_odd_signs_and_markup_are_text_in_word() -> None:
    document = docx.Document(BytesIO(export(sheet(sheets.odd()), "docx").content))

    assert any("漢字" in paragraph.text and "Ŋiŋŋá" in paragraph.text for paragraph in document.paragraphs)
    assert any("<script>alert(1)</script>" in paragraph.text for paragraph in document.paragraphs)


def test_meetings_come_back_as_agreed_on_swedish_time() -> None:
    found = events()

    weekly = found[("Avstämning", "Vilka: Ordförande och direktör")]
    quarterly = found[("Avstämning", "Vilka: Presidiet")]
    assert len(found) == 2
    assert weekly["DTSTART"].dt == datetime(2026, 11, 23, 9, tzinfo=STOCKHOLM)  # type: ignore[attr-defined]  # a vDDDTypes
    assert (weekly["RRULE"]["FREQ"], weekly["RRULE"]["INTERVAL"]) == (["WEEKLY"], [1])  # type: ignore[index]  # a vRecur
    assert (quarterly["RRULE"]["FREQ"], quarterly["RRULE"]["INTERVAL"]) == (["MONTHLY"], [3])  # type: ignore[index]
    assert quarterly["DTSTART"].dt.date() == date(2026, 12, 7)  # type: ignore[attr-defined]
    assert quarterly["DTSTART"].dt.tzinfo is not None  # type: ignore[attr-defined]


def test_a_series_keeps_its_name_and_two_pairs_never_share_one() -> None:
    names = [str(event["UID"]) for event in events().values()]
    again = [str(event["UID"]) for event in events().values()]
    others = [str(event["UID"]) for event in events(Agreement(pk=uuid.UUID(int=8))).values()]

    assert names == again
    assert len({*names, *others}) == 4


def test_what_is_held_when_needed_is_in_no_calendar() -> None:
    assert all("Vid behov" not in summary for summary, _who in events())
    assert HowOften.WHEN_NEEDED in {each.how_often for each in sheets.ordinary().sections[4].meetings or ()}
