"""Excel files for staff: what people typed stays text, whatever it looks like."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
# OWASP, "CSV Injection": what a spreadsheet program may take for a formula at the start of a cell.
FORMULA_START = re.compile(r"^[=+\-@\t\r]")

# Characters in a column: a moment that does not fit is shown as "####".
WIDTH = 20


def neutral(value: object) -> str:
    """Text that no spreadsheet program evaluates: an apostrophe goes before what could begin a formula."""
    text = ILLEGAL_CHARACTERS_RE.sub("", str(value))
    return f"'{text}" if FORMULA_START.match(text) else text


def _cell(sheet: Any, value: object) -> WriteOnlyCell:
    if isinstance(value, int) and not isinstance(value, bool):
        return WriteOnlyCell(sheet, value=value)
    if isinstance(value, datetime):
        moment = WriteOnlyCell(sheet, value=timezone.localtime(value).replace(microsecond=0, tzinfo=None))
        moment.number_format = "yyyy-mm-dd hh:mm"
        return moment
    cell = WriteOnlyCell(sheet, value=neutral(value))
    cell.data_type = "s"
    return cell


def workbook(title: str, headings: Sequence[str], rows: Iterable[Sequence[object]]) -> bytes:
    """One sheet with bold headings that stay in view. Every cell is a string, but for numbers and moments.

    Those can be summed and sorted. A moment is the clock on the wall in Sweden.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet(title[:31])
    sheet.freeze_panes = "A2"
    for number in range(1, len(headings) + 1):
        sheet.column_dimensions[get_column_letter(number)].width = WIDTH
    head = [WriteOnlyCell(sheet, value=heading) for heading in headings]
    for cell in head:
        cell.font = Font(bold=True)
    sheet.append(head)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    buffer = BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xlsx_response(name: str, content: bytes) -> HttpResponse:
    """The file as a download, named after its content and today's date."""
    filename = f"{name}-{timezone.localdate().isoformat()}.xlsx"
    headers = {"Content-Disposition": f'attachment; filename="{filename}"', "Cache-Control": "no-store"}
    return HttpResponse(content, content_type=XLSX, headers=headers)
