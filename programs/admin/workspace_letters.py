"""Letters to a cohort in admin: begun from a template, worded, shown as somebody gets it, tried out, sent, followed."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from portal.accounts.models import User
from portal.core import audit
from portal.core.admin_site import site
from portal.core.mail_preview import may_frame_previews, preview
from programs.actions import letters as verbs
from programs.admin.workspace import View, cohort_for, page
from programs.admin.workspace_forms import LetterForm, NewLetterForm
from programs.mail_letters import recipient
from programs.models import Cohort, CohortLetter, LetterKind, Place
from programs.queries import letters as queries
from programs.queries.workspace import SHOWN_STATES
from programs.states import PlaceState

# Whom each kind of letter is for, until staff chooses.
USUAL: Final = {
    LetterKind.INVITATION: (PlaceState.INVITED,),
    LetterKind.OFFER: (PlaceState.OFFERED,),
    LetterKind.WAITING_LIST: (PlaceState.WAITING,),
    LetterKind.WELCOME: (PlaceState.ACCEPTED, PlaceState.PARTICIPANT),
    LetterKind.REMINDER: (PlaceState.ACCEPTED, PlaceState.PARTICIPANT),
    LetterKind.THANKS: (PlaceState.PARTICIPANT, PlaceState.COMPLETED),
    LetterKind.DIPLOMA: (PlaceState.COMPLETED,),
}
STATES: Final = (PlaceState.WAITING, *SHOWN_STATES)


@dataclass(frozen=True)
class Choice:
    """One state among those to choose recipients by: the people in it, and who of them is chosen."""

    state: PlaceState
    places: tuple[Place, ...]
    is_chosen: bool


@dataclass(frozen=True)
class Sending:
    """Everybody who may get a letter, and who of them is to."""

    everybody: tuple[Place, ...]
    states: frozenset[str]
    single: frozenset[str]

    @property
    def chosen(self) -> list[Place]:
        return [place for place in self.everybody if place.state in self.states or str(place.pk) in self.single]

    def choices(self) -> list[Choice]:
        by_state = {state: tuple(place for place in self.everybody if place.state == state) for state in STATES}
        return [Choice(state, found, state in self.states) for state, found in by_state.items() if found]


def letter_for(request: HttpRequest, pk: int, letter_id: uuid.UUID) -> tuple[Cohort, CohortLetter]:
    """A letter of the cohort, for staff that may write to it."""
    cohort = cohort_for(request, pk, "programs.change_cohortletter")
    return cohort, get_object_or_404(CohortLetter.objects.select_related("cohort__programme"), cohort=pk, pk=letter_id)


def letter_url(name: str, letter: CohortLetter) -> str:
    return reverse(f"admin:programs_cohort_letter_{name}", args=[letter.cohort_id, letter.pk])


@require_http_methods(["GET", "POST"])
def letter_list(request: HttpRequest, pk: int) -> HttpResponse:
    """All letters of the cohort, and the beginning of a new one."""
    cohort = cohort_for(request, pk, "programs.view_cohortletter")
    form = NewLetterForm(request.POST or None)
    if form.is_valid():
        if not request.user.has_perm("programs.add_cohortletter"):
            raise PermissionDenied
        letter = verbs.draft_letter(cohort, LetterKind(form.cleaned_data["kind"]), by=audit.staff(request.user))
        return redirect(letter_url("edit", letter))
    found = CohortLetter.objects.filter(cohort=cohort).select_related("created_by")
    status = 422 if form.errors else 200
    return page(request, "letters", cohort, _("Brev till kullen"), status, letters=found, form=form)


@require_http_methods(["GET", "POST"])
def edit_letter(request: HttpRequest, pk: int, letter_id: uuid.UUID) -> HttpResponse:
    """Word a draft; what has gone out is followed instead."""
    cohort, letter = letter_for(request, pk, letter_id)
    if letter.sent_at:
        return redirect(letter_url("progress", letter))
    form = LetterForm(letter, request.POST or None)
    if form.is_valid() and _worded(request, letter, form):
        return redirect(letter_url("send" if "next" in request.POST else "edit", letter))
    context = {"letter": letter, "form": form, "fields": queries.FIELDS.values()}
    return page(request, "letter_edit", cohort, _("Skriv brevet"), 422 if form.errors else 200, **context)


def _worded(request: HttpRequest, letter: CohortLetter, form: LetterForm) -> bool:
    """Store what was written; False with the mistakes at the text when it has fields that do not exist."""
    data = form.cleaned_data
    try:
        verbs.change_letter(
            letter, data["subject"], data["body"], occasion=data["occasion"], by=audit.staff(request.user)
        )
    except verbs.BadText as bad:
        for mistake in bad.mistakes:
            form.add_error("body", mistake)
        return False
    messages.success(request, _("Brevet är sparat."))
    return True


@may_frame_previews
@require_http_methods(["GET", "POST"])
def send_letter(request: HttpRequest, pk: int, letter_id: uuid.UUID) -> HttpResponse:
    """Choose who gets it, see it as one of them does, try it out, and send it after one more look."""
    cohort, letter = letter_for(request, pk, letter_id)
    sending = _sending(letter, request.POST if request.method == "POST" else None)
    sample = _sample(sending, request.POST.get("sample", ""))
    step = request.POST.get("do", "")
    if step == "send" and sending.chosen:
        return _send(request, letter, sending)
    if step == "test" and sample:
        _try_out(request, letter, sample)
    gaps = _gaps(letter, sending.chosen)
    context: dict[str, Any] = {
        "letter": letter,
        "sending": sending,
        "sample": sample,
        "shown": verbs.preview(letter, sample) if sample else None,
        "gaps": gaps,
        "have_it": set(letter.recipients.values_list("place_id", flat=True)),
    }
    if step == "review" and sending.chosen and not gaps:
        return page(request, "letter_review", cohort, _("Granska utskicket"), **context)
    if step == "review" and not sending.chosen:
        messages.warning(request, _("Välj minst en mottagare."))
    return page(request, "letter_send", cohort, _("Välj mottagare"), **context)


def _sending(letter: CohortLetter, data: QueryDict | None) -> Sending:
    everybody = tuple(queries.may_be_written_to(letter).order_by("name", "pk"))
    if data is None:
        return Sending(everybody, frozenset(USUAL.get(LetterKind(letter.kind), ())), frozenset())
    return Sending(everybody, frozenset(data.getlist("state")), frozenset(data.getlist("place")))


def _sample(sending: Sending, wanted: str) -> Place | None:
    """Whom the letter is shown for: the one that was asked for, else the first who gets it, else anybody."""
    asked = [place for place in sending.everybody if str(place.pk) == wanted]
    return next(iter([*asked, *sending.chosen, *sending.everybody]), None)


def _gaps(letter: CohortLetter, chosen: Iterable[Place]) -> list[queries.Gap]:
    return queries.gaps(letter, [recipient(letter, place, is_real=False) for place in chosen])


def _try_out(request: HttpRequest, letter: CohortLetter, sample: Place) -> None:
    user = request.user
    if isinstance(user, User):
        verbs.send_test(letter, user, sample, by=audit.staff(user))
        messages.success(request, _("Ett prov är på väg till %(address)s.") % {"address": user.email})


def _send(request: HttpRequest, letter: CohortLetter, sending: Sending) -> HttpResponse:
    try:
        number = verbs.send(letter, sending.chosen, by=audit.staff(request.user))
    except (verbs.HasGaps, verbs.NotARecipient, verbs.BadText):
        messages.error(request, _("Något har ändrats sedan du granskade. Brevet är inte skickat: se över det igen."))
        return redirect(letter_url("send", letter))
    text = ngettext("Brevet är på väg till en person.", "Brevet är på väg till %(count)d personer.", number)
    messages.success(request, text % {"count": number})
    return redirect(letter_url("progress", letter))


@require_GET
def letter_progress(request: HttpRequest, pk: int, letter_id: uuid.UUID) -> HttpResponse:
    """How far the letter has come, person by person."""
    cohort, letter = letter_for(request, pk, letter_id)
    return page(request, "letter_progress", cohort, letter.subject, letter=letter, progress=queries.progress(letter))


@require_GET
def letter_html(request: HttpRequest, pk: int, letter_id: uuid.UUID, place_id: uuid.UUID) -> HttpResponse:
    """The letter as one person gets it, for the frame."""
    _cohort, letter = letter_for(request, pk, letter_id)
    place = queries.may_be_written_to(letter).filter(pk=place_id).first()
    if place is None:
        raise Http404
    return preview(verbs.preview(letter, place).html)


@require_POST
def discard_letter(request: HttpRequest, pk: int, letter_id: uuid.UUID) -> HttpResponse:
    """Throw a draft away."""
    cohort, letter = letter_for(request, pk, letter_id)
    try:
        verbs.discard_letter(letter, by=audit.staff(request.user))
    except verbs.LetterIsSent:
        messages.error(request, _("Brevet har redan gått ut och finns kvar."))
    else:
        messages.success(request, _("Utkastet är borta."))
    return redirect("admin:programs_cohort_letters", cohort.pk)


def letter_urls() -> Sequence[URLPattern]:
    """The addresses of a cohort's letters."""
    base = "<int:pk>/arbetsyta/brev/"
    one = f"{base}<uuid:letter_id>/"
    routes: list[tuple[str, View, str]] = [
        (base, letter_list, "letters"),
        (one, edit_letter, "letter_edit"),
        (f"{one}skicka/", send_letter, "letter_send"),
        (f"{one}forlopp/", letter_progress, "letter_progress"),
        (f"{one}kasta/", discard_letter, "letter_discard"),
        (f"{one}visa/<uuid:place_id>/", letter_html, "letter_html"),
    ]
    return [path(tail, site.admin_view(view), name=f"programs_cohort_{name}") for tail, view, name in routes]
