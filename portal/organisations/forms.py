"""The choice of a municipality or region."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.organisations.models import Organisation
from portal.organisations.queries import grouped_choices

CODE_LENGTH = 4


class OrganisationField(forms.ChoiceField):
    """One of the 311, cleaned to the `Organisation`. A post asks the database for one row, not for the whole list."""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"data-autocomplete": True, "autocomplete": "off"}
        super().__init__(choices=self._offered, widget=forms.Select(attrs=attrs), **kwargs)
        self.error_messages["required"] = _("Välj din kommun eller region i listan.")
        self.error_messages["invalid_choice"] = _("Välj en kommun eller region som finns i listan.")

    @staticmethod
    def _offered() -> list[Any]:
        return [("", _("Välj i listan")), *grouped_choices()]

    def clean(self, value: Any) -> Organisation | None:
        code = str(value or "")
        if not code:
            self._require(code)
            return None
        found = Organisation.objects.active().filter(code=code).first() if self._can_be_a_code(code) else None
        if found is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return found

    @staticmethod
    def _can_be_a_code(code: str) -> bool:
        return len(code) <= CODE_LENGTH and code.isascii() and code.isdigit()

    def _require(self, code: str) -> None:
        if self.required:
            raise ValidationError(self.error_messages["required"], code="required")
