"""Fields of admin's forms that Django asks for in a way that misleads.

Dates and times are the browser's own fields: as text, Django would read 07/03/2026 as 3 July. An address of a page is
refused in words, not as a "slug".
"""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.contrib.admin.widgets import AdminTextInputWidget
from django.db import models
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

NOT_AN_ADDRESS = _(
    "Adressen får bara ha bokstäverna a–z, siffror och bindestreck, inga mellanslag. Skriv till exempel"
    " ledarprogram-2027."
)


class DateInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class TimeInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M")


class DateTimeInput(forms.SplitDateTimeWidget):
    """A date and a time side by side, each with its own field."""

    def __init__(self) -> None:
        forms.MultiWidget.__init__(self, [DateInput(), TimeInput()])


class DateTimeField(forms.SplitDateTimeField):
    """Each of the two fields says which one it is: admin's label belongs to neither."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        widgets: list[forms.Widget] = self.widget.widgets
        for widget, part in zip(widgets, (_("datum"), _("klockslag")), strict=True):
            widget.attrs["aria-label"] = format_lazy("{label}: {part}", label=self.label or "", part=part)


def use_plain_fields() -> None:
    """Make every model admin and every inline use them; called before the first one is made."""
    FORMFIELD_FOR_DBFIELD_DEFAULTS.update(
        {
            models.DateField: {"widget": DateInput},
            models.TimeField: {"widget": TimeInput},
            models.DateTimeField: {"form_class": DateTimeField, "widget": DateTimeInput},
            models.SlugField: {"widget": AdminTextInputWidget, "error_messages": {"invalid": NOT_AN_ADDRESS}},
        }
    )
