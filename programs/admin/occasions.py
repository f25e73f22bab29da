"""Occasions and material in admin. What is written about an occasion is edited in its form; when and where it is, and
whether it is at all, is changed on pages that show before the click which mails go (`occasion_pages`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTextareaWidget
from django.db import models
from django.forms import ModelChoiceField
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit, formats
from portal.core.admin import AuditedAdmin
from portal.core.admin_site import site
from portal.core.admin_trail import status_tag
from portal.core.uploads import Kind, accepted, inspect_upload
from programs.actions import materials as material_actions
from programs.actions.locking import lock_cohort
from programs.actions.occasions import add_occasion, reword_occasion
from programs.admin.attendance import attendance_urls
from programs.admin.occasion_pages import occasion_urls
from programs.models import Material, Occasion, Theme
from programs.queries.occasions import concerned_by

WHEN_AND_WHERE = ("starts_on", "ends_on", "starts_at", "ends_at", "venue_name", "venue_address")
SHORT_TEXTS: Final[Mapping[type[models.Field[Any, Any]], Mapping[str, Any]]] = {
    models.TextField: {"widget": AdminTextareaWidget(attrs={"rows": 3})}
}


def occasion_state(occasion: Occasion) -> tuple[str, str]:
    """Where an occasion stands, in words and in the colour that repeats them."""
    if occasion.cancelled_at:
        return _("Inställt"), "negative"
    if occasion.ends_on < timezone.localdate():
        return _("Har varit"), "neutral"
    return _("Kommer"), "positive"


@admin.register(Occasion)
class OccasionAdmin(AuditedAdmin[Occasion]):
    list_display = ("title_shown", "cohort", "dates", "state_shown")
    list_filter = ("cohort__programme", "cohort__year")
    list_select_related = ("cohort__programme", "theme")
    ordering = ("-starts_on",)
    has_mails = False
    formfield_overrides = SHORT_TEXTS
    fieldsets = (
        (None, {"fields": ("cohort", "number", "theme", "theme_name")}),
        (gettext_lazy("När och var"), {"fields": WHEN_AND_WHERE}),
        (gettext_lazy("Innehåll"), {"fields": ("bullets", "purpose", "contributors")}),
        (gettext_lazy("Efteråt"), {"fields": ("changes_text", "editors_note")}),
    )

    def get_readonly_fields(self, request: HttpRequest, obj: Occasion | None = None) -> tuple[str, ...]:
        """When and where is moved on a page of its own, once the occasion is there."""
        return ("cohort", *WHEN_AND_WHERE) if obj else ()

    def formfield_for_foreignkey(
        self, db_field: models.ForeignKey[Any, Any], request: HttpRequest, **kwargs: Any
    ) -> ModelChoiceField[Any] | None:
        """Offer the themes of the cohort's own programme: two programmes have themes of the same names."""
        if db_field.name == "theme":
            kwargs["queryset"] = self._themes(request)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def _themes(self, request: HttpRequest) -> models.QuerySet[Theme]:
        found = request.resolver_match.kwargs.get("object_id") if request.resolver_match else None
        if found:
            return Theme.objects.filter(programme__cohorts__occasions=found)
        cohort = request.GET.get("cohort", "")
        return Theme.objects.filter(programme__cohorts=int(cohort)) if cohort.isdigit() else Theme.objects.all()

    def has_delete_permission(self, request: HttpRequest, obj: Occasion | None = None) -> bool:
        """What people have in their calendars is cancelled, never deleted."""
        return super().has_delete_permission(request, obj) and obj is not None and not concerned_by(obj).exists()

    def get_urls(self) -> list[URLPattern]:
        return [*occasion_urls(), *attendance_urls(), *super().get_urls()]

    def lock(self, row: Occasion) -> None:
        lock_cohort(row.cohort_id)
        super().lock(row)

    def save_model(self, request: HttpRequest, obj: Occasion, form: Any, change: bool) -> None:
        by = audit.staff(request.user)
        if change:
            if form.changed_data:
                reword_occasion(obj, form.changed_data, by=by)
            return
        add_occasion(obj, by=by)

    @admin.display(description=gettext_lazy("tillfälle"), ordering="number")
    def title_shown(self, occasion: Occasion) -> str:
        return occasion.title

    @admin.display(description=gettext_lazy("datum"), ordering="starts_on")
    def dates(self, occasion: Occasion) -> str:
        return formats.date_range(occasion.starts_on, occasion.ends_on)

    @admin.display(description=gettext_lazy("läge"))
    def state_shown(self, occasion: Occasion) -> str:
        label, kind = occasion_state(occasion)
        return status_tag(label, kind)


class MaterialForm(forms.ModelForm[Material]):
    """A file, judged by what is in it, and what the participants are told of it."""

    file = forms.FileField(
        label=gettext_lazy("Fil"),
        help_text=gettext_lazy("PDF, Word, Excel, PowerPoint, OpenDocument eller en bild."),
        widget=forms.FileInput(attrs={"accept": accepted(Kind.MATERIAL)}),
    )

    class Meta:
        model = Material
        fields = ("cohort", "occasion", "title", "visible_from")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        is_new = not self.instance.storage_name
        self.fields["file"].required = is_new
        if "occasion" in self.fields and not is_new:
            occasions = Occasion.objects.filter(cohort=self.instance.cohort_id).select_related("theme")
            self.fields["occasion"].queryset = occasions  # type: ignore[attr-defined]  # a choice among rows

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        occasion, cohort = cleaned.get("occasion"), cleaned.get("cohort") or getattr(self.instance, "cohort", None)
        if occasion and cohort and occasion.cohort_id != cohort.pk:
            self.add_error("occasion", _("Tillfället hör till en annan kull. Välj ett av kullens egna tillfällen."))
        if file := cleaned.get("file"):
            cleaned["facts"] = self._judged(file)
        return cleaned

    def _judged(self, file: Any) -> Any:
        try:
            return inspect_upload(file, Kind.MATERIAL)
        except forms.ValidationError as refused:
            self.add_error("file", refused)
            return None

    def details(self) -> material_actions.MaterialDetails:
        data = self.cleaned_data
        cohort = data.get("cohort") or self.instance.cohort
        return material_actions.MaterialDetails(cohort, data["occasion"], data["title"], data["visible_from"])

    def upload(self) -> material_actions.Upload | None:
        file = self.cleaned_data.get("file")
        return material_actions.Upload(file, self.cleaned_data["facts"]) if file else None


@admin.register(Material)
class MaterialAdmin(AuditedAdmin[Material]):
    form = MaterialForm
    list_display = ("title", "cohort", "occasion", "visible_from", "size_shown")
    list_filter = ("cohort",)
    list_select_related = ("cohort__programme", "occasion__theme")
    has_mails = False

    def get_readonly_fields(self, request: HttpRequest, obj: Material | None = None) -> tuple[str, ...]:
        return ("cohort", "file_name", "size_shown") if obj else ()

    def get_fields(self, request: HttpRequest, obj: Material | None = None) -> tuple[str, ...]:
        stored = ("file_name", "size_shown") if obj else ()
        return ("cohort", "occasion", "title", *stored, "file", "visible_from")

    def save_model(self, request: HttpRequest, obj: Material, form: Any, change: bool) -> None:
        by, upload = audit.staff(request.user), form.upload()
        if change:
            material_actions.change_material(obj, form.details(), upload, by=by)
            return
        stored = material_actions.add_material(form.details(), upload, by=by)
        obj.pk = stored.pk

    def delete_model(self, request: HttpRequest, obj: Material) -> None:
        material_actions.remove_material(obj, by=audit.staff(request.user))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Material]) -> None:
        for material in queryset:
            self.delete_model(request, material)

    @admin.display(description=gettext_lazy("storlek"), ordering="size")
    def size_shown(self, material: Material) -> str:
        return f"{material.size / 1024 / 1024:.1f} MB".replace(".", ",")


site.register_events(
    {
        "programs.occasion_added": gettext_lazy("tillfället lades till"),
        "programs.occasion_moved": gettext_lazy("tillfället flyttades"),
        "programs.occasion_cancelled": gettext_lazy("tillfället ställdes in"),
        "programs.occasion_reworded": gettext_lazy("texten om tillfället ändrades"),
        "programs.occasion_answered": gettext_lazy("svarade inför ett tillfälle"),
        "programs.attendance_taken": gettext_lazy("närvaron noterades"),
        "programs.calendar_key_replaced": gettext_lazy("kalenderadressen byttes ut"),
        "programs.application_saved": gettext_lazy("utkastet sparades"),
        "programs.application_changed": gettext_lazy("ansökan ändrades"),
        "programs.application_repeated": gettext_lazy("samma person sökte igen"),
        "programs.material_added": gettext_lazy("materialet lades till"),
        "programs.material_changed": gettext_lazy("materialet ändrades"),
        "programs.material_removed": gettext_lazy("materialet togs bort"),
    }
)
