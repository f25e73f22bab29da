"""The papers of a cohort as PDF: for archives and for screen readers alike (portal.core.pdf)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from portal.core import pdf
from programs.models import Cohort, Occasion
from programs.queries import papers
from programs.queries.occasions import venue_line
from programs.queries.papers import Diploma

# Names of so many characters or fewer are set in the size of that name; longer ones in the smallest.
SIZES = ((16, "huge"), (26, "large"), (44, "medium"), (100, "small"))


@lru_cache(maxsize=8)
def _style(name: str) -> str:
    return render_to_string(f"pdf/programs/{name}.css")


def size_of(name: str) -> str:
    """How large a name can be set and still fit its place on two lines."""
    return next((size for longest, size in SIZES if len(name) <= longest), "smallest")


def _render(paper: str, title: str, created: datetime, sheet: str = "list", **context: Any) -> bytes:
    html = render_to_string(f"pdf/programs/{paper}.html", {"title": title, "made": created, **context})
    return pdf.render(html, stylesheet=_style(sheet), title=title, created=created)


def participant_list(cohort: Cohort) -> bytes:
    """Everybody in the cohort with how to reach them. For staff."""
    title = _("Deltagarlista, %(cohort)s") % {"cohort": cohort}
    return _render("participant_list", title, _now(), cohort=cohort, attendees=papers.attendees(cohort))


def name_badges(cohort: Cohort) -> bytes:
    """Ten badges of 90 by 54 mm on each sheet, with marks to cut along."""
    badges = [(size_of(each.name), each) for each in papers.attendees(cohort)]
    sheets = [badges[start : start + 10] for start in range(0, len(badges), 10)]
    title = _("Namnskyltar, %(cohort)s") % {"cohort": cohort}
    return _render("name_badges", title, _now(), "name_badges", cohort=cohort, sheets=sheets)


def rooming_list(occasion: Occasion) -> bytes:
    """Who sleeps over, who eats what and who needs what: for the venue, with nothing else about anybody."""
    lines = papers.venue_list(occasion)
    context: dict[str, Any] = {
        "occasion": occasion,
        "venue": venue_line(occasion),
        "lines": lines,
        "nights": [line for line in lines if line.sleeps_over],
        "with_food": [line for line in lines if line.food],
        "with_access": [line for line in lines if line.access],
    }
    title = _("Rum och måltider, %(occasion)s") % {"occasion": occasion.title}
    return _render("rooming_list", title, _now(), **context)


def invoicing_basis(cohort: Cohort) -> bytes:
    """Whom to invoice, by payer, with the cohort's prices as they are published: excluding VAT."""
    payers = papers.payers(cohort)
    title = _("Faktureringsunderlag, %(cohort)s") % {"cohort": cohort}
    return _render("invoicing_basis", title, _now(), cohort=cohort, payers=payers)


def diplomas(given: Sequence[Diploma]) -> bytes:
    """One page for each. A diploma is dated the day on which the programme was completed: made again it is the same."""
    pages = [(size_of(each.name), each) for each in given]
    title = _("Diplom, %(name)s") % {"name": given[0].name} if len(given) == 1 else _("Diplom")
    created = max(each.completed_at for each in given).replace(microsecond=0)
    return _render("diploma", title, created, "diploma", diplomas=pages)


def _now() -> datetime:
    return timezone.localtime().replace(microsecond=0)
