"""The interest form, and the same fields for changing a registration by the link in the mail."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from portal.core import normalisation
from portal.core.forms import AddressField, NameField, PhoneField, PortalForm, TextField
from portal.core.windows import SeenForm
from portal.organisations.forms import OrganisationField
from portal.organisations.models import Organisation
from programs.models import InterestRegistration, Programme, Role
from programs.queries.catalogue import OpenRound

MORE_INFORMATION = "mer-information"


@dataclass(frozen=True)
class Interest:
    """What a person filled in, cleaned."""

    name: str
    phone: str
    organisation: Organisation
    role: Role
    programmes: tuple[Programme, ...]
    wants_information: bool
    message: str


class ProgrammesField(forms.MultipleChoiceField):
    """One or more programmes of the open round, or more information."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Välj minst ett alternativ."),
        "invalid_choice": _("Välj bland de program som går att anmäla intresse för nu."),
    }

    def clean(self, value: Any) -> list[str]:
        return list(dict.fromkeys(super().clean(value)))


class InterestFields(forms.Form):
    """The fields that can be changed later too."""

    name = NameField()
    phone = PhoneField(
        label=_("Telefonnummer"),
        required=False,
        error_messages={
            "letters": _(
                "Skriv bara siffror, mellanslag och tecknen + - ( ) / i telefonnumret. En anknytning kan du skriva i"
                " meddelandet."
            ),
        },
    )
    organisation = OrganisationField(label=_("Kommun eller region"))
    role = forms.ChoiceField(
        label=_("Ditt uppdrag"),
        choices=Role.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj det uppdrag som stämmer bäst."),
            "invalid_choice": _("Välj ett av uppdragen i listan."),
        },
    )
    programmes = ProgrammesField(label=_("Jag är intresserad av att delta eller få veta mer om"))
    message = TextField(label=_("Meddelande"), longest=5000, required=False)

    def offer(self, programmes: tuple[Programme, ...]) -> None:
        """Let the visitor choose among these programmes."""
        field = self.fields["programmes"]
        if not isinstance(field, ProgrammesField):
            raise TypeError("the field of programmes was replaced")
        field.choices = [
            *((programme.slug, programme.name) for programme in programmes),
            (MORE_INFORMATION, _("Jag vill bara få mer information")),
        ]
        self.offered = programmes

    def interest(self) -> Interest:
        """What a valid form says."""
        data = self.cleaned_data
        chosen = data["programmes"]
        return Interest(
            name=data["name"],
            phone=data["phone"],
            organisation=data["organisation"],
            role=Role(data["role"]),
            programmes=tuple(programme for programme in self.offered if programme.slug in chosen),
            wants_information=MORE_INFORMATION in chosen,
            message=data["message"],
        )


class InterestForm(InterestFields, PortalForm):
    """The public form for one open round."""

    form_name = "interest"
    submit_label = _("Skicka intresseanmälan")

    email = AddressField(
        label=_("E-postadress"),
        help_text=_("Hit skickar vi bekräftelsen."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("Skriv din e-postadress.")},
    )
    field_order = ("name", "email", "phone", "organisation", "role", "programmes", "message")

    def __init__(self, open_round: OpenRound, data: QueryDict | None = None, *, chosen: str = "") -> None:
        known = {programme.slug for programme in open_round.programmes}
        super().__init__(data, initial={"programmes": [chosen]} if chosen in known else None)
        self.offer(open_round.programmes)

    def flags(self) -> list[str]:
        data = self.cleaned_data
        texts = f"{data['name']} {data['message']}"
        found = {
            "personal_number": bool(normalisation.PERSONAL_NUMBER.search(texts)),
            "likely_misspelt": bool(normalisation.likely_domain(data["email"].typed)),
            "role_address": normalisation.is_role_address(data["email"].typed),
        }
        return [*super().flags(), *(flag for flag, is_set in found.items() if is_set)]


class ChangeInterestForm(SeenForm, InterestFields):
    """What a person may change by the link in the mail. The address stays: it is what the link proves."""

    submit_label = _("Spara ändringarna")
    form_name = "change_interest"

    def __init__(
        self, registration: InterestRegistration, programmes: tuple[Programme, ...], data: QueryDict | None = None
    ) -> None:
        super().__init__(data, stored=interest_values(registration))
        self.offer(programmes)


def interest_values(registration: InterestRegistration) -> dict[str, Any]:
    """What is registered, as the form that changes it shows it."""
    chosen = [programme.slug for programme in registration.programmes.all()]
    more = [MORE_INFORMATION] if registration.wants_information else []
    return {
        "name": registration.name,
        "phone": registration.phone,
        "organisation": registration.organisation_id,
        "role": registration.role,
        "programmes": [*chosen, *more],
        "message": registration.message,
    }
