"""The forms of the workspace: what mix is wished for, whom to invite, and letters."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core.forms import AddressField, LineField, PhoneField, TextField
from portal.organisations.forms import OrganisationField
from programs.actions.places import Person
from programs.models import CohortLetter, Dimension, LetterKind, Occasion, Role, Side

ALL_OF_IT = 100


class WishesForm(forms.Form):
    """A percentage for each group of each dimension; empty means no wish. No dimension is more than a whole."""

    def __init__(
        self,
        labels: Mapping[Dimension, Mapping[str, str]],
        wishes: Mapping[tuple[str, str], int],
        data: QueryDict | None = None,
    ) -> None:
        super().__init__(data, label_suffix="")
        self.labels = labels
        for dimension, groups in labels.items():
            for value, label in groups.items():
                self.fields[_name(dimension, value)] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=ALL_OF_IT,
                    initial=wishes.get((dimension.value, value)),
                )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        for dimension, groups in self.labels.items():
            if sum(cleaned.get(_name(dimension, value)) or 0 for value in groups) > ALL_OF_IT:
                text = _("Andelarna under ”%(dimension)s” blir tillsammans mer än 100 procent.")
                raise ValidationError(text, params={"dimension": dimension.label})
        return cleaned

    def wishes(self) -> dict[tuple[str, str], int]:
        """What a valid form says."""
        found = {
            (dimension.value, value): self.cleaned_data[_name(dimension, value)]
            for dimension, groups in self.labels.items()
            for value in groups
        }
        return {key: percent for key, percent in found.items() if percent is not None}

    def sections(self) -> Iterator[tuple[Dimension, list[BoundField]]]:
        """The fields by dimension, for the page."""
        for dimension, groups in self.labels.items():
            yield dimension, [self[_name(dimension, value)] for value in groups]


def _name(dimension: Dimension, value: str) -> str:
    return f"wish-{dimension.value}-{value}"


class InviteForm(forms.Form):
    """Somebody to invite, as staff knows them. What is left out they fill in themselves."""

    name = LineField(label=_("Namn"), longest=200, error_messages={"required": _("Skriv personens namn.")})
    email = AddressField(
        label=_("E-postadress"),
        help_text=_("Hit går inbjudan med personens egen länk."),
        error_messages={"required": _("Skriv personens e-postadress.")},
    )
    phone = PhoneField(label=_("Telefonnummer (valfritt)"), required=False)
    organisation = OrganisationField(label=_("Kommun eller region"))
    role = forms.ChoiceField(
        label=_("Uppdrag (valfritt)"), required=False, choices=[("", _("Vet inte")), *Role.choices]
    )
    side = forms.ChoiceField(
        label=_("Majoritet eller opposition (valfritt)"), required=False, choices=[("", _("Vet inte")), *Side.choices]
    )

    def person(self) -> Person:
        return Person(**self.cleaned_data)


class NewLetterForm(forms.Form):
    """What kind of letter to begin; its template brings the words."""

    kind = forms.ChoiceField(
        label=_("Vad för brev?"),
        choices=LetterKind.choices,
        error_messages={
            "required": _("Välj vad för brev det är."),
            "invalid_choice": _("Välj ett av breven i listan."),
        },
    )


class LetterForm(forms.Form):
    """The words of a letter. The fields in double braces are judged by the verb that stores them."""

    subject = LineField(
        label=_("Ämne"),
        longest=160,
        widget=forms.TextInput(attrs={"class": "vTextField"}),
        error_messages={"required": _("Skriv ett ämne.")},
    )
    body = TextField(label=_("Text"), longest=10_000, rows=18, error_messages={"required": _("Skriv brevets text.")})
    occasion: forms.ModelChoiceField[Occasion] = forms.ModelChoiceField(
        label=_("Tillfälle som brevet handlar om (valfritt)"),
        queryset=Occasion.objects.none(),
        required=False,
        empty_label=_("Nästa tillfälle"),
    )

    def __init__(self, letter: CohortLetter, data: QueryDict | None = None) -> None:
        initial = {"subject": letter.subject, "body": letter.body, "occasion": letter.occasion_id}
        super().__init__(data, initial=initial, label_suffix="")
        occasions = self.fields["occasion"]
        if isinstance(occasions, forms.ModelChoiceField):
            occasions.queryset = Occasion.objects.filter(cohort=letter.cohort_id).select_related("theme")
