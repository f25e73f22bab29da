"""The forms of the pages: contact, report of a barrier, and the feedback question."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from portal.core.forms import AddressField, LineField, NameField, PortalForm, TextField
from portal.core.normalisation import PERSONAL_NUMBER, Address, is_role_address, likely_domain, mask_personal_numbers
from portal.pages.queries import page_key_of

LONGEST_MESSAGE = 5000
LONGEST_COMMENT = 1000


@dataclass(frozen=True)
class MessageContent:
    """What somebody wrote in the contact form."""

    name: str
    email: str
    organisation: str
    message: str


@dataclass(frozen=True)
class ReportContent:
    """What somebody reported about the accessibility of the site."""

    message: str
    where: str
    email: str


@dataclass(frozen=True)
class FeedbackContent:
    """One answer to the question at the foot of a page."""

    page_key: str
    helpful: bool


def _typed(address: Address | None) -> str:
    return address.typed if address else ""


class EnquiryForm(PortalForm):
    """What the two forms share: the things that staff should look at."""

    def flags(self) -> list[str]:
        texts = [value for value in self.content().values() if isinstance(value, str)]
        address = _typed(self.content()["email"])
        seen = {
            "personal_number": any(PERSONAL_NUMBER.search(text) for text in texts),
            "likely_misspelt": bool(likely_domain(address)),
            "role_address": bool(address) and is_role_address(address),
        }
        return [*super().flags(), *(flag for flag, raised in seen.items() if raised)]


class ContactForm(EnquiryForm):
    form_name = "contact"
    submit_label = _("Skicka meddelandet")

    name = NameField()
    email = AddressField(
        label=_("E-postadress"),
        help_text=_("Hit skickar vi en bekräftelse och vårt svar."),
        error_messages={"required": _("Skriv din e-postadress, så att vi kan svara.")},
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )
    organisation = LineField(
        longest=200,
        required=False,
        label=_("Kommun, region eller annan organisation"),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    message = TextField(
        longest=LONGEST_MESSAGE,
        rows=8,
        label=_("Meddelande"),
        help_text=_("Skriv inte personnummer, partitillhörighet eller uppgifter om hälsa."),
        error_messages={"required": _("Skriv vad du vill fråga eller berätta.")},
    )

    def message_content(self) -> MessageContent:
        data = self.content()
        return MessageContent(data["name"], _typed(data["email"]), data["organisation"], data["message"])


class AccessibilityReportForm(EnquiryForm):
    form_name = "accessibility-report"
    submit_label = _("Skicka rapporten")

    message = TextField(
        longest=LONGEST_MESSAGE,
        label=_("Vad fungerade inte, eller vad behöver du i en annan form?"),
        help_text=_("Berätta gärna vilket hjälpmedel eller vilken webbläsare du använder."),
        error_messages={"required": _("Beskriv vad som inte fungerade eller vad du behöver.")},
    )
    where = LineField(
        longest=200,
        required=False,
        label=_("Var på webbplatsen?"),
        help_text=_("Sidans rubrik eller adress."),
    )
    email = AddressField(
        required=False,
        label=_("E-postadress"),
        help_text=_("Bara om du vill ha svar. Utan adress är du anonym."),
        widget=forms.EmailInput(attrs={"autocomplete": "email", "spellcheck": "false"}),
    )

    def report_content(self) -> ReportContent:
        data = self.content()
        return ReportContent(data["message"], data["where"], _typed(data["email"]))


class FeedbackForm(forms.Form):
    """The two buttons of `components/feedback.html`. It asks for nothing about the person, so it is no `PortalForm`."""

    path = forms.CharField(max_length=500)
    helpful = forms.ChoiceField(choices=[("ja", _("Ja")), ("nej", _("Nej"))])

    def clean_path(self) -> str:
        """The key of the page that the question stood on; only pages of ours have one."""
        if (key := page_key_of(self.cleaned_data["path"])) is None:
            raise ValidationError(_("Sidan finns inte."), code="unknown_page")
        return key

    def feedback_content(self) -> FeedbackContent:
        return FeedbackContent(page_key=self.cleaned_data["path"], helpful=self.cleaned_data["helpful"] == "ja")


class FeedbackCommentForm(forms.Form):
    """The question that follows a no. Whatever looks like a personal identity number is hidden before it is stored."""

    submit_label = _("Skicka svaret")

    comment = TextField(
        longest=LONGEST_COMMENT,
        rows=4,
        label=_("Vad saknade du?"),
        help_text=_("Svaret är anonymt och vi kan inte svara dig. Skriv inga personuppgifter."),
        error_messages={"required": _("Skriv vad du saknade, eller lämna sidan utan att skriva något.")},
    )

    def clean_comment(self) -> Any:
        return mask_personal_numbers(self.cleaned_data["comment"])
