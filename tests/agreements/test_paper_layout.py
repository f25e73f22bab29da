"""What stands on paper: conforming, all of the text, names and fingerprint on each page, the same each time."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from io import BytesIO
from typing import Any

import pikepdf
import pytest
from bs4 import BeautifulSoup
from pypdf import PdfReader

from agreements.collaboration.content import Content, canonical
from agreements.pdf import agreement_pdf, body
from agreements.sample import FILE, sample_sheet
from portal.core import pdf
from tests.agreements import sheets
from tests.agreements.sheets import sheet
from tests.services.pdf_validator import assert_archival_and_accessible

CONTENTS = {"ordinary": sheets.ordinary, "empty": sheets.empty, "odd": sheets.odd, "long": sheets.long}
each_content = pytest.mark.parametrize("make", CONTENTS.values(), ids=CONTENTS)
MARKER = re.compile(r"[•◦▪]|\d+\.")


def _read_aloud(node: Any, page: Any = None) -> Iterator[tuple[tuple[int, int], int]]:
    """The marked pieces (page, number) that hang in the tree which screen readers walk. The feet of pages do not."""
    if isinstance(node, int):
        yield page.objgen, node
    elif isinstance(node, pikepdf.Array):
        for child in node:
            yield from _read_aloud(child, page)
    else:
        page = node.get("/Pg", page)
        if "/MCID" in node:
            yield page.objgen, int(node.MCID)
        elif "/K" in node:
            yield from _read_aloud(node.K, page)


def _only(page: pikepdf.Page, numbers: set[int]) -> Iterator[Any]:
    """The page's operators without the text that is not among the marked pieces."""
    is_text, is_kept = False, False
    for instruction in pikepdf.parse_content_stream(page):
        operator = str(instruction.operator)
        if operator == "BDC":
            is_kept = int(instruction.operands[1].MCID) in numbers
        is_text = (is_text or operator == "BT") and operator != "ET"
        if is_kept or not (is_text or operator == "ET"):
            yield instruction


def words_of_pdf(content: bytes) -> str:
    """What a screen reader reads, without spaces and without the hyphens and markers that the layout added."""
    target = BytesIO()
    with pikepdf.open(BytesIO(content)) as document:
        aloud = set(_read_aloud(document.Root.StructTreeRoot))
        for page in document.pages:
            numbers = {number for where, number in aloud if where == page.obj.objgen}
            page.Contents = document.make_stream(pikepdf.unparse_content_stream(list(_only(page, numbers))))
        document.save(target)
    return _letters(" ".join(page.extract_text() for page in PdfReader(target).pages))


def words_of_html(html: str) -> str:
    return _letters(pdf.printable(BeautifulSoup(html, "html.parser").get_text(" ")))


def _letters(text: str) -> str:
    return re.sub(r"[\s\u00ad\u200b\u2010\u2011-]", "", MARKER.sub("", text))


@each_content
@pytest.mark.parametrize("number", [2, None], ids=["version", "draft"])
def test_it_is_archival_and_accessible(make: Callable[[], Content], number: int | None) -> None:
    assert_archival_and_accessible(agreement_pdf(sheet(make(), number=number)))


@each_content
def test_the_paper_says_what_the_html_says(make: Callable[[], Content]) -> None:
    paper = sheet(make())

    assert words_of_pdf(agreement_pdf(paper)) == words_of_html(body(paper))


def test_a_long_text_has_forty_pages_with_names_edition_and_fingerprint_on_each() -> None:
    paper = sheet(sheets.long())
    pages = [" ".join(page.extract_text().split()) for page in PdfReader(BytesIO(agreement_pdf(paper))).pages]

    assert len(pages) >= 40
    for number, page in enumerate(pages, start=1):
        assert "Åsa Ŋiŋŋá Öst och Kim 👍 Ek" in page
        assert "Version 2, godkänd 21 november 2026" in page
        assert f"Fingeravtryck {paper.fingerprint}" in page
        assert f"Sida {number} av {len(pages)}" in page


def test_a_draft_says_so_on_each_page_and_a_version_does_not() -> None:
    draft = PdfReader(BytesIO(agreement_pdf(sheet(sheets.ordinary(), number=None))))
    version = PdfReader(BytesIO(agreement_pdf(sheet(sheets.ordinary()))))

    assert all("UTKAST" in page.extract_text().replace("\n", "") for page in draft.pages)
    assert not any("UTKAST" in page.extract_text().replace("\n", "").upper() for page in version.pages)


@each_content
def test_equal_content_gives_equal_bytes(make: Callable[[], Content]) -> None:
    assert agreement_pdf(sheet(make())) == agreement_pdf(sheet(make()))


def test_the_attached_content_has_the_fingerprint_that_is_printed() -> None:
    paper = sheet(sheets.odd())
    with pikepdf.open(BytesIO(agreement_pdf(paper))) as document:
        attached = document.attachments["innehall.json"].get_file().read_bytes()
        relationship = str(document.attachments["innehall.json"].relationship)

    assert attached == canonical(paper.content).encode()
    assert hashlib.sha256(attached).hexdigest() == paper.fingerprint
    assert relationship == "/Source"


def test_what_people_write_is_text_and_never_markup() -> None:
    html = BeautifulSoup(body(sheet(sheets.odd())), "html.parser")

    assert [html.find(name) for name in ("script", "style", "img", "svg", "link")] == [None] * 5
    assert "<script>alert(1)</script>" in html.get_text()


def test_the_sample_is_the_one_that_its_source_makes() -> None:
    """The attached content is compared, not the bytes: they may differ with the machine's HarfBuzz."""
    content = FILE.read_bytes()

    assert_archival_and_accessible(content)
    assert words_of_pdf(content) == words_of_pdf(agreement_pdf(sample_sheet()))
    with pikepdf.open(BytesIO(content)) as document:
        attached = document.attachments["innehall.json"].get_file().read_bytes()
    assert attached == canonical(sample_sheet().content).encode()
