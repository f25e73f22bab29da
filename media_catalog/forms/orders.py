"""The forms of orders: long films, process leading, the mentor programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from media_catalog.models import MediaItem
from media_catalog.models.orders import OrderKind
from portal.core import normalisation
from portal.core.forms import AddressField, LineField, NameField, PhoneField, PortalForm, TextField
from portal.core.normalisation import Address
from portal.organisations.forms import OrganisationField
from portal.organisations.models import Organisation


@dataclass(frozen=True)
class OrderContent:
    """What somebody asks for, cleaned."""

    kind: OrderKind
    name: str
    address: Address
    phone: str
    organisation: Organisation | None
    other_organisation: str
    purpose: str
    films: tuple[MediaItem, ...] = ()


class FilmsField(forms.MultipleChoiceField):
    """One or more of the long films that can be ordered now."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Välj minst en film."),
        "invalid_choice": _("Välj bland filmerna i listan."),
    }

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().clean(value)))


class OrdererForm(PortalForm):
    """What every order says of the person."""

    kind: ClassVar[OrderKind]

    name = NameField()
    email = AddressField(
        label=_("E-postadress"),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false", "data-check-domain": True}),
        error_messages={"required": _("Skriv din e-postadress.")},
    )
    organisation = OrganisationField(
        label=_("Kommun eller region"), required=False, help_text=_("Lämna tomt om du kommer från någon annanstans.")
    )
    other_organisation = LineField(
        label=_("Annan organisation"),
        longest=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    purpose = TextField(
        label=_("Vad ska filmerna användas till?"),
        longest=2000,
        rows=4,
        required=False,
        help_text=_("Skriv inte personnummer, partitillhörighet eller uppgifter om hälsa."),
    )

    def flags(self) -> list[str]:
        data = self.cleaned_data
        texts = f"{data['name']} {data['other_organisation']} {data['purpose']}"
        found = {
            "personal_number": bool(normalisation.PERSONAL_NUMBER.search(texts)),
            "likely_misspelt": bool(normalisation.likely_domain(data["email"].typed)),
            "role_address": normalisation.is_role_address(data["email"].typed),
        }
        return [*super().flags(), *(flag for flag, is_set in found.items() if is_set)]

    def order(self) -> OrderContent:
        """What a valid form says."""
        data = self.cleaned_data
        return OrderContent(
            kind=self.kind,
            name=data["name"],
            address=data["email"],
            phone=data.get("phone", ""),
            organisation=data["organisation"],
            other_organisation=data["other_organisation"],
            purpose=data["purpose"],
            films=self.chosen_films(),
        )

    def chosen_films(self) -> tuple[MediaItem, ...]:
        return ()


class FilmOrderForm(OrdererForm):
    form_name = "film-order"
    submit_label = _("Beställ")
    kind = OrderKind.FILMS

    films = FilmsField(label=_("Vilka filmer vill du ha?"))
    field_order = ("films", "name", "email", "organisation", "other_organisation", "purpose")

    def __init__(self, offered: tuple[MediaItem, ...], data: QueryDict | None = None, *, chosen: str = "") -> None:
        known = {film.slug for film in offered}
        # With a single film there is nothing to choose.
        first = [chosen] if chosen in known else [film.slug for film in offered if len(offered) == 1]
        super().__init__(data, initial={"films": first})
        self.offered = offered
        self.fields["email"].help_text = _("Hit skickar vi länken.")
        field = self.fields["films"]
        if not isinstance(field, FilmsField):
            raise TypeError("the field of films was replaced")
        field.choices = [(film.slug, str(film)) for film in offered]

    def chosen_films(self) -> tuple[MediaItem, ...]:
        return tuple(film for film in self.offered if film.slug in self.cleaned_data["films"])


class HelpForm(OrdererForm):
    """A question to SKR that a person answers."""

    submit_label = _("Skicka")

    phone = PhoneField(label=_("Telefonnummer"), required=False)
    field_order = ("name", "email", "phone", "organisation", "other_organisation", "purpose")
    question: ClassVar[Any]

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)
        self.fields["email"].help_text = _("Hit skickar vi en bekräftelse och vårt svar.")
        self.fields["purpose"].label = self.question


class ProcessLeadingForm(HelpForm):
    form_name = "process-leading"
    kind = OrderKind.PROCESS_LEADING
    question = _("Vad vill ni ha hjälp med?")


class MentorForm(HelpForm):
    form_name = "mentor"
    kind = OrderKind.MENTOR
    question = _("Vad vill du prata med en mentor om?")
