"""The public form that begins an agreement, and the forms in a pair's room."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from agreements.models import MemberRole, TemplateVersion
from agreements.queries.papers import normalised_fingerprint
from agreements.queries.templates import templates_to_choose
from agreements.queries.terms import term_end
from portal.core import normalisation
from portal.core.forms import AddressField, LineField, PortalForm, TextField
from portal.core.normalisation import Address
from portal.core.windows import SeenForm
from portal.organisations.forms import OrganisationField
from portal.organisations.models import Organisation

LONGEST_INVITATION = timedelta(days=366)


def name_field(label: Any) -> LineField:
    return LineField(label=label, longest=200, error_messages={"required": _("Skriv namnet.")})


def title_field(label: Any, initial: str = "") -> LineField:
    return LineField(label=label, longest=120, required=False, initial=initial)


def address_field(label: Any, hint: Any = "") -> AddressField:
    return AddressField(
        label=label,
        help_text=hint,
        widget=forms.EmailInput(attrs={"spellcheck": "false"}),
        error_messages={"required": _("Skriv e-postadressen.")},
    )


def date_field(label: Any, hint: Any = "", *, required: bool = True) -> forms.DateField:
    return forms.DateField(
        label=label,
        help_text=hint,
        required=required,
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _("Välj ett datum."), "invalid": _("Skriv datumet som ÅÅÅÅ-MM-DD.")},
    )


@dataclass(frozen=True)
class Person:
    """One of the two, as the form tells."""

    role: MemberRole
    name: str
    title: str
    address: Address

    @property
    def title_or_role(self) -> str:
        return self.title or str(self.role.label)


@dataclass(frozen=True)
class StartOrder:
    """What a valid form asks for."""

    organisation: Organisation
    template: str
    people: tuple[Person, Person]
    started_by: MemberRole
    term_ends_on: date | None


class StartForm(PortalForm):
    """Begin an agreement: who the two are, and what they want to write."""

    form_name = "agreement_start"
    submit_label = _("Börja")

    who = forms.ChoiceField(
        label=_("Vem är du?"),
        choices=[(MemberRole.CHAIR, _("Jag är ordförande")), (MemberRole.CHIEF, _("Jag är direktör"))],
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vem av de två du är.")},
    )
    organisation = OrganisationField(label=_("Kommun eller region"))
    template = forms.ChoiceField(
        label=_("Vad vill ni skriva?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Välj vad ni vill skriva.")},
    )
    chair_name = name_field(_("Ordförandens namn"))
    chair_title = title_field(_("Ordförandens titel"))
    chair_email = address_field(_("Ordförandens e-postadress"))
    chief_name = name_field(_("Direktörens namn"))
    chief_title = title_field(_("Direktörens titel"))
    chief_email = address_field(_("Direktörens e-postadress"), _("Ni får var sitt mejl. Ingen av er behöver lösenord."))
    term_ends_on = date_field(
        _("När slutar mandatperioden?"),
        _("Vi påminner i god tid, om någon av er ska lämna över. Styrelserna byts den 1 januari efter ett val."),
        required=False,
    )

    def __init__(self, data: QueryDict | None = None) -> None:
        super().__init__(data, initial={"term_ends_on": term_end(timezone.localdate())})
        self._offer_templates()

    def _offer_templates(self) -> None:
        field = self.fields["template"]
        if not isinstance(field, forms.ChoiceField):
            raise TypeError("the field of templates was replaced")
        field.choices = templates_to_choose()
        field.initial = field.choices[0][0] if field.choices else None

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean()
        chair, chief = cleaned.get("chair_email"), cleaned.get("chief_email")
        if chair and chief and chair.key == chief.key:
            text = _("Ni behöver var sin e-postadress, så att ni kan godkänna var för sig.")
            self.add_error("chief_email", ValidationError(text, code="same_address"))
        return cleaned

    def clean_term_ends_on(self) -> date | None:
        day: date | None = self.cleaned_data["term_ends_on"]
        if day and day < timezone.localdate():
            raise ValidationError(_("Datumet har redan passerat."), code="past")
        return day

    def order(self) -> StartOrder:
        """What a valid form says."""
        data = self.cleaned_data
        return StartOrder(
            organisation=data["organisation"],
            template=data["template"],
            people=(self._person(MemberRole.CHAIR), self._person(MemberRole.CHIEF)),
            started_by=MemberRole(data["who"]),
            term_ends_on=data["term_ends_on"],
        )

    def _person(self, role: MemberRole) -> Person:
        data = self.cleaned_data
        return Person(role, data[f"{role}_name"], data[f"{role}_title"], data[f"{role}_email"])

    def flags(self) -> list[str]:
        addresses = [self.cleaned_data[name].typed for name in ("chair_email", "chief_email")]
        role_address = any(normalisation.is_role_address(address) for address in addresses)
        return [*super().flags(), *(["role_address"] if role_address else [])]

    def refuse_template(self) -> None:
        """Say that what was chosen is no longer offered, and offer what there is."""
        self._offer_templates()
        text = _("Det du valde går inte att välja längre. Välj något annat.")
        self.add_error("template", ValidationError(text, code="not_offered"))


class RoomForm(forms.Form):
    """A form inside the room: the person is logged in, so there is no captcha and no token."""

    form_name: ClassVar[str]
    submit_label: ClassVar[Any]


class ReaderForm(RoomForm):
    """Let somebody read until a day: a process leader, the presidium."""

    form_name = "invite_reader"
    submit_label = _("Bjud in")

    name = name_field(_("Namn"))
    title = title_field(_("Titel"))
    email = address_field(_("E-postadress"))
    until = date_field(_("Får läsa till och med"), _("Högst ett år framåt. Du kan avsluta tidigare."))

    def clean_until(self) -> date:
        day: date = self.cleaned_data["until"]
        today = timezone.localdate()
        if not today <= day <= today + LONGEST_INVITATION:
            raise ValidationError(_("Välj en dag från i dag och högst ett år framåt."), code="range")
        return day


class HandOverForm(RoomForm):
    """Somebody leaves and a successor comes."""

    form_name = "hand_over"
    submit_label = _("Lämna över")

    name = name_field(_("Efterträdarens namn"))
    title = title_field(_("Efterträdarens titel"))
    email = address_field(_("Efterträdarens e-postadress"))


class SilentForm(RoomForm):
    """Which sections the two write alone first."""

    form_name = "silent_start"
    submit_label = _("Börja skriva var för sig")

    sections = forms.MultipleChoiceField(
        label=_("Vilka rubriker?"),
        help_text=_("De andra rubrikerna skriver ni tillsammans som vanligt."),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Välj minst en rubrik.")},
    )

    def __init__(self, version: TemplateVersion, data: QueryDict | None = None) -> None:
        super().__init__(data)
        field = self.fields["sections"]
        if not isinstance(field, forms.MultipleChoiceField):
            raise TypeError("the field of sections was replaced")
        field.choices = list(version.sections.order_by("position").values_list("key", "heading"))
        field.initial = [key for key, _heading in field.choices]


class CommentForm(RoomForm):
    """A comment on a section or on a passage of it; or an answer."""

    form_name = "comment"
    submit_label = _("Skicka kommentaren")

    text = TextField(label=_("Kommentar"), longest=4000, rows=3, error_messages={"required": _("Skriv en kommentar.")})
    quote = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)
    anchor = forms.CharField(max_length=2000, required=False, widget=forms.HiddenInput)


class NoteForm(SeenForm, RoomForm):
    """A note of one's own; an empty one clears it."""

    form_name = "note"
    submit_label = _("Spara anteckningen")

    text = TextField(label=_("Din anteckning"), longest=4000, rows=4, required=False)


class CheckForm(forms.Form):
    """Is this file, or this fingerprint, one of ours? What is sent is looked at and forgotten."""

    form_name = "check"
    submit_label = _("Kontrollera")

    file = forms.FileField(
        label=_("PDF-fil"),
        required=False,
        help_text=_("Har du JavaScript påslaget läses filen i din webbläsare och skickas inte. Annars högst 1 MB."),
        error_messages={"empty": _("Filen är tom. Välj PDF-filen en gång till.")},
        widget=forms.FileInput(attrs={"accept": "application/pdf,.pdf"}),
    )
    fingerprint = LineField(
        label=_("Fingeravtryck"),
        longest=200,
        required=False,
        help_text=_("64 siffror och bokstäver (a–f). Det står längst ner på varje sida."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "autocapitalize": "none"}),
    )

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"data-check": ""}
        return helper

    def clean_fingerprint(self) -> str:
        text: str = self.cleaned_data["fingerprint"]
        digits = normalised_fingerprint(text)
        if text and not digits:
            raise ValidationError(
                _("Ett fingeravtryck är 64 tecken långt: siffrorna 0–9 och bokstäverna a–f."), code="form"
            )
        return digits

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if not self.errors and not data.get("file") and not data.get("fingerprint"):
            self.add_error("file", _("Välj en PDF-fil, eller klistra in ett fingeravtryck."))
        return data

    def digest(self) -> str:
        """The fingerprint to look for: of the file when there is one. The file is read and never stored."""
        file = self.cleaned_data.get("file")
        if file is None:
            return str(self.cleaned_data["fingerprint"])
        digest = hashlib.sha256()
        for chunk in file.chunks():
            digest.update(chunk)
        return digest.hexdigest()
