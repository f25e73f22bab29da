"""The choice of a municipality or region."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation
from portal.organisations.queries import active_organisations, grouped_choices


class OrganisationSelect(forms.Select):
    """The list of all 311, written at once: Django's template for each option costs ten times the rest of the page.

    Text that was typed in the autocomplete and is nobody's name comes back in `data-typed`, to be shown and put right.
    """

    def render(self, name: str, value: Any, attrs: dict[str, Any] | None = None, renderer: Any = None) -> SafeString:
        chosen = str(value or "")
        (empty, prompt), *groups = self.choices
        own = self.build_attrs(self.attrs, {**(attrs or {}), "name": name})
        if chosen and not any(code == chosen for _heading, rows in groups for code, _label in rows):
            own["data-typed"] = chosen
        listed = format_html_join(
            "", '<optgroup label="{}">{}</optgroup>', ((heading, _options(rows, chosen)) for heading, rows in groups)
        )
        return format_html('<select{}><option value="{}">{}</option>{}</select>', flatatt(own), empty, prompt, listed)


def _options(rows: Any, chosen: str) -> SafeString:
    marked = ((code, SafeString(" selected") if code == chosen else "", label) for code, label in rows)
    return format_html_join("", '<option value="{}"{}>{}</option>', marked)


class OrganisationField(forms.ChoiceField):
    """One of the 311, cleaned to the `Organisation`."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"data-autocomplete": True}
        super().__init__(choices=self._offered, widget=OrganisationSelect(attrs=attrs), **kwargs)
        self.error_messages["required"] = _("Välj kommun eller region i listan.")
        self.error_messages["invalid_choice"] = _("Välj en kommun eller region som finns i listan.")

    @staticmethod
    def _offered() -> list[Any]:
        return [("", _("Välj i listan")), *grouped_choices()]

    def clean(self, value: Any) -> Organisation | None:
        code = str(value or "")
        if not code:
            self._require(code)
            return None
        found = active_organisations().get(code)
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found

    def prepare_value(self, value: Any) -> Any:
        """An organisation that is no longer offered stands in the box by its name, to be put right."""
        code = str(value or "")
        return value if not code or code in active_organisations() else self.name_of_former(code)

    def name_of_former(self, code: str) -> str:
        # What was typed and is nobody's name comes here too, whatever it holds.
        is_code = code.isascii() and code.isdecimal()
        former = Organisation.objects.filter(code=code).first() if is_code else None
        return former.label if former else code

    def _require(self, code: str) -> None:
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
