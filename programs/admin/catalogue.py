"""Programmes, cohorts and rounds in admin. Texts and facts are edited; a state is moved by a button, never typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from django.contrib import admin, messages
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.core.exceptions import PermissionDenied
from django.db import models
from django.db.models import QuerySet
from django.forms import ModelChoiceField
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import admin_questions, audit
from portal.core.admin import AuditedAdmin
from portal.core.admin_site import site
from portal.core.admin_windows import SeenAdmin
from portal.core.states import TransitionRefused
from programs.actions.cohorts import move_cohort
from programs.actions.occasions import add_occasion
from programs.admin.cohort_states import QUESTIONS, question, state_tag
from programs.admin.papers import paper_urls
from programs.admin.workspace import workspace_urls
from programs.admin.workspace_letters import letter_urls
from programs.admin.workspace_review import review_urls
from programs.models import Cohort, InterestRound, Occasion, Programme, Theme
from programs.states import COHORT_TRANSITIONS, CohortState

# What the button that leads to each state says.
MOVES: Final = {
    CohortState.PLANNED: gettext_lazy("Gör till planerad igen"),
    CohortState.INTEREST_OPEN: gettext_lazy("Öppna för intresseanmälan"),
    CohortState.APPLICATION_OPEN: gettext_lazy("Öppna för anmälan"),
    CohortState.CLOSED: gettext_lazy("Stäng anmälan"),
    CohortState.STARTED: gettext_lazy("Markera som startad …"),
    CohortState.COMPLETED: gettext_lazy("Markera som genomförd …"),
    CohortState.CANCELLED: gettext_lazy("Ställ in …"),
}

# Texts here are a few sentences; Django's ten rows for each make a page of several metres.
SHORT_TEXTS: Final[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = {
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
}


class ThemeInline(admin.StackedInline[Theme, Programme]):
    model = Theme
    extra = 0
    formfield_overrides = SHORT_TEXTS


class OccasionInline(admin.StackedInline[Occasion, Cohort]):
    """New occasions are added here; one that is there is changed on its own page, which tells those concerned."""

    model = Occasion
    extra = 0
    show_change_link = True
    formfield_overrides = SHORT_TEXTS
    fields = ("number", "theme", "theme_name", "starts_on", "ends_on", "starts_at", "ends_at", "venue_name")

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer the themes of the cohort's own programme: two programmes have themes of the same names."""
        if db_field.name == "theme" and request.resolver_match:
            cohort_id = request.resolver_match.kwargs.get("object_id")
            kwargs["queryset"] = Theme.objects.filter(programme__cohorts=cohort_id)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


site.register_events({"programs.cohort_moved": gettext_lazy("kullens läge ändrades")})


class NeverDeleted:
    """Rows that others point at: they are unpublished or cancelled instead."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Programme)
class ProgrammeAdmin(NeverDeleted, SeenAdmin[Programme]):
    list_display = ("name", "kind", "published", "historic", "updated_on")
    list_filter = ("kind", "published", "historic")
    inlines = (ThemeInline,)
    formfield_overrides = SHORT_TEXTS
    fieldsets = (
        (None, {"fields": ("name", "slug", "kind", "position", "published", "historic")}),
        (gettext_lazy("Texter"), {"fields": ("lead", "aim", "audience", "approach", "process_steps", "content_note")}),
        (
            gettext_lazy("Upplägg"),
            {
                "fields": (
                    "length_text",
                    "occasion_count",
                    "days_per_occasion",
                    "day_starts_at",
                    "day_ends_at",
                    "end_is_approximate",
                    "evening_activity_included",
                    "place_text",
                )
            },
        ),
        (
            gettext_lazy("Om sidan"),
            {"fields": ("published_on", "updated_on", "responsible_name", "responsible_title", "source")},
        ),
    )

    def view_on_site(self, obj: Programme) -> str | None:
        """No way to a page that visitors do not find."""
        return obj.get_absolute_url() if obj.published else None


@admin.register(InterestRound)
class InterestRoundAdmin(NeverDeleted, SeenAdmin[InterestRound]):
    list_display = ("year",)


def _move(request: HttpRequest, cohort: Cohort, to: CohortState) -> None:
    """Move one cohort and tell the member of staff what came of it."""
    try:
        moved = move_cohort(cohort, to, by=audit.staff(request.user))
    except TransitionRefused as refused:
        now = CohortState(refused.current).label
        text = _("%(cohort)s har läget ”%(now)s” och kan inte få läget ”%(wanted)s”.")
        messages.error(request, text % {"cohort": cohort, "now": now, "wanted": to.label})
    else:
        text = _("%(cohort)s har nu läget ”%(now)s”.")
        messages.success(request, text % {"cohort": moved, "now": to.label})


def _action(to: CohortState) -> Callable[[CohortAdmin, HttpRequest, QuerySet[Cohort]], HttpResponse | None]:
    """The list's action that moves the chosen cohorts to one state."""

    @admin.action(description=MOVES[to], permissions=["change"])
    def move(cohort_admin: CohortAdmin, request: HttpRequest, cohorts: QuerySet[Cohort]) -> HttpResponse | None:
        chosen = list(cohorts.select_related("programme"))
        able = [cohort for cohort in chosen if COHORT_TRANSITIONS.allows(CohortState(cohort.state), to)]
        if able and to in QUESTIONS and not admin_questions.is_answered(request):
            return admin_questions.ask_about_chosen(cohort_admin, request, question(able, to), chosen)
        for cohort in chosen:
            _move(request, cohort, to)
        return None

    move.__name__ = f"move_to_{to.value}"
    return move


@admin.register(Cohort)
class CohortAdmin(NeverDeleted, AuditedAdmin[Cohort]):
    """The first link of a row leads to the cohort's workspace, where the work is done; the form holds its facts."""

    list_display = ("name", "state_tag", "programme", "facts_link")
    list_display_links = None
    list_filter = ("programme", "state", "year")
    list_select_related = ("programme",)
    readonly_fields = ("state",)
    formfield_overrides = SHORT_TEXTS
    actions = tuple(_action(state) for state in CohortState)
    fieldsets = (
        (None, {"fields": ("programme", "year", "number", "name_then", "state", "interest_round")}),
        (
            gettext_lazy("Datum och deltagare"),
            {"fields": ("last_application_date", "started_on", "capacity", "participants_count", "leaders")},
        ),
        (
            gettext_lazy("Ansökan och platser"),
            {
                "fields": (
                    "interest_opens_at",
                    "application_opens_at",
                    "application_closes_at",
                    "application_is_public",
                    "answer_days",
                    "promotion",
                    "max_per_organisation",
                )
            },
        ),
        (
            gettext_lazy("Pris, exklusive moms"),
            {"fields": ("fee", "fee_is_per_year", "lodging_per_occasion", "lodging_is_approximate")},
        ),
        (gettext_lazy("Plats"), {"fields": ("venue_name", "venue_address", "place_text")}),
        (gettext_lazy("Källa"), {"fields": ("source", "editors_note")}),
    )

    def get_inlines(self, request: HttpRequest, obj: Cohort | None) -> list[type[InlineModelAdmin[Any, Any]]]:
        """Occasions come once the cohort has a programme, whose themes they choose from."""
        return [OccasionInline] if obj else []

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        """The occasions that were added; those that were there are not changed from here."""
        for occasion in formset.save(commit=False):
            add_occasion(occasion, by=audit.staff(request.user))

    def get_urls(self) -> list[URLPattern]:
        move = path("<int:pk>/lage/<slug:to>/", self.admin_site.admin_view(self.move_view), name="programs_cohort_move")
        return [*workspace_urls(), *review_urls(), *letter_urls(), *paper_urls(), move, *super().get_urls()]

    @admin.display(description=gettext_lazy("kull"), ordering="year")
    def name(self, cohort: Cohort) -> str:
        """The way to the workspace, first in the row."""
        return format_html('<a href="{}">{}</a>', reverse("admin:programs_cohort_workspace", args=[cohort.pk]), cohort)

    @admin.display(description=gettext_lazy("uppgifter"))
    def facts_link(self, cohort: Cohort) -> str:
        url = reverse("admin:programs_cohort_change", args=[cohort.pk])
        hidden = format_html('<span class="visually-hidden">: {}</span>', cohort)
        return format_html('<a href="{}">{}{}</a>', url, _("Ändra uppgifterna"), hidden)

    @admin.display(description=gettext_lazy("läge"), ordering="state")
    def state_tag(self, cohort: Cohort) -> str:
        return state_tag(cohort.state)

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Cohort | None = None,
    ) -> HttpResponse:
        """Offer a button for each state that may come next."""
        if obj and self.has_change_permission(request, obj):
            after = COHORT_TRANSITIONS.after(CohortState(obj.state))
            context["moves"] = [(state.value, MOVES[state]) for state in after]
        return super().render_change_form(request, context, add=add, change=change, form_url=form_url, obj=obj)

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What staff has typed, as Django keeps it; the moves stand in the trail on the cohort's own page."""
        return admin.ModelAdmin.history_view(self, request, object_id, extra_context)

    def response_change(self, request: HttpRequest, obj: Cohort) -> HttpResponse:
        """The form is saved by now; a pressed state button then moves the cohort and stays on its page."""
        wanted = next((state for state in CohortState if f"_move_{state.value}" in request.POST), None)
        if wanted is None:
            return super().response_change(request, obj)
        if wanted in QUESTIONS and COHORT_TRANSITIONS.allows(CohortState(obj.state), wanted):
            messages.success(request, _("Ändringarna är sparade."))
            return redirect("admin:programs_cohort_move", obj.pk, wanted.value)
        _move(request, obj, wanted)
        return redirect(request.get_full_path())

    def move_view(self, request: HttpRequest, pk: int, to: str) -> HttpResponse:
        """Ask, then move: the form was saved before."""
        cohort = get_object_or_404(Cohort.objects.select_related("programme"), pk=pk)
        if not self.has_change_permission(request, cohort):
            raise PermissionDenied
        if to not in QUESTIONS:
            raise Http404
        wanted, page = CohortState(to), reverse("admin:programs_cohort_change", args=[pk])
        is_able = COHORT_TRANSITIONS.allows(CohortState(cohort.state), wanted)
        if is_able and not admin_questions.is_answered(request):
            return admin_questions.ask(self, request, question([cohort], wanted), back=page, of=cohort)
        _move(request, cohort, wanted)
        return redirect(page)
