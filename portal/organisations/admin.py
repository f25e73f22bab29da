"""Organisations in admin. Names and codes come from the list in the package; staff owns the name in own use."""

from __future__ import annotations

from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import audit
from portal.core.admin import AuditedAdmin
from portal.core.admin_site import site
from portal.core.search import find
from portal.organisations.actions import ask_for_key_figures
from portal.organisations.models import KeyFigureFetch, Organisation

site.register_events(
    {
        "organisations.organisation_changed": _("uppgifter ändrades vid inläsning"),
        "organisations.organisation_deactivated": _("finns inte längre i listan"),
        "organisations.organisation_reactivated": _("finns åter i listan"),
        "organisations.key_figures_asked": _("nyckeltal begärdes från Kolada"),
        "organisations.key_figures_fetched": _("hämtningen från Kolada slutade"),
    }
)


@admin.register(Organisation)
class OrganisationAdmin(AuditedAdmin[Organisation]):
    list_display = ("name", "brand_name", "kind", "county_name", "code")
    list_filter = ("kind", "active")
    search_fields = ("search_text",)
    ordering = ("sort_key", "code")
    fields = ("name", "brand_name", "code", "kind", "short_name", "county_name", "kolada_id", "active", "same_body")
    readonly_fields = tuple(field for field in fields if field != "brand_name")

    @admin.display(description=_("juridisk person"))
    def same_body(self, organisation: Organisation) -> str:
        if organisation.shares_its_body:
            return str(_("Gotlands kommun och Region Gotland är samma juridiska person."))
        return "–"

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Organisation], search_term: str
    ) -> tuple[QuerySet[Organisation], bool]:
        return find(queryset, search_term), False

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What staff has typed, as Django keeps it; what loading changed stands in the trail on the page itself."""
        return admin.ModelAdmin.history_view(self, request, object_id, extra_context)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(KeyFigureFetch)
class KeyFigureFetchAdmin(AuditedAdmin[KeyFigureFetch]):
    """How the fetching of key figures went, and a button that begins a new one."""

    has_mails = False
    change_list_template = "admin/organisations/keyfigurefetch/change_list.html"
    list_display = ("asked_at", "state", "count", "ended_at", "reason")
    list_filter = ("state",)
    fields = ("asked_at", "state", "count", "ended_at", "reason")
    readonly_fields = fields

    def get_urls(self) -> list[URLPattern]:
        fetch = path("hamta/", self.admin_site.admin_view(self.fetch_view), name="organisations_keyfigurefetch_fetch")
        return [fetch, *super().get_urls()]

    def fetch_view(self, request: HttpRequest) -> HttpResponse:
        """Ask a worker to fetch; the list tells how it goes."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        if request.method != "POST":
            return HttpResponseNotAllowed(["POST"])
        ask_for_key_figures(by=audit.staff(request.user))
        messages.success(request, gettext("Nyckeltalen hämtas nu från Kolada. Ladda om sidan om en stund."))
        return redirect("admin:organisations_keyfigurefetch_changelist")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: KeyFigureFetch | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: KeyFigureFetch | None = None) -> bool:
        return False
