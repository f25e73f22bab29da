"""Dates and times in admin's forms: the browser's own fields. As text, Django would read 07/03/2026 as 3 July."""

from __future__ import annotations

from django import forms
from django.contrib.admin.options import FORMFIELD_FOR_DBFIELD_DEFAULTS
from django.db import models


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


def use_date_fields() -> None:
    """Make every model admin and every inline use them; called before the first one is made."""
    FORMFIELD_FOR_DBFIELD_DEFAULTS.update(
        {
            models.DateField: {"widget": DateInput},
            models.TimeField: {"widget": TimeInput},
            models.DateTimeField: {"form_class": forms.SplitDateTimeField, "widget": DateTimeInput},
        }
    )
