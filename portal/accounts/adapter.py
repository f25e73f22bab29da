"""How allauth behaves here: nobody signs up alone, every mail goes through our own queue, staff lands in admin."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import Any, ClassVar

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts.models import User
from portal.core import outgoing
from portal.core.requests import client_address

LOGIN_CODE = "account/email/login_code"
# What is told to a person whose second step was changed, by allauth's name of the mail.
CHANGES = {
    "mfa/email/totp_activated": _("En app med engångskoder kopplades till ditt konto."),
    "mfa/email/totp_deactivated": _("Appen med engångskoder togs bort från ditt konto."),
    "mfa/email/webauthn_added": _("En passernyckel lades till på ditt konto."),
    "mfa/email/webauthn_removed": _("En passernyckel togs bort från ditt konto."),
    "mfa/email/recovery_codes_generated": _("Nya reservkoder skapades till ditt konto. De gamla gäller inte längre."),
}
CODE_RETENTION = timedelta(days=1)


WRONG_CODE = _("Koden stämmer inte. Se efter att du har skrivit den rätt, och att det är den senaste.")

TOO_MANY_WRONG = _("Det har blivit fel för många gånger i rad. Vänta fem minuter och försök igen.")


class AccountAdapter(DefaultAccountAdapter):
    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultAccountAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
        "rate_limited": TOO_MANY_WRONG,
        "too_many_login_attempts": TOO_MANY_WRONG,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are added by staff."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """The address that the rate limits count."""
        return client_address(request)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """Staff lands in admin, everybody else where all of theirs is."""
        return reverse("admin:index" if getattr(request.user, "is_staff", False) else "my_pages")

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Queue the letter that allauth wants to send; one that we have no words for is a fault and fails loudly."""
        user = User.objects.get_by_natural_key(email)
        name = template_prefix.rsplit("/", 1)[-1]
        key = f"accounts/{name}:{user.pk}:{uuid.uuid4()}"
        tomorrow = timezone.localdate() + CODE_RETENTION
        if template_prefix == LOGIN_CODE:
            minutes = settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60
            letter = outgoing.Letter("accounts/login_code", email, {"code": context["code"], "minutes": minutes})
            outgoing.queue(letter, about=user, key=key, delete_after=tomorrow, secret=True)
        else:
            letter = outgoing.Letter("accounts/security_change", email, {"change": CHANGES[template_prefix]})
            outgoing.queue(letter, about=user, key=key)


class MFAAdapter(DefaultMFAAdapter):
    """Words of ours for the second step."""

    error_messages: ClassVar[dict[str, str | Promise]] = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": WRONG_CODE,
    }

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002 - allauth's own name
        """What a new key is called until its owner says otherwise."""
        return str(_("Min nyckel"))
