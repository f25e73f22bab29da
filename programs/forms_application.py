"""The application form: open to all, or behind the personal link of somebody whom we have invited.

It is saved as often as its writer likes. To save takes a name, an address and an organisation; to send takes the rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Fieldset, Layout, Submit
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from portal.core import formats, normalisation
from portal.core.forms import AddressField, LineField, NameField, PhoneField, PortalForm, TextField
from portal.core.normalisation import Address
from portal.core.personal_data import Text
from portal.core.windows import SeenForm, Values, differing
from portal.organisations.forms import OrganisationField
from portal.organisations.models import Organisation
from programs.forms_invoicing import InvoicingFields
from programs.models import Extent, Role, Side

FIRST_YEAR = 1950
PERSON = ("name", "email", "phone", "organisation")
COMMISSION = ("role", "in_office_since", "extent", "side")
CHALLENGE = ("challenge", "message")
INVOICING = ("organisation_number", "reference", "by", "peppol_id", "gln", "address")
ASSISTANT = ("assistant_name", "assistant_email", "assistant_phone")
# Without these there is nobody to save anything for.
NEEDED_TO_SAVE = ("name", "email", "organisation")


@dataclass(frozen=True)
class InvoiceDetails:
    """Whom to invoice, as far as it is filled in."""

    organisation_number: str
    reference: str
    by: str
    peppol_id: str
    gln: str
    address: str


@dataclass(frozen=True)
class ApplicationDetails:
    """What somebody filled in, cleaned; empty where nothing is said yet."""

    name: str
    phone: str
    organisation: Organisation
    role: str
    side: str
    in_office_since: int | None
    extent: str
    challenge: str
    message: str
    assistant_name: str
    assistant_email: str
    assistant_phone: str
    invoice: InvoiceDetails


@dataclass(frozen=True)
class SentBefore:
    """That the application was sent already: when, as far as that is known, and the page that tells of it."""

    at: datetime | None
    url: str

    def refusal(self, button: str) -> SafeString:
        """What somebody reads who saves a draft in spite of it; `button` puts what they wrote in its place."""
        text = gettext(
            "Din ansökan är redan skickad{when}. Inget har ändrats i den, och det som står här är inte sparat."
            ' Jämför gärna med <a href="{url}" target="_blank">den skickade ansökan (öppnas i en ny flik)</a>.'
            " Ska det som står här gälla i stället, tryck på ”{button}”."
        )
        return format_html(text, when=self._when(), url=self.url, button=button)

    def _when(self) -> str:
        if self.at is None:
            return ""
        if formats.local_date(self.at) == timezone.localdate():
            return gettext(", klockan %(time)s") % {"time": formats.time(self.at)}
        return gettext(", den %(moment)s") % {"moment": formats.date_and_time(self.at)}


class YearField(LineField):
    """The year since when, in four digits; cleaned to a number."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "required": _("Skriv vilket år du fick uppdraget."),
        "form": _("Skriv ett årtal med fyra siffror."),
        "future": _("Årtalet ligger i framtiden. Skriv det år då du fick uppdraget."),
        "past": _("Årtalet ligger för långt tillbaka. Skriv det år då du fick uppdraget."),
    }
    widget = forms.TextInput(attrs={"class": "short", "inputmode": "numeric", "autocomplete": "off"})

    def clean(self, value: Any) -> int | None:
        text = super().clean(value)
        if not text:
            return None
        if not (text.isascii() and text.isdigit() and len(text) == len("2026")):
            raise ValidationError(self.error_messages["form"], code="form")
        year = int(text)
        if not FIRST_YEAR <= year <= timezone.localdate().year:
            code = "past" if year < FIRST_YEAR else "future"
            raise ValidationError(self.error_messages[code], code=code)
        return year


class OptionalAddressField(AddressField):
    """Cleaned to the address as typed, or ""."""

    def clean(self, value: Any) -> str:  # type: ignore[override]  # nobody compares this address with another
        found = super().clean(value)
        return found.typed if found else ""


def _choices(label: Any, choices: Any, required: Any) -> forms.ChoiceField:
    messages = {"required": required, "invalid_choice": _("Välj ett av alternativen i listan.")}
    return forms.ChoiceField(label=label, choices=choices, widget=forms.RadioSelect, error_messages=messages)


class ApplicationFields(InvoicingFields):
    """All that both ways in ask for."""

    name = NameField()
    phone = PhoneField(label=_("Telefonnummer"), required=False)
    organisation = OrganisationField(label=_("Kommun eller region"))
    role = _choices(_("Ditt uppdrag"), Role.choices, _("Välj det uppdrag som stämmer bäst."))
    in_office_since = YearField(label=_("Vilket år fick du uppdraget?"), longest=20)
    extent = _choices(_("Hur mycket är uppdraget?"), Extent.choices, _("Välj heltid eller deltid."))
    side = _choices(_("Sitter du i majoritet eller opposition?"), Side.choices, _("Välj det som stämmer bäst just nu."))
    challenge = TextField(
        label=_("Vilken utmaning i ditt uppdrag vill du arbeta med?"),
        help_text=_("Den blir din röda tråd genom programmet. Några meningar räcker, och du kan ändra dig senare."),
        longest=5000,
        rows=8,
        error_messages={"required": _("Beskriv din utmaning med några meningar.")},
    )
    message = TextField(label=_("Något mer som vi ska veta?"), longest=5000, rows=4, required=False)
    assistant_name = LineField(label=_("Personens namn"), longest=200, required=False)
    assistant_email = OptionalAddressField(label=_("Personens e-postadress"), required=False)
    assistant_phone = PhoneField(label=_("Personens telefonnummer"), required=False)
    field_order = (*PERSON, *COMMISSION, *CHALLENGE, *INVOICING, *ASSISTANT)

    send_label: Any = _("Skicka ansökan")
    save_label: Any = _("Spara och fortsätt senare")

    @property
    def is_sent(self) -> bool:
        """Whether the button was the one that sends, rather than the one that only saves."""
        return "save" not in self.data

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self.is_sent:
            self.refuse_a_way_without_its_number()
        return cleaned

    def full_clean(self) -> None:
        """A draft may have gaps. What is there must be right all the same: nobody finds the fault later."""
        super().full_clean()
        if not self.is_bound or self.is_sent:
            return
        for name in [name for name in self.errors if name not in (*NEEDED_TO_SAVE, "__all__")]:
            if all(error.code == "required" for error in self.errors[name].as_data()):
                del self.errors[name]

    def refuse_draft(self, sent: SentBefore) -> None:
        """Say that a draft is not saved over what was sent, and how to change that."""
        self.add_error(None, ValidationError(sent.refusal(self.send_label), code="sent_before"))

    def details(self) -> ApplicationDetails:
        """What a valid form says."""
        data = self.cleaned_data
        invoice = InvoiceDetails(**{name: data.get(name, "") for name in INVOICING})
        rest = (*COMMISSION, *CHALLENGE, *ASSISTANT, "name", "phone")
        texts = {name: data.get(name, "") for name in rest if name != "in_office_since"}
        year = data.get("in_office_since")
        return ApplicationDetails(**texts, organisation=data["organisation"], in_office_since=year, invoice=invoice)

    def flags(self) -> list[str]:
        data = self.cleaned_data
        texts = " ".join(str(data.get(name, "")) for name in ("name", *CHALLENGE))
        return ["personal_number"] if normalisation.PERSONAL_NUMBER.search(texts) else []

    def layout(self, *more: str) -> Layout:
        person = [name for name in PERSON if name in self.fields]
        return Layout(
            Fieldset(_("Om dig"), *person),
            Fieldset(_("Uppdraget"), *COMMISSION),
            Fieldset(_("Din utmaning"), *CHALLENGE),
            Fieldset(_("Fakturan"), *INVOICING),
            Fieldset(_("Den som hjälper dig med kalendern"), *ASSISTANT),
            *more,
        )

    def add_buttons(self, helper: FormHelper) -> FormHelper:
        helper.add_input(Submit("send", self.send_label))
        if self.save_label:
            helper.add_input(Submit("save", self.save_label, css_class="button--secondary"))
        return helper


class OpenApplicationForm(ApplicationFields, PortalForm):
    """For anybody, as long as the cohort takes open applications."""

    form_name = "application"

    email = AddressField(
        label=_("E-postadress"),
        help_text=_("Hit skickar vi din personliga länk till ansökan."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
        error_messages={"required": _("Skriv din e-postadress.")},
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data)

    @property
    def helper(self) -> FormHelper:
        helper = super().helper
        helper.layout = self.layout("webbplats", settings.CAPTCHA_PROVIDER)
        helper.render_hidden_fields = True
        return self.add_buttons(helper)

    def refuse_left_behind(self, contact_url: str) -> None:
        """Say that it has been changed from elsewhere since: where to go on, and nothing of what is there."""
        text = gettext(
            "Ansökan har ändrats sedan du sparade den härifrån, kanske av dig själv med länken i mejlet från oss."
            " Därför är det som står här inte sparat, och inget annat är ändrat. Öppna länken i mejlet och fortsätt"
            " där. Det du skrev står kvar här, så att du kan kopiera det du vill ha med. Hittar du inte mejlet?"
            ' <a href="{url}" target="_blank">Skriv till oss (öppnas i en ny flik)</a>.'
        )
        self.add_error(None, ValidationError(format_html(text, url=contact_url), code="left_behind"))

    @property
    def applicant(self) -> Address:
        found: Address = self.cleaned_data["email"]
        return found

    def flags(self) -> list[str]:
        typed = self.applicant.typed
        found = {
            "likely_misspelt": bool(normalisation.likely_domain(typed)),
            "role_address": normalisation.is_role_address(typed),
        }
        return [*PortalForm.flags(self), *super().flags(), *(flag for flag, is_set in found.items() if is_set)]


class PersonalApplicationForm(SeenForm, ApplicationFields):
    """Behind the personal link. The address stays: it is what the link proves.

    What was sent is never a draft again: with `sent` there is no button that only saves, and an old page's is refused.
    """

    form_name = "application"

    def __init__(
        self,
        data: QueryDict | None,
        *,
        stored: Values,
        initial: dict[str, Any],
        sent: SentBefore | None,
        is_change: bool,
    ) -> None:
        super().__init__(data, stored=stored, initial=initial)
        self.sent, self.stored = sent, stored
        if sent:
            self.save_label = ""
        if is_change:
            self.send_label = _("Spara ändringarna")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        if self.sent and not self.is_sent:
            self.refuse_draft(self.sent)
            # The refusal leads to what was sent: from here on it has been seen.
            self.have_seen(self.stored)
        return cleaned

    @property
    def replace_label(self) -> Text:
        label: Text = self.send_label if self.is_sent else self.save_label
        return label

    @property
    def says_something_new(self) -> bool:
        """Whether a valid form differs from what was kept before; not so when the button was pressed twice."""
        return bool(differing(self.told(), self.initial))

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        helper.form_id = f"form-{self.form_name}"
        helper.layout = self.layout()
        helper.render_hidden_fields = True
        return self.add_buttons(helper)
