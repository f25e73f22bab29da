"""Agreements in admin: staff writes templates, and sees of an agreement which organisation, when and in what state.

What a pair writes, who they are and whom they invited is theirs: nothing here shows it, to superusers neither.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions.templates import TemplateRefused, draft_template_version, publish_template_version
from agreements.models import Agreement, Paper, Template, TemplateSection, TemplateVersion, Version
from agreements.queries.papers import paper_of
from agreements.states import AgreementState, PaperState
from portal.core import audit, search
from portal.core.admin import ReadOnlyAdmin
from portal.core.admin_letters import NOTHING
from portal.core.admin_questions import Question, ask, is_answered
from portal.core.admin_site import Panel, Row, site
from portal.core.admin_trail import status_tag
from portal.core.admin_windows import SeenAdmin

site.register_events(
    {
        "agreements.template_version_drafted": gettext_lazy("en ny version av en mall påbörjades"),
        "agreements.template_version_published": gettext_lazy("en version av en mall publicerades"),
        "agreements.agreement_started": gettext_lazy("en överenskommelse påbörjades"),
        "agreements.start_corrected": gettext_lazy("uppgifterna i formuläret som började överenskommelsen rättades"),
        "agreements.agreement_approved": gettext_lazy("en överenskommelse godkändes"),
        "agreements.revision_started": gettext_lazy("en överenskommelse började ändras"),
        "agreements.agreement_ended": gettext_lazy("en överenskommelse avslutades"),
        "agreements.review_planned": gettext_lazy("datum för omprövning bestämdes"),
        "agreements.member_joined": gettext_lazy("en deltagare kom in"),
        "agreements.reader_invited": gettext_lazy("en läsare bjöds in"),
        "agreements.reader_removed": gettext_lazy("en läsare togs bort"),
        "agreements.member_handed_over": gettext_lazy("en deltagare lämnade över"),
        "agreements.section_marked": gettext_lazy("en rubrik markerades som överens"),
        "agreements.section_unmarked": gettext_lazy("en markering togs tillbaka"),
        "agreements.marks_voided": gettext_lazy("markeringar föll när texten ändrades"),
        "agreements.approval_given": gettext_lazy("ett godkännande gavs"),
        "agreements.approval_voided": gettext_lazy("ett godkännande föll när texten ändrades"),
        "agreements.comment_added": gettext_lazy("en kommentar skrevs"),
        "agreements.thread_resolved": gettext_lazy("en kommentar markerades som klar"),
        "agreements.section_restored": gettext_lazy("en tidigare text togs tillbaka"),
        "agreements.silent_start_opened": gettext_lazy("de två började skriva var för sig"),
        "agreements.silent_draft_ready": gettext_lazy("ett eget utkast blev klart"),
        "agreements.silent_start_revealed": gettext_lazy("de två utkasten visades"),
        "agreements.review_answered": gettext_lazy("en omprövning besvarades"),
        "agreements.pulse_answered": gettext_lazy("kvartalets frågor besvarades"),
        "agreements.paper_made": gettext_lazy("PDF-filen av en version blev klar"),
        "agreements.paper_retried": gettext_lazy("ett nytt försök att göra PDF-filen begärdes"),
    }
)
# Who the two are and what the letters say is theirs: staff sees only what became of each.
site.register_letters(
    {
        "agreements/agreement_started": gettext_lazy("inbjudan till en överenskommelse"),
        "agreements/agreement_start_corrected": gettext_lazy("inbjudan till en överenskommelse med rättade uppgifter"),
        "agreements/reader_invited": gettext_lazy("inbjudan att läsa en överenskommelse"),
        "agreements/member_handed_over": gettext_lazy("inbjudan till den som tar över"),
        "agreements/partner_changed": gettext_lazy("besked om att den andra har bytts"),
        "agreements/approval_awaited": gettext_lazy("besked om att ett godkännande väntar"),
        "agreements/agreement_approved": gettext_lazy("besked om godkänd överenskommelse"),
        "agreements/agreement_ended": gettext_lazy("besked om avslutad överenskommelse"),
        "agreements/review_due": gettext_lazy("påminnelse om omprövning"),
        "agreements/term_ends": gettext_lazy("påminnelse om mandatperiodens slut"),
        "agreements/pulse_wanted": gettext_lazy("kvartalets frågor"),
    },
    between_others=True,
)
PAPER_KINDS = {
    PaperState.WAITING: "waiting",
    PaperState.MAKING: "waiting",
    PaperState.DONE: "positive",
    PaperState.FAILED: "negative",
}


class SectionInline(admin.StackedInline[TemplateSection, TemplateVersion]):
    model = TemplateSection
    extra = 0

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_add_permission(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_change_permission(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return _is_open(obj) and super().has_delete_permission(request, obj)


def _is_open(version: TemplateVersion | None) -> bool:
    return version is not None and version.published_at is None


class NeverDeleted:
    """Agreements stand on these rows."""

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Template)
class TemplateAdmin(NeverDeleted, SeenAdmin[Template]):
    list_display = ("name", "kind")
    fields = ("name", "slug", "kind", "lead")
    change_form_template = "admin/agreements/template/change_form.html"

    def response_change(self, request: HttpRequest, obj: Template) -> HttpResponse:
        """The button "Ny version" leads to the version that can be edited."""
        if "_draft" not in request.POST:
            return super().response_change(request, obj)
        draft = draft_template_version(obj, by=audit.staff(request.user))
        return redirect("admin:agreements_templateversion_change", draft.pk)


@admin.register(TemplateVersion)
class TemplateVersionAdmin(NeverDeleted, SeenAdmin[TemplateVersion]):
    list_display = ("__str__", "published_at")
    list_select_related = ("template",)
    list_filter = ("template",)
    readonly_fields = ("template", "number", "published_at")
    inlines = (SectionInline,)
    change_form_template = "admin/agreements/templateversion/change_form.html"

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A new version is begun from its template, as a copy of the last one."""
        return False

    def response_change(self, request: HttpRequest, obj: TemplateVersion) -> HttpResponse:
        """The button "Spara och publicera …" saves, and leads to the question."""
        if "_publish" not in request.POST:
            return super().response_change(request, obj)
        messages.success(request, _("Ändringarna är sparade."))
        return redirect("admin:agreements_templateversion_publish", obj.pk)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(self.publish_view)
        return [path("<int:pk>/publicera/", view, name="agreements_templateversion_publish"), *super().get_urls()]

    def publish_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask, then publish: from then on the version stands as it is."""
        version = get_object_or_404(TemplateVersion.objects.select_related("template"), pk=pk)
        if not self.has_change_permission(request, version):
            raise PermissionDenied
        page = reverse("admin:agreements_templateversion_change", args=[pk])
        if version.published_at is None and not is_answered(request):
            return ask(self, request, _publishing(version), back=page, of=version)
        try:
            publish_template_version(version, by=audit.staff(request.user))
        except TemplateRefused:
            messages.error(request, _("Versionen är redan publicerad, eller har inga rubriker."))
        else:
            messages.success(request, _("Versionen är publicerad. Nya överenskommelser börjar med den."))
        return redirect(page)


def _publishing(version: TemplateVersion) -> Question:
    text = _("En publicerad version kan inte ändras mer. Nya överenskommelser börjar med den. Rubrikerna i den:")
    headings = [section.heading for section in version.sections.all()]
    return Question(_("Publicera versionen?"), text, _("Ja, publicera"), headings)


class PaperFilter(admin.SimpleListFilter):
    """How far the PDF of any of the versions has come."""

    title = gettext_lazy("PDF-fil")
    parameter_name = "pdf"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(state.value, str(state.label)) for state in PaperState]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Agreement]) -> QuerySet[Agreement]:
        if self.value() is None:
            return queryset
        return queryset.filter(pk__in=Version.objects.filter(paper__state=self.value()).values("agreement"))


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin, admin.ModelAdmin[Agreement]):
    """Which organisations use the service, since when, and how far they have come. Nothing more."""

    list_display = ("organisation", "template", "state", "created_at", "approved_at", "review_on")
    list_filter = ("state", "template_version__template", PaperFilter)
    list_select_related = ("organisation", "template_version__template")
    search_fields = ("organisation__search_text",)
    search_help_text = gettext_lazy("Sök på kommun, region eller län.")
    fields = (
        "organisation",
        "template",
        "state",
        "created_at",
        "approved_at",
        "review_on",
        "term_ends_on",
        "ended_at",
        "papers",
    )
    readonly_fields = fields

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Agreement], search_term: str
    ) -> tuple[QuerySet[Agreement], bool]:
        return queryset.filter(search.has_words(search_term, "organisation__")), False

    @admin.display(description=gettext_lazy("mall"))
    def template(self, agreement: Agreement) -> str:
        return agreement.template_version.template.name

    @admin.display(description=gettext_lazy("PDF-filer"))
    def papers(self, agreement: Agreement) -> SafeString:
        """How far the paper of each version has come; nothing of what it says."""
        states = [(version.number, PaperState(paper_of(version).state)) for version in agreement.versions.all()]
        lines = [(_("Version %(number)s:") % {"number": number}, _paper_tag(state)) for number, state in states]
        return format_html_join(mark_safe("<br>"), "{} {}", lines) if lines else format_html("{}", NOTHING)


def _paper_tag(state: PaperState) -> SafeString:
    return status_tag(state.label, PAPER_KINDS[state])


def agreement_panel(request: HttpRequest) -> Panel | None:
    """How many agreements there are, and whether a paper could not be made, for the front page."""
    if not request.user.has_perm("agreements.view_agreement"):
        return None
    url = reverse("admin:agreements_agreement_changelist")
    counted = dict(Agreement.objects.values_list("state").annotate(number=Count("pk")).order_by())
    failed = Paper.objects.filter(state=PaperState.FAILED).count()
    return Panel(
        gettext_lazy("Överenskommelser"),
        [
            Row(gettext_lazy("Skrivs"), counted.get(AgreementState.WRITING, 0), f"{url}?state__exact=writing"),
            Row(gettext_lazy("Godkända"), counted.get(AgreementState.APPROVED, 0), f"{url}?state__exact=approved"),
            Row(gettext_lazy("PDF-filer som inte kunde göras"), failed, f"{url}?pdf=failed", alarming=True),
        ],
    )


site.register_panel(agreement_panel)
