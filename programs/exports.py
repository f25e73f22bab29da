"""The lists of a cohort as Excel files. What people typed stays text; sums are numbers."""

from __future__ import annotations

from django.utils.translation import gettext as _

from portal.core import exports
from programs.models import Cohort, Occasion
from programs.queries import papers
from programs.queries.papers import InvoiceLine


def participant_list(cohort: Cohort) -> bytes:
    headings = [_("Namn"), _("Uppdrag"), _("Organisation"), _("E-postadress"), _("Telefonnummer"), _("Sida"), _("Läge")]
    rows = [
        (each.name, each.role, each.organisation, each.email, each.phone, each.side, each.state)
        for each in papers.attendees(cohort)
    ]
    return exports.workbook(_("Deltagare"), headings, rows)


def rooming_list(occasion: Occasion) -> bytes:
    """For the venue: names, nights, food and access, and nothing else."""
    headings = [_("Namn"), _("Sover över"), _("Mat"), _("Tillgänglighet")]
    rows = [
        (line.name, _("Ja") if line.sleeps_over else "", line.food, line.access) for line in papers.venue_list(occasion)
    ]
    return exports.workbook(_("Rum och måltider"), headings, rows)


def invoicing_basis(cohort: Cohort) -> bytes:
    """One row for each participant, with the cohort's prices as they are published. No VAT is computed."""
    per_year = _(" per år") if cohort.fee_is_per_year else ""
    about = _(", ungefär") if cohort.lodging_is_approximate else ""
    headings = [
        *(_("Betalare"), _("Organisationsnummer"), _("Deltagare"), _("Läge"), _("Er referens"), _("Skickas som")),
        *(_("Skickas till"), _("Program")),
        _("Avgift%(per_year)s, kr exkl. moms") % {"per_year": per_year},
        _("Logi och mat per tillfälle%(about)s, kr exkl. moms") % {"about": about},
        _("Anmälda övernattningar"),
        _("Uppgifter"),
    ]
    rows = [_invoice_row(cohort, line) for payer in papers.payers(cohort) for line in payer.lines]
    return exports.workbook(_("Faktureringsunderlag"), headings, rows)


def _invoice_row(cohort: Cohort, line: InvoiceLine) -> list[object]:
    return [
        line.payer,
        line.organisation_number,
        line.participant,
        line.state,
        line.reference,
        line.way,
        line.address,
        str(cohort),
        "" if cohort.fee is None else cohort.fee,
        "" if cohort.lodging_per_occasion is None else cohort.lodging_per_occasion,
        "" if line.nights is None else line.nights,
        "" if line.is_complete else _("Saknas"),
    ]
