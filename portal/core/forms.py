"""The base of every public form, and the fields that clean what people type (docs/adr/0006).

A `PortalForm` knows its submission: the token that makes every repeat lead to the same receipt, the time at which the
page was opened, the honeypot and the captcha.
"""

from __future__ import annotations

import hashlib
import json
import uuid
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar

from crispy_forms.helper import FormHelper
from django import forms
from django.conf import settings
from django.core import signing
from django.core.exceptions import BadRequest, ValidationError
from django.core.validators import MaxLengthValidator
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from portal.core import formats, normalisation
from portal.core.captcha import CaptchaResult, captcha_field
from portal.core.models import CaptchaOutcome
from portal.core.personal_data import Text

TOKEN_LIFETIME = timedelta(days=30)
# Whoever fills in a form faster than this without JavaScript may be a robot; staff sees it, nothing is refused.
HASTE = timedelta(seconds=3)


class TooLong(MaxLengthValidator):
    message = ngettext_lazy(
        "Texten är %(over)s tecken för lång. Den får vara högst %(most)s tecken.",
        "Texten är %(over)s tecken för lång. Den får vara högst %(most)s tecken.",
        "limit_value",
    )

    def __call__(self, value: Any) -> None:
        if (over := len(value) - self.limit_value) > 0:
            words = {"over": formats.number(over), "most": formats.number(self.limit_value)}
            raise ValidationError(self.message, code="max_length", params={"limit_value": self.limit_value, **words})


class _CleanedField(forms.CharField):
    """Text that is normalised before it is judged. The browser sets no limit, so that nothing typed is cut off."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "unreadable": _("Texten har ett tecken som inte går att läsa. Skriv om den och skicka igen."),
    }

    def __init__(self, *, longest: int, **kwargs: Any) -> None:
        super().__init__(strip=False, **kwargs)
        self.longest = longest
        self.validators.append(TooLong(longest))

    def normalise(self, value: str) -> str:
        raise NotImplementedError

    def to_python(self, value: Any) -> str:
        if value in self.empty_values:
            return ""
        try:
            normalisation.refuse_non_text(str(value))
        except normalisation.NotText as error:
            raise ValidationError(self.error_messages["unreadable"], code="unreadable") from error
        return self.normalise(str(value))


class LineField(_CleanedField):
    """One line of text."""

    def normalise(self, value: str) -> str:
        return normalisation.clean_line(value)


class NameField(LineField):
    """The name of whoever fills in the form."""

    default_error_messages: ClassVar[dict[str, Any]] = {"required": _("Skriv ditt namn.")}
    widget = forms.TextInput(attrs={"autocomplete": "name"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=200, label=_("Namn"), **kwargs)


class TextField(_CleanedField):
    """Several lines of text."""

    def __init__(self, *, longest: int, rows: int = 6, **kwargs: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "data-maxlength": longest})
        super().__init__(longest=longest, widget=widget, **kwargs)

    def normalise(self, value: str) -> str:
        return normalisation.clean_text(value)


class AddressField(_CleanedField):
    """An e-mail address; cleaned to `normalisation.Address`, or None when it is optional and empty."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "space": _("E-postadressen har ett mellanslag eller ett annat tecken som inte hör hemma i en adress."),
        "several": _("Skriv bara en e-postadress. Nu står det flera."),
        "suggestion": _("Skriv bara själva adressen. Menar du %(suggestion)s?"),
        "no_at": _("Skriv en e-postadress med @, till exempel namn@kommun.se."),
        "no_dot": _("Det som står efter @ är inte en fullständig adress. Skriv till exempel namn@kommun.se."),
        "local_not_ascii": _(
            "Före @ går det inte att använda å, ä, ö eller andra sådana tecken. Kontrollera adressen."
        ),
        "too_long": _("E-postadressen är för lång. Den får vara högst 254 tecken."),
        "form": _("E-postadressen är inte rätt skriven. Skriv till exempel namn@kommun.se."),
    }
    widget = forms.EmailInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=1000, **kwargs)

    def normalise(self, value: str) -> str:
        return value.strip()

    def clean(self, value: Any) -> normalisation.Address | None:
        text = super().clean(value)
        if not text.strip("\u200b\ufeff\u2060"):
            self.validate("")
            return None
        try:
            return normalisation.clean_address(text)
        except normalisation.BadAddress as bad:
            code = "suggestion" if bad.suggestion else bad.reason
            raise ValidationError(self.error_messages[code], code, {"suggestion": bad.suggestion}) from bad


class PhoneField(LineField):
    """A telephone number, kept as typed."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "letters": _("Skriv bara siffror, mellanslag och tecknen + - ( ) / i telefonnumret, utan anknytning."),
        "few": _("Telefonnumret är för kort. Skriv hela numret med riktnummer, till exempel 08-123 456 78."),
        "many": _("Telefonnumret är för långt. Det får ha högst 15 siffror."),
    }
    widget = forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(longest=40, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return normalisation.clean_phone(text) if text else ""
        except normalisation.BadPhone as bad:
            raise ValidationError(self.error_messages[bad.reason], code=bad.reason) from bad


@dataclass(frozen=True)
class Submitted:
    """What a valid public form says of itself, beside what the person typed."""

    token: uuid.UUID
    digest: str
    captcha: CaptchaResult
    flags: tuple[str, ...]

    def columns(self) -> dict[str, Any]:
        """As a `Submission` keeps it; how long is the model's own."""
        return {
            "submission_token": self.token,
            "submission_digest": self.digest,
            "captcha_outcome": self.captcha.outcome,
            "captcha_proof": self.captcha.proof,
            "flags": list(self.flags),
        }


def _signer(form_name: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(salt=f"portal.core.forms:{form_name}")


def new_token(form_name: str) -> str:
    """A token for one fresh form: a random number and the time, signed for the form of that name."""
    return _signer(form_name).sign(uuid.uuid4().hex)


@dataclass(frozen=True)
class Token:
    id: uuid.UUID
    opened_in_haste: bool


def read_token(form_name: str, value: str) -> Token | None:
    """The token that a form sent back, or None when it is missing, altered or older than a month."""
    signer = _signer(form_name)
    try:
        number = uuid.UUID(hex=signer.unsign(value, max_age=TOKEN_LIFETIME))
    except (signing.BadSignature, ValueError):
        return None
    try:
        signer.unsign(value, max_age=HASTE)
    except signing.SignatureExpired:
        return Token(number, opened_in_haste=False)
    return Token(number, opened_in_haste=True)


class PortalForm(forms.Form):
    """A public form. Subclasses set `form_name` and `submit_label` and declare their fields.

    Invalid input is shown again with everything that was typed. A one-value field that was sent twice with different
    content is refused (400), since we must not guess which one was meant.
    """

    form_name: ClassVar[str]
    submit_label: ClassVar[Text]

    token = forms.CharField(widget=forms.HiddenInput, required=False)
    webbplats = forms.CharField(
        required=False,
        label=_("Lämna det här fältet tomt"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "tabindex": "-1"}),
    )

    def __init__(self, data: QueryDict | None = None, *, initial: dict[str, Any] | None = None) -> None:
        self._token = read_token(self.form_name, data.get("token", "")) if data is not None else None
        if data is not None and self._token is None:
            data = data.copy()
            data["token"] = new_token(self.form_name)
            self._token_was_bad = True
        else:
            self._token_was_bad = False
        fresh = {} if data is not None else {"token": new_token(self.form_name)}
        super().__init__(data, initial={**(initial or {}), **fresh})
        self.fields[settings.CAPTCHA_PROVIDER] = captcha_field(self.form_name)
        self.order_fields([name for name in self.fields if name not in {"token", "webbplats"}])
        if data is not None:
            self._refuse_ambiguity(data)

    def _refuse_ambiguity(self, data: QueryDict) -> None:
        for name, field in self.fields.items():
            many = isinstance(field, forms.MultipleChoiceField)
            if not many and len(set(data.getlist(name))) > 1:
                raise BadRequest("one field, several values")

    @property
    def helper(self) -> FormHelper:
        helper = FormHelper()
        helper.attrs = {"novalidate": True}
        helper.form_id = f"form-{self.form_name}"
        return helper

    @property
    def is_from_robot(self) -> bool:
        """Whether the field that people never see was filled in. A blank from a password manager is no robot."""
        return bool(self.data.get("webbplats", "").strip())

    @property
    def token_id(self) -> uuid.UUID:
        """The number that all repeats of this very form share."""
        if self._token is None:
            raise ValueError("a form without a valid token has no number")
        return self._token.id

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if self._token_was_bad:
            raise ValidationError(
                _("Sidan hade varit öppen för länge. Allt du skrev finns kvar: tryck på knappen en gång till."),
                code="token",
            )
        return cleaned

    def refuse_proof(self) -> None:
        """Say at the captcha that its proof was used before."""
        text = _("Kontrollen att du är en människa har redan använts. Skicka igen, så görs den om.")
        self.add_error(settings.CAPTCHA_PROVIDER, ValidationError(text, code="replay"))

    def refuse_overtaken(self) -> None:
        """Say that it did not work out this time."""
        text = _("Många skickade samtidigt. Allt du skrev finns kvar: tryck på knappen en gång till.")
        self.add_error(None, ValidationError(text, code="overtaken"))

    def content(self) -> dict[str, Any]:
        """What the person typed, cleaned, without what the form says of itself."""
        own = {"token", "webbplats", settings.CAPTCHA_PROVIDER}
        return {name: value for name, value in self.cleaned_data.items() if name not in own}

    def flags(self) -> list[str]:
        """What staff should look at. Subclasses add their own."""
        result: CaptchaResult = self.cleaned_data[settings.CAPTCHA_PROVIDER]
        flags = [] if result.outcome == CaptchaOutcome.SOLVED else [f"captcha_{result.outcome}"]
        if flags and self._token is not None and self._token.opened_in_haste:
            flags.append("haste")
        return flags

    def submitted(self) -> Submitted:
        """The submission of a valid form."""
        text = json.dumps(self.content(), default=str, sort_keys=True, ensure_ascii=False)
        digest = hashlib.sha256(text.encode()).hexdigest()
        return Submitted(self.token_id, digest, self.cleaned_data[settings.CAPTCHA_PROVIDER], tuple(self.flags()))
