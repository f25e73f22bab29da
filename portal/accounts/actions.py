"""The verbs of accounts: staff added and changed, roles made."""

from __future__ import annotations

from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.db.models import Q

from portal.accounts import permissions
from portal.accounts.models import User
from portal.core import audit


@transaction.atomic
def add_user(user: User, *, by: audit.Actor) -> User:
    """Store a new account without a password; the person proves the address with the first code."""
    user.set_unusable_password()
    user.save()
    audit.record("accounts.user_added", user, by=by, is_staff=user.is_staff, is_superuser=user.is_superuser)
    return user


@transaction.atomic
def account_for(email: str, name: str, *, by: audit.Actor) -> User:
    """The account of that address, however its letters are written; a new one when there is none. Never staff."""
    known = User.objects.filter(email__iexact=email).first()
    return known or add_user(User(email=email, name=name), by=by)


@transaction.atomic
def change_user(user: User, changed: list[str], *, by: audit.Actor) -> User:
    """Store a changed account. After a change of address no earlier address opens the account."""
    user.save()
    if "email" in changed:
        EmailAddress.objects.filter(user=user).delete()
    audit.record("accounts.user_changed", user, by=by, fields=sorted(changed))
    return user


@transaction.atomic
def remove_second_step(user: User, *, by: audit.Actor) -> None:
    """For somebody who has lost telephone and recovery codes: the next log-in sets up a new second step."""
    removed, _per_model = Authenticator.objects.filter(user_id=user.pk).delete()
    audit.record("accounts.second_step_removed", user, by=by, removed=removed)


@transaction.atomic
def ensure_groups() -> Group:
    """Make the staff role, and let it do exactly what `permissions` says. Safe to run again."""
    group, _created = Group.objects.get_or_create(name=permissions.HANDLER)
    conditions = (
        Q(content_type__app_label=app, codename__in=permissions.codenames(app)) for app in permissions.HANDLER_MAY
    )
    group.permissions.set(Permission.objects.filter(reduce(or_, conditions)))
    return group
