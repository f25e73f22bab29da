"""Agreements in admin: staff writes templates, and sees of an agreement which organisation, when and in what state.

What a pair writes, who they are and whom they invited is theirs: nothing here shows it, to superusers neither.
"""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from agreements.actions.templates import TemplateRefused, draft_template_version, publish_template_version
from agreements.models import Agreement, Template, TemplateSection, TemplateVersion
from portal.core import audit
from portal.core.admin import ReadOnlyAdmin
from portal.core.admin_site import site

site.register_events(
    {
        "agreements.template_version_drafted": gettext_lazy("en ny version av en mall påbörjades"),
        "agreements.template_version_published": gettext_lazy("en version av en mall publicerades"),
        "agreements.agreement_started": gettext_lazy("en överenskommelse påbörjades"),
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
    }
)


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
class TemplateAdmin(NeverDeleted, admin.ModelAdmin[Template]):
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
class TemplateVersionAdmin(NeverDeleted, admin.ModelAdmin[TemplateVersion]):
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
        """The button "Spara och publicera": from now on the version stands as it is."""
        if "_publish" not in request.POST:
            return super().response_change(request, obj)
        try:
            publish_template_version(obj, by=audit.staff(request.user))
        except TemplateRefused:
            messages.error(request, _("Versionen är redan publicerad, eller har inga rubriker."))
        else:
            messages.success(request, _("Versionen är publicerad. Nya överenskommelser börjar med den."))
        return redirect(request.get_full_path())


@admin.register(Agreement)
class AgreementAdmin(ReadOnlyAdmin, admin.ModelAdmin[Agreement]):
    """Which organisations use the service, since when, and how far they have come. Nothing more."""

    list_display = ("organisation", "template", "state", "created_at", "approved_at", "review_on")
    list_filter = ("state", "template_version__template")
    list_select_related = ("organisation", "template_version__template")
    search_fields = ("organisation__name",)
    fields = ("organisation", "template", "state", "created_at", "approved_at", "review_on", "term_ends_on", "ended_at")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("mall"))
    def template(self, agreement: Agreement) -> str:
        return agreement.template_version.template.name
