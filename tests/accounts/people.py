"""People who log in, and the steps they take, for tests of accounts and of admin."""

from __future__ import annotations

import re
import time

from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from portal.core.models import OutgoingMail

CODE = re.compile(r"^[A-Z0-9]{4}-[A-Z0-9]{4}$", re.MULTILINE)


def make_staff(email: str = "astrid@skr.example", *, is_superuser: bool = True, with_app: bool = True) -> User:
    user = User.objects.create_user(email, name="Astrid Åkerö", is_staff=True, is_superuser=is_superuser)
    if with_app:
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    return user


def app_code(user: User) -> str:
    """What the app in the person's telephone shows now."""
    secret = decrypt(Authenticator.objects.get(user=user, type=Authenticator.Type.TOTP).data["secret"])
    return code_for(secret)


def code_for(secret: str) -> str:
    return str(format_hotp_value(hotp_value(secret, int(time.time()) // 30)))


def mailed_code() -> str:
    """The newest log-in code, from the mail that waits for the worker."""
    mail = OutgoingMail.objects.filter(letter="accounts/login_code").latest("pk")
    found = CODE.search(mail.text_body)
    assert found is not None
    return found.group()


def log_in_by_mail(client: Client, user: User, next_url: str = "") -> None:
    query = f"?next={next_url}" if next_url else ""
    client.post(reverse("account_login") + query, {"login": user.email})
    client.post(reverse("account_confirm_login_code") + query, {"code": mailed_code()})


def log_in(client: Client, user: User) -> Client:
    """A session of that member of staff with the second step done, without walking through the pages."""
    client.force_login(user)
    request = HttpRequest()
    request.session = client.session
    record_authentication(request, user, "mfa", type="totp")
    request.session.save()
    return client
