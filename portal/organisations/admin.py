"""Organisations in admin. Names and codes come from the list in the package; staff owns the name in own use."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from portal.core.admin import AuditedAdmin
from portal.core.admin_site import site
from portal.core.search import find
from portal.organisations.models import Organisation

site.register_events(
    {
        "organisations.organisation_changed": _("uppgifter ändrades vid inläsning"),
        "organisations.organisation_deactivated": _("finns inte längre i listan"),
        "organisations.organisation_reactivated": _("finns åter i listan"),
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
