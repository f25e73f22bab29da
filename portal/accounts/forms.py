"""allauth's forms with our labels: no placeholders, and a hint that says what to type."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.core import ratelimit
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

TOO_MANY_CODES = _(
    "Det har begärts flera koder på kort tid, av dig eller av andra på samma uppkoppling. "
    "Vänta en minut och försök igen."
)
KEY_UNKNOWN = _("Passernyckeln gick inte att använda. Försök igen, eller välj ett annat sätt.")
# After how many seconds a form that was refused with an error of that name is worth sending again.
SECONDS_TO_WAIT = {"too_many_codes": 60, "too_many_login_attempts": 300, "rate_limited": 300}


def dress(field: forms.Field, label: str | Promise, hint: str | Promise = "") -> None:
    """Give a field of allauth its label and hint; a placeholder would vanish while one types."""
    field.label, field.help_text = str(label), str(hint)
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["login"], _("E-postadress"))

    def clean_login(self) -> str:
        """Say that codes were asked for too often; allauth's own words for it speak of failed attempts."""
        login: str = super().clean_login()
        if not ratelimit.consume(self.request, action="request_login_code", key=login.lower(), dry_run=True):
            raise forms.ValidationError(TOO_MANY_CODES, code="too_many_codes")
        return login


class ConfirmLoginCodeForm(account_forms.ConfirmLoginCodeForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["code"], _("Kod"), _("Åtta tecken. Stora och små bokstäver spelar ingen roll."))
        self.fields["code"].widget.attrs |= {"class": "short", "autocapitalize": "characters", "spellcheck": "false"}


class AuthenticateForm(mfa_forms.AuthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["code"], _("Kod"), _("Sex siffror från appen, eller en reservkod."))
        self.fields["code"].widget.attrs["class"] = "short"


class ReauthenticateForm(mfa_forms.ReauthenticateForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["code"], _("Kod"), _("Sex siffror från appen, eller en reservkod."))
        self.fields["code"].widget.attrs["class"] = "short"


class KeyForm(webauthn_forms.AuthenticateWebAuthnForm):
    """A passkey has no code that could be written wrong, which is all that allauth says; at a broken one it stops."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["credential"].error_messages |= dict.fromkeys(("required", "invalid"), KEY_UNKNOWN)

    def clean_credential(self) -> Authenticator:
        try:
            found: Authenticator = super().clean_credential()
        except forms.ValidationError as error:
            words = KEY_UNKNOWN if error.code == "incorrect_code" else error.message
            raise forms.ValidationError(words, code=error.code) from error
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise forms.ValidationError(KEY_UNKNOWN) from error
        return found


class LoginKeyForm(KeyForm, webauthn_forms.LoginWebAuthnForm):
    pass


class ReauthenticateKeyForm(KeyForm, webauthn_forms.ReauthenticateWebAuthnForm):
    pass


class ActivateTOTPForm(totp_forms.ActivateTOTPForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["code"], _("Kod från appen"), _("Sex siffror."))
        self.fields["code"].widget.attrs |= {"class": "short", "inputmode": "numeric"}


class AddWebAuthnForm(webauthn_forms.AddWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["name"], _("Namn"))
        hint = _("Nyckeln öppnas då alltid med skärmlåset, och du slipper vänta på ett mejl.")
        dress(self.fields["passwordless"], _("Logga in med bara den här nyckeln"), hint)
        self.fields["passwordless"].initial = True


class EditWebAuthnForm(webauthn_forms.EditWebAuthnForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["name"], _("Namn"))
