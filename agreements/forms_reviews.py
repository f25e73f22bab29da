"""The forms of looking at an agreement again: when, what to do with each section, and the pulse of the quarter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
from django import forms
from django.core.exceptions import ValidationError
from django.db.models import TextChoices
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.forms import RoomForm, date_field
from agreements.models import ReviewAnswer, Verdict, Version
from agreements.queries.terms import next_election_review
from portal.core.forms import TextField
from portal.core.windows import SeenForm


class When(TextChoices):
    """When the two want to look at their agreement again."""

    HALF_YEAR = "6", _("Om 6 månader")
    YEAR = "12", _("Om 12 månader")
    ELECTION = "val", _("Efter nästa val")
    OWN = "eget", _("Ett annat datum")


class ReviewPlanForm(SeenForm, RoomForm):
    """When to look at it again."""

    form_name = "plan_review"
    submit_label = _("Spara datumet")

    when = forms.ChoiceField(label=_("När?"), choices=When.choices, widget=forms.RadioSelect)
    own = date_field(_("Eget datum"), required=False)

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("when") == When.OWN and "own" in cleaned:
            day = cleaned["own"]
            if day is None or day <= timezone.localdate():
                self.add_error("own", ValidationError(_("Välj en dag som kommer."), code="past"))
        return cleaned

    def told(self) -> dict[str, Any]:
        return {"own": self.day()}

    def day(self) -> date:
        """The day that a valid form means."""
        today, when = timezone.localdate(), self.cleaned_data["when"]
        if when == When.ELECTION:
            return next_election_review(today)
        if when == When.OWN:
            own: date = self.cleaned_data["own"]
            return own
        planned: date = today + relativedelta(months=int(when))
        return planned


SCALE = [
    (1, _("1 – stämmer inte alls")),
    (2, "2"),
    (3, "3"),
    (4, "4"),
    (5, _("5 – stämmer helt")),
]


def pulse_field(label: Any) -> forms.TypedChoiceField:
    return forms.TypedChoiceField(
        label=label,
        choices=SCALE,
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj en siffra.")},
    )


def section_fields(key: str, heading: str) -> dict[str, forms.Field]:
    """What to do with one section, and why."""
    verdict = forms.ChoiceField(
        label=heading,
        choices=Verdict.choices,
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad du vill göra med rubriken.")},
    )
    note = TextField(label=_("Varför? %s") % heading, longest=2000, rows=2, required=False)
    return {f"verdict_{key}": verdict, f"note_{key}": note}


def posted_fields(data: QueryDict) -> dict[str, forms.Field]:
    """The fields that a post of a `ReviewForm` names, for somebody who may not know the headings: by their keys."""
    keys = dict.fromkeys(name.partition("_")[2] for name in data if name.startswith(("verdict_", "note_")))
    return {name: field for key in keys for name, field in section_fields(key, key).items()}


class ReviewForm(SeenForm, RoomForm):
    """Keep, change or drop, for each section of a version."""

    form_name = "review"
    submit_label = _("Spara svaren")

    def __init__(self, version: Version, known: Mapping[str, ReviewAnswer], data: QueryDict | None = None) -> None:
        super().__init__(data, stored=review_values(known))
        self.keys = [section["key"] for section in version.content["sections"]]
        for section in version.content["sections"]:
            self.fields |= section_fields(section["key"], section["heading"])

    def rows(self) -> list[tuple[str, BoundField, BoundField]]:
        return [(key, self[f"verdict_{key}"], self[f"note_{key}"]) for key in self.keys]


def review_values(known: Mapping[str, ReviewAnswer]) -> dict[str, str]:
    """What somebody has answered before, as the form shows it."""
    verdicts = {f"verdict_{key}": str(answer.verdict) for key, answer in known.items()}
    return verdicts | {f"note_{key}": answer.note for key, answer in known.items()}


class PulseForm(RoomForm):
    """Three questions of ours, answered by each alone."""

    form_name = "pulse"
    submit_label = _("Svara")

    direction = pulse_field(_("Vi drar åt samma håll i det som är viktigast."))
    cooperation = pulse_field(_("Vårt samarbete fungerar i vardagen."))
    support = pulse_field(_("Jag får det stöd jag behöver av den andra."))
