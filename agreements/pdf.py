"""The paper of an agreement: what it says, laid out, and as PDF."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from agreements.collaboration.content import Meeting, Section, canonical, to_html
from agreements.models import Version
from agreements.queries.papers import Sheet, sheet_of_version
from portal.core import formats, pdf

TEMPLATE = "pdf/agreements/agreement.html"
STYLE = "pdf/agreements/agreement.css"
CONTENT_FILE = "innehall.json"


@dataclass(frozen=True)
class LaidOut:
    """A section with its text as HTML."""

    heading: str
    html: SafeString
    meetings: tuple[Meeting, ...]
    is_empty: bool


def _laid_out(section: Section) -> LaidOut:
    return LaidOut(section.heading, to_html(section), section.meetings or (), section.is_empty)


@lru_cache(maxsize=1)
def stylesheet() -> str:
    """How the paper looks; a file beside its template, without anything to fill in."""
    return render_to_string(STYLE)


def names(sheet: Sheet) -> str:
    """Both names, as the foot of each page has them."""
    return _(" och ").join(person.name for person in sheet.pair)


def edition(sheet: Sheet) -> str:
    """ "Version 2, godkänd 21 november 2026", or that it is a draft or a sample."""
    if sheet.is_sample:
        return _("Exempel med påhittade namn, gäller inte")
    if sheet.is_draft:
        return _("Utkast %(when)s") % {"when": formats.date_and_time(sheet.dated)}
    return _("Version %(number)s, godkänd %(date)s") % {"number": sheet.number, "date": formats.date(sheet.dated)}


def title(sheet: Sheet) -> str:
    return f"{sheet.name}, {sheet.organisation}, {edition(sheet)}"


def body(sheet: Sheet, *, on_paper: bool = True) -> SafeString:
    """The paper as HTML, for the PDF and for the HTML export; only paper lacks some signs."""
    text = canonical(sheet.content)
    context = {
        "sheet": sheet,
        "names": names(sheet),
        "edition": edition(sheet),
        "sections": [_laid_out(section) for section in sheet.content.sections],
        "check_url": settings.SITE_URL + reverse("agreement_check"),
        "has_codes": on_paper and pdf.printable(text) != text,
    }
    return render_to_string(TEMPLATE, context)


def agreement_pdf(sheet: Sheet) -> bytes:
    """PDF/A-3a and PDF/UA-1, with the canonical content attached. The same sheet gives the same bytes."""
    content = pdf.Attached(CONTENT_FILE, canonical(sheet.content).encode(), _("Överenskommelsens innehåll för datorer"))
    return pdf.render(
        body(sheet), stylesheet=stylesheet(), title=title(sheet), created=sheet.dated, attachments=[content]
    )


def version_pdf(version: Version) -> bytes:
    """The PDF of an approved version."""
    return agreement_pdf(sheet_of_version(version))
