"""The fields that say whom to invoice, each in the form that the payer uses and with the check that belongs to it."""

from __future__ import annotations

import re
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum import ean
from stdnum.exceptions import InvalidChecksum
from stdnum.exceptions import ValidationError as BadNumber
from stdnum.se import orgnr

from portal.core.forms import LineField, TextField
from programs.models import InvoiceBy

GLN_DIGITS = 13
# ISO 6523 codes of the two kinds of Peppol id that Swedish payers have.
SCHEME_ORGANISATION_NUMBER = "0007"
SCHEME_GLN = "0088"
# What each way of invoicing needs.
NEEDED_FOR = {InvoiceBy.PEPPOL: "peppol_id", InvoiceBy.GLN: "gln", InvoiceBy.POST: "address"}


class NotAnOrganisationsNumber(BadNumber):
    """A right number of somebody who is no organisation: the third digit of a person's number is a month's."""

    message = "The number belongs to a person."


def clean_organisation_number(value: str) -> str:
    """ "212000-0142" from any of the usual ways to write it, the VAT number included. Raises stdnum's errors."""
    plain = re.sub(r"^(?:SE(?P<vat>\d{10})01|16(?P<long>\d{10}))$", r"\g<vat>\g<long>", _ascii(orgnr.compact(value)))
    number = orgnr.validate(plain)
    # Skatteverket: the third digit of an organisation's number is at least 2, so that none looks like a birthday.
    if number[2] < "2":
        raise NotAnOrganisationsNumber
    return orgnr.format(number)


def clean_gln(value: str) -> str:
    """Thirteen digits with the right check digit (GS1). Raises stdnum's errors."""
    if len(ean.compact(value)) != GLN_DIGITS:
        raise BadNumber
    return ean.validate(_ascii(value))


def _ascii(value: str) -> str:
    if not value.isascii():
        raise BadNumber
    return value.upper()


class OrganisationNumberField(LineField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Skriv betalarens organisationsnummer."),
        "form": _("Ett organisationsnummer har tio siffror. Skriv det så här: NNNNNN-NNNN."),
        "checksum": _("Organisationsnumret stämmer inte: någon siffra är fel. Kontrollera det och skriv det igen."),
        "person": _("Det ser ut som ett personnummer. Skriv kommunens eller regionens organisationsnummer."),
    }
    widget = forms.TextInput(attrs={"class": "short", "inputmode": "text", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_organisation_number(text) if text else ""
        except NotAnOrganisationsNumber as bad:
            raise ValidationError(self.error_messages["person"], code="person") from bad
        except InvalidChecksum as bad:
            raise ValidationError(self.error_messages["checksum"], code="checksum") from bad
        except BadNumber as bad:
            raise ValidationError(self.error_messages["form"], code="form") from bad


class GlnField(LineField):
    default_error_messages: ClassVar[dict[str, Any]] = {
        "form": _("Ett GLN har 13 siffror. Det börjar ofta med 73."),
        "checksum": _("GLN stämmer inte: någon siffra är fel. Kontrollera det och skriv det igen."),
    }
    widget = forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return clean_gln(text) if text else ""
        except InvalidChecksum as bad:
            raise ValidationError(self.error_messages["checksum"], code="checksum") from bad
        except BadNumber as bad:
            raise ValidationError(self.error_messages["form"], code="form") from bad


class PeppolField(LineField):
    """A Peppol participant id: four digits that say what kind it is, a colon, and the number."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "form": _(
            "Ett Peppol-id är fyra siffror, kolon och ett nummer, till exempel 0007: följt av organisationsnumret."
        ),
        "number": _("Numret efter kolon i Peppol-id stämmer inte. Kontrollera det och skriv det igen."),
    }
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})

    def clean(self, value: Any) -> str:
        text = re.sub(r"\s", "", super().clean(value)).removeprefix("iso6523-actorid-upis::")
        if not text:
            return ""
        found = re.fullmatch(r"([0-9]{4}):([A-Za-z0-9._~-]{1,50})", text)
        if found is None:
            raise ValidationError(self.error_messages["form"], code="form")
        return f"{found[1]}:{self._number(found[1], found[2])}"

    def _number(self, scheme: str, number: str) -> str:
        try:
            if scheme == SCHEME_ORGANISATION_NUMBER:
                return clean_organisation_number(number).replace("-", "")
            return clean_gln(number) if scheme == SCHEME_GLN else number
        except BadNumber as bad:
            raise ValidationError(self.error_messages["number"], code="number") from bad


class InvoicingFields(forms.Form):
    """Whom to invoice, and how."""

    organisation_number = OrganisationNumberField(
        label=_("Betalarens organisationsnummer"),
        help_text=_("Vet du inte? Spara och fråga ekonomiavdelningen, eller låt den som hjälper dig fylla i det."),
        longest=20,
    )
    reference = LineField(
        label=_("Er referens"),
        help_text=_("Det som ni vill ha på fakturan, till exempel en kod eller ett namn."),
        longest=120,
        required=False,
    )
    by = forms.ChoiceField(
        label=_("Så vill betalaren ha fakturan"),
        choices=InvoiceBy.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Välj hur betalaren vill ha fakturan."),
            "invalid_choice": _("Välj ett av sätten i listan."),
        },
    )
    peppol_id = PeppolField(label=_("Peppol-id"), longest=120, required=False)
    gln = GlnField(label=_("GLN"), longest=30, required=False)
    address = TextField(label=_("Fakturaadress"), longest=500, rows=3, required=False)

    def refuse_a_way_without_its_number(self) -> None:
        """Say at the field what the chosen way of invoicing needs."""
        texts = {
            "peppol_id": _("Skriv det Peppol-id som e-fakturan ska till, eller välj ett annat sätt."),
            "gln": _("Skriv det GLN som e-fakturan ska till, eller välj ett annat sätt."),
            "address": _("Skriv adressen som fakturan ska till, eller välj ett annat sätt."),
        }
        chosen = self.cleaned_data.get("by")
        name = NEEDED_FOR[InvoiceBy(chosen)] if chosen else ""
        if name and name not in self.errors and not self.cleaned_data.get(name):
            self.add_error(name, ValidationError(texts[name], code="required"))
