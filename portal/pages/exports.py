"""What visitors wrote, as Excel for staff."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core.exports import workbook
from portal.core.normalisation import mask_personal_numbers
from portal.pages.models import AccessibilityReport, ContactMessage, Enquiry
from programs.models import FLAG_LABELS

_COMMON = (gettext_lazy("Referens"), gettext_lazy("Inkom"), gettext_lazy("Läge"))
_LAST = (gettext_lazy("Meddelande"), gettext_lazy("Att titta på"))
MESSAGE_HEADINGS = (
    *_COMMON,
    gettext_lazy("Namn"),
    gettext_lazy("E-postadress"),
    gettext_lazy("Organisation"),
    *_LAST,
)
REPORT_HEADINGS = (*_COMMON, gettext_lazy("E-postadress"), gettext_lazy("Var på webbplatsen"), *_LAST)


def flag_texts(enquiry: Enquiry) -> str:
    """What staff should look at, in words."""
    return ", ".join(str(FLAG_LABELS[flag]) for flag in enquiry.flags)


def _row(enquiry: Enquiry, *own: str) -> list[object]:
    first = [enquiry.reference, enquiry.created_at, enquiry.get_state_display()]
    return [*first, *map(mask_personal_numbers, own), enquiry.masked_message, flag_texts(enquiry)]


def messages_workbook(rows: Iterable[ContactMessage]) -> bytes:
    cells = (_row(row, row.name, row.email, row.organisation) for row in rows)
    return workbook(_("Meddelanden"), [str(heading) for heading in MESSAGE_HEADINGS], cells)


def reports_workbook(rows: Iterable[AccessibilityReport]) -> bytes:
    cells = (_row(row, row.email, row.where) for row in rows)
    return workbook(_("Tillgänglighetsrapporter"), [str(heading) for heading in REPORT_HEADINGS], cells)
