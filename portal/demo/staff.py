"""The demo's staff: who may log in, and the second step that the demo page shows in place of a telephone."""

from __future__ import annotations

import time
from dataclasses import dataclass

from allauth.mfa import app_settings as mfa_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.models import Group
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from portal.accounts import actions
from portal.accounts.models import User
from portal.core import audit


@dataclass(frozen=True)
class Member:
    email: str
    name: str
    may: str | Promise
    is_superuser: bool


STAFF = (
    Member("kansli@samspel.example", "Kansliet i demon", _("allt, även konton"), is_superuser=True),
    Member("handlaggare@samspel.example", "Handläggaren i demon", _("program och anmälningar"), is_superuser=False),
)


def ensure_staff() -> list[User]:
    """Make the accounts that are missing, each with a second step whose secret is made here and now."""
    group = actions.ensure_groups()
    return [_ensure(member, group) for member in STAFF]


def _ensure(member: Member, group: Group) -> User:
    user = User.objects.filter(email=member.email).first()
    if user is None:
        new = User(email=member.email, name=member.name, is_staff=True, is_superuser=member.is_superuser)
        user = actions.add_user(new, by=audit.SYSTEM)
    if not member.is_superuser:
        user.groups.add(group)
    if not Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.TOTP).exists():
        TOTP.activate(user, generate_totp_secret())
    RecoveryCodes.activate(user)
    return user


@dataclass(frozen=True)
class SecondStep:
    """What the telephone of a member of the demo's staff would show now."""

    member: Member
    code: str
    seconds_left: int


def second_steps() -> list[SecondStep]:
    """The codes of those of the demo's accounts that exist and still have the app."""
    found = Authenticator.objects.filter(
        type=Authenticator.Type.TOTP, user__email__in=[member.email for member in STAFF]
    )
    secrets = {row.user.email: decrypt(row.data["secret"]) for row in found.select_related("user")}
    return [_step(member, secrets[member.email]) for member in STAFF if member.email in secrets]


def _step(member: Member, secret: str) -> SecondStep:
    counter, into = divmod(int(time.time()), mfa_settings.TOTP_PERIOD)
    return SecondStep(member, format_hotp_value(hotp_value(secret, counter)), mfa_settings.TOTP_PERIOD - into)
