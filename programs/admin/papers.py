"""The papers of a cohort, made when staff asks for them and kept nowhere."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, NoReturn

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.functional import Promise
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from portal.core import audit
from portal.core.admin_site import site
from portal.core.exports import XLSX
from programs import exports, pdf
from programs.models import Cohort
from programs.queries import papers

PDF = "application/pdf"


class NothingToPrint(Exception):  # noqa: N818 - staff is told
    """There is no occasion, or nobody who has gone through the programme."""


@dataclass(frozen=True)
class Paper:
    """A paper by the name in its address. `make` gets the cohort and the number of an occasion, or ""."""

    label: str | Promise
    media_type: str
    make: Callable[[Cohort, str], bytes]
    permission: str = "programs.view_place"

    @property
    def ending(self) -> str:
        return "pdf" if self.media_type == PDF else "xlsx"


def _rooms(cohort: Cohort, number: str) -> bytes:
    return pdf.rooming_list(papers.chosen_occasion(cohort, number) or _nothing())


def _rooms_as_excel(cohort: Cohort, number: str) -> bytes:
    return exports.rooming_list(papers.chosen_occasion(cohort, number) or _nothing())


def _diplomas(cohort: Cohort, _number: str) -> bytes:
    return pdf.diplomas(papers.diplomas(cohort) or _nothing())


def _nothing() -> NoReturn:
    raise NothingToPrint


INVOICING = "programs.view_invoicing"
PAPERS: Final = {
    "deltagarlista": Paper(gettext_lazy("Deltagarlista"), PDF, lambda cohort, _n: pdf.participant_list(cohort)),
    "deltagarlista-excel": Paper(
        gettext_lazy("Deltagarlista (Excel)"), XLSX, lambda cohort, _n: exports.participant_list(cohort)
    ),
    "namnskyltar": Paper(gettext_lazy("Namnskyltar"), PDF, lambda cohort, _n: pdf.name_badges(cohort)),
    "rumslista": Paper(gettext_lazy("Rum och måltider"), PDF, _rooms),
    "rumslista-excel": Paper(gettext_lazy("Rum och måltider (Excel)"), XLSX, _rooms_as_excel),
    "faktureringsunderlag": Paper(
        gettext_lazy("Faktureringsunderlag"), PDF, lambda cohort, _n: pdf.invoicing_basis(cohort), INVOICING
    ),
    "faktureringsunderlag-excel": Paper(
        gettext_lazy("Faktureringsunderlag (Excel)"),
        XLSX,
        lambda cohort, _n: exports.invoicing_basis(cohort),
        INVOICING,
    ),
    "diplom": Paper(gettext_lazy("Diplom"), PDF, _diplomas),
}


@never_cache
@require_safe
def cohort_paper(request: HttpRequest, pk: int, kind: str) -> HttpResponse:
    """Make one paper and hand it out. `?tillfalle=2` chooses the occasion of a rooming list."""
    paper = PAPERS.get(kind)
    if paper is None:
        raise Http404
    if not request.user.has_perm("programs.view_cohort") or not request.user.has_perm(paper.permission):
        raise PermissionDenied
    cohort = get_object_or_404(Cohort.objects.select_related("programme"), pk=pk)
    try:
        content = paper.make(cohort, request.GET.get("tillfalle", ""))
    except NothingToPrint:
        messages.warning(request, _("Det finns inget att skriva ut än."))
        return redirect("admin:programs_cohort_workspace", pk)
    audit.record("programs.paper_made", cohort, by=audit.staff(request.user), paper=kind)
    response = HttpResponse(content, content_type=paper.media_type)
    name = f"{kind.removesuffix('-excel')}-{slugify(str(cohort))}.{paper.ending}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def paper_urls() -> list[URLPattern]:
    return [path("<int:pk>/papper/<slug:kind>/", site.admin_view(cohort_paper), name="cohort_paper")]


site.register_events(
    {
        "programs.paper_made": gettext_lazy("ett papper togs fram"),
        "programs.challenge_note_written": gettext_lazy("deltagaren skrev om sin utmaning"),
        "programs.place_shown_to_cohort": gettext_lazy("deltagaren valde om de andra ser den"),
    }
)
