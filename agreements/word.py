"""The paper as a Word file, for those who want to go on writing there."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import Any

import docx
from django.utils.translation import gettext as _
from docx.document import Document
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor
from docx.text.paragraph import Paragraph as WordParagraph

from agreements.collaboration.content import BULLETS, Block, ItemList, Meeting, Paragraph, Run, Section
from agreements.pdf import edition, title
from agreements.queries.papers import Sheet
from portal.core import formats

INK = RGBColor(0x1A, 0x29, 0x26)
PINE = RGBColor(0x17, 0x49, 0x3F)
# Word's own template has styles for three levels of lists.
DEEPEST_LIST = 3


def agreement_docx(sheet: Sheet) -> bytes:
    """A4, in Swedish, with real headings, lists and tables."""
    document = _empty(sheet)
    document.add_paragraph(sheet.organisation)
    document.add_heading(sheet.name, level=0)
    people = _(" och ").join(f"{person.name}, {person.title}" for person in sheet.pair)
    document.add_paragraph(_("mellan %(people)s") % {"people": people})
    document.add_paragraph(edition(sheet))
    document.add_paragraph(_("Fingeravtryck: %(hash)s") % {"hash": sheet.fingerprint})
    for number, section in enumerate(sheet.content.sections, start=1):
        _add_section(document, number, section)
    _add_end(document, sheet)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def _empty(sheet: Sheet) -> Document:
    document = docx.Document()
    page = document.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(26)
    about = document.core_properties
    about.title, about.author, about.language, about.comments = title(sheet), "Samspel", "sv-SE", ""
    about.created = about.modified = sheet.dated.replace(tzinfo=None)
    _set_styles(document)
    return document


def _set_styles(document: Document) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Source Sans 3", Pt(11)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "sv-SE")
    normal.element.get_or_add_rPr().append(language)
    for name in ("Title", "Heading 1"):
        document.styles[name].font.name = "Source Serif 4"
        document.styles[name].font.color.rgb = INK


def _add_section(document: Document, number: int, section: Section) -> None:
    document.add_heading(f"{number}. {section.heading}", level=1)
    if section.is_empty:
        document.add_paragraph(_("Inget är skrivet under den här rubriken.")).runs[0].italic = True
    _add_blocks(document, section.blocks)
    if section.meetings:
        _add_meetings(document, section.meetings)


def _add_blocks(document: Document, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if isinstance(block, Paragraph):
            _add_runs(document.add_paragraph(), block.runs)
        else:
            _add_list(document, block, 1)


def _add_list(document: Document, block: ItemList, level: int) -> None:
    """Each numbered list begins at 1, as Word by itself would not have it."""
    kind = "List Bullet" if block.kind == BULLETS else "List Number"
    style = kind if level == 1 else f"{kind} {min(level, DEEPEST_LIST)}"
    numbering = None if block.kind == BULLETS else _new_numbering(document, style)
    for item in block.items:
        _add_item(document, item, style, numbering, level)


def _add_item(document: Document, item: Sequence[Block], style: str, numbering: int | None, level: int) -> None:
    is_first = True
    for block in item:
        if isinstance(block, ItemList):
            _add_list(document, block, level + 1)
        else:
            paragraph = document.add_paragraph(style=style if is_first else "List Continue")
            if numbering is not None and is_first:
                _xml(paragraph).get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = numbering
            _add_runs(paragraph, block.runs)
            is_first = False


def _new_numbering(document: Document, style: str) -> int:
    numbering: Any = document.part.numbering_part.element
    of_style = document.styles[style].element.pPr.numPr.numId.val
    new = numbering.add_num(numbering.num_having_numId(of_style).abstractNumId.val)
    new.add_lvlOverride(ilvl=0).add_startOverride(1)
    return int(new.numId)


def _xml(paragraph: WordParagraph) -> Any:
    return paragraph.paragraph_format.element


def _add_runs(paragraph: WordParagraph, runs: Sequence[Run]) -> None:
    for run in runs:
        added = paragraph.add_run(run.text)
        added.bold, added.italic = run.bold or None, run.italic or None
        if run.href:
            added.font.underline, added.font.color.rgb = True, PINE
            _make_link(paragraph, added.font.element, run.href)


def _make_link(paragraph: WordParagraph, run: Any, href: str) -> None:
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), paragraph.part.relate_to(href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
    run.addprevious(link)
    link.append(run)


def _add_meetings(document: Document, meetings: Sequence[Meeting]) -> None:
    rows = [(each.what, each.who, str(each.how_often.label), each.who_prepares) for each in meetings]
    _add_table(document, (_("Möte"), _("Vilka"), _("Hur ofta"), _("Förbereds av")), rows)


def _add_table(document: Document, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    table = document.add_table(rows=1, cols=len(headings), style="Table Grid")
    for cell, heading in zip(table.rows[0].cells, headings, strict=True):
        cell.paragraphs[0].add_run(heading).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text or "–"


def _add_end(document: Document, sheet: Sheet) -> None:
    if not sheet.is_draft:
        document.add_heading(_("Godkänd av båda"), level=1)
        rows = [
            (each.name, each.title, formats.date_and_time(each.approved_at)) for each in sheet.pair if each.approved_at
        ]
        _add_table(document, (_("Namn"), _("Roll"), _("Godkände")), rows)
    document.add_heading(_("Om dokumentet"), level=1)
    document.add_paragraph(
        _(
            "En Word-fil går att ändra. Vad ni godkände står i PDF-filen, som har ett fingeravtryck. Överenskommelsen"
            " flyttar ingen beslutanderätt."
        )
    )
