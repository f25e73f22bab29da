"""Personal data in admin: what goes next, what went, and one person's request to see or erase what we have."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any

from django import forms
from django.apps import apps
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit, people, retention
from portal.core.admin_site import site
from portal.core.admin_trail import ReadOnlyAdmin
from portal.core.forms import AddressField
from portal.core.models import Disposal
from portal.core.people import Reader

DAYS_AHEAD = 30


class UntilForm(forms.Form):
    """Up to which day to look ahead."""

    till = forms.DateField(label=gettext_lazy("Till och med"), widget=forms.DateInput(attrs={"type": "date"}))


class PersonForm(forms.Form):
    """Whom it is about. It is posted, so that no address stands in an address of ours or in a log."""

    email = AddressField(
        label=gettext_lazy("E-postadress"),
        widget=forms.EmailInput(
            attrs={"class": "vTextField whole-address", "spellcheck": "false", "autocomplete": "off"}
        ),
        error_messages={"required": gettext_lazy("Skriv e-postadressen.")},
    )


def _kind(label: str) -> str:
    """What a model is called in Swedish; its technical name when it is gone."""
    try:
        return str(apps.get_model(label)._meta.verbose_name_plural).capitalize()
    except (LookupError, ValueError):
        return label


def counted(counts: dict[str, int]) -> list[tuple[str, int]]:
    return [(_kind(label), number) for label, number in counts.items()]


@admin.register(Disposal)
class DisposalAdmin(ReadOnlyAdmin, admin.ModelAdmin[Disposal]):
    """What went, and the two pages beside it. Staff never sees a private note here or in what it hands out."""

    change_list_template = "admin/core/disposal/change_list.html"
    list_display = ("at", "kind", "rows")
    list_filter = ("kind",)
    fields = ("at", "kind", "what_went")
    readonly_fields = fields

    @admin.display(description=gettext_lazy("antal rader"))
    def rows(self, disposal: Disposal) -> int:
        return disposal.total

    @admin.display(description=gettext_lazy("vad som raderades"))
    def what_went(self, disposal: Disposal) -> str:
        lines = format_html_join("", "<li>{}: {}</li>", counted(disposal.counts))
        return format_html("<ul>{}</ul>", lines) if disposal.counts else _("Inget")

    def get_urls(self) -> list[URLPattern]:
        own = [
            path("kommande/", self.admin_site.admin_view(self.upcoming_view), name="core_disposal_upcoming"),
            path("person/", self.admin_site.admin_view(self.person_view), name="core_disposal_person"),
        ]
        return [*own, *super().get_urls()]

    def _page(self, request: HttpRequest, name: str, title: str, status: int = 200, **context: Any) -> HttpResponse:
        frame = {**self.admin_site.each_context(request), "title": title, "opts": self.opts}
        template = f"admin/core/disposal/{name}.html"
        return TemplateResponse(request, template, {**frame, **context}, status=status)

    def upcoming_view(self, request: HttpRequest) -> HttpResponse:
        """The dry run: what goes until a day, by kind and last day. Nothing is changed."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = UntilForm(request.GET if "till" in request.GET else None, initial={"till": self._soon()})
        until = form.cleaned_data["till"] if form.is_valid() else self._soon()
        due = retention.due(until)
        total = sum(each.number for each in due)
        return self._page(request, "upcoming", _("Det som raderas härnäst"), form=form, due=due, total=total)

    def _soon(self) -> date:
        return timezone.localdate() + timedelta(days=DAYS_AHEAD)

    def person_view(self, request: HttpRequest) -> HttpResponse:
        """Find what we have about a person, hand it out, or erase it in two steps."""
        if not request.user.has_perm("core.add_disposal"):
            raise PermissionDenied
        form = PersonForm(request.POST if request.method == "POST" else None)
        if not form.is_bound or not form.is_valid():
            return self._page(request, "person", _("En person"), 422 if form.is_bound else 200, form=form)
        steps: dict[str, Callable[[HttpRequest, PersonForm], HttpResponse]] = {
            "export": self._export,
            "erase": self._erase,
        }
        return steps.get(request.POST.get("do", ""), self._found)(request, form)

    def _found(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        """What there is; with `do=ask` also the button that erases it."""
        key = form.cleaned_data["email"].key
        context: dict[str, Any] = {
            "form": form,
            "address": form.cleaned_data["email"].typed,
            "sections": people.tell(key, Reader.STAFF),
            "kept": people.keeps(key, Reader.STAFF),
            "asks": request.POST.get("do") == "ask",
        }
        return self._page(request, "person", _("En person"), **context)

    def _export(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        """What is to be sent to the person, without what is theirs alone: that they fetch themselves."""
        sections = people.tell(form.cleaned_data["email"].key, Reader.STAFF)
        audit.record("core.person_told", request.user, by=audit.staff(request.user), sections=len(sections))  # type: ignore[arg-type]  # staff is logged in
        body = {"uppgifter": [asdict(section) for section in sections]}
        response = JsonResponse(body, json_dumps_params={"ensure_ascii": False, "indent": 2})
        response["Content-Disposition"] = 'attachment; filename="registerutdrag.json"'
        response["Cache-Control"] = "no-store"
        return response

    def _erase(self, request: HttpRequest, form: PersonForm) -> HttpResponse:
        """Erase, then search the whole database for the address and the name, and tell what was found."""
        key = form.cleaned_data["email"].key
        name = people.name_of(key)
        disposal, kept = people.erase(key, Reader.STAFF, by=audit.staff(request.user))
        context: dict[str, Any] = {
            "gone": counted(disposal.counts),
            "kept": kept,
            "traces_of_address": counted(people.traces(key)),
            "traces_of_name": counted(people.traces(name)) if name else [],
        }
        return self._page(request, "erased", _("Personen är raderad"), **context)


site.register_events(
    {
        "core.person_erased": gettext_lazy("en persons uppgifter raderades"),
        "core.person_told": gettext_lazy("ett registerutdrag togs fram"),
    }
)
