"""allauth's forms with our labels: no placeholders, and a hint that says what to type."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account_forms
from allauth.mfa.base import forms as mfa_forms
from allauth.mfa.totp import forms as totp_forms
from allauth.mfa.webauthn import forms as webauthn_forms
from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


def dress(field: forms.Field, label: str | Promise, hint: str | Promise = "") -> None:
    """Give a field of allauth its label and hint; a placeholder would vanish while one types."""
    field.label, field.help_text = str(label), str(hint)
    field.widget.attrs.pop("placeholder", None)


class LoginForm(account_forms.LoginForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        dress(self.fields["login"], _("E-postadress"))


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
