"""The verbs of accounts: staff added and changed, roles made."""

from __future__ import annotations

from datetime import datetime
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Group, Permission
from django.contrib.sessions.models import Session
from django.db import transaction
from django.db.models import ForeignObjectRel, ProtectedError, Q
from django.utils.translation import gettext_lazy as _

from portal.accounts import permissions
from portal.accounts.models import User
from portal.core import audit, people
from portal.core.people import Erasure, Kept, key_of, let_go


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


APP = "accounts"
NEEDED = Kept(
    _("Ditt konto"),
    _("Något som blir kvar behöver det."),
    to_staff=Kept(_("Personens konto"), _("Något som blir kvar behöver det.")),
)
OF_STAFF = Kept(_("Kontot"), _("Det hör till någon som arbetar på SKR. En kollega stänger det i administrationen."))


def let_in_known(address: str) -> None:
    """Make the account of somebody who asks for a code and whom we know already, from a form that they sent.

    Whoever asks sees the same page whether we know the address or not.
    """
    key = key_of(address)
    if User.objects.filter(email__iexact=address.strip()).exists():
        return
    name = people.name_of(key, apart_from=(APP,))
    if name is not None:
        account_for(address.strip(), name, by=audit.PERSON)


@transaction.atomic
def review_accounts() -> int:
    """Set the last day of accounts that nothing is left to log in to, and take it back where there is something again.

    Returns how many accounts have a last day now. The purge deletes them when it has passed.
    """
    for user in User.objects.filter(is_staff=False).iterator():
        is_used = people.name_of(key_of(user.email), apart_from=(APP,)) is not None
        if is_used == (user.delete_after is not None):
            user.delete_after = None if is_used else User.personal_record.delete_after()
            user.save(update_fields=["delete_after"])
    return User.objects.exclude(delete_after=None).count()


@transaction.atomic
def remove_mistaken_account(user: User, *, since: datetime, by: audit.Actor) -> bool:
    """Let an account go that only a mistyped address made: nobody has come in by it and nothing else is of it.

    `since` is when the mistake was made: an account of before, which staff may have added, or closed, stays as it is.
    The mails that went to the address are no reason to keep it. Returns whether it went.
    """
    row = User.objects.select_for_update().get(pk=user.pk)
    is_no_mistake = row.date_joined < since or not row.is_active or row.is_staff or row.is_superuser
    if is_no_mistake or row.last_login is not None or _has_something(row):
        return False
    audit.record("accounts.mistaken_account_removed", row, by=by)
    let_go(User.objects.filter(pk=row.pk))
    return True


def _has_something(user: User) -> bool:
    """Whether an app holds anything about the address, or any row points at the account."""
    if people.name_of(key_of(user.email), apart_from=(APP, people.CORE)) is not None:
        return True
    pointing = [each for each in user._meta.get_fields(include_hidden=True) if isinstance(each, ForeignObjectRel)]
    return any(
        each.related_model._default_manager.filter(**{each.field.name: user}).exists()
        for each in pointing
        if not each.many_to_many
    )


def erase_account(user: User) -> Erasure:
    """Let an account go, with its sessions, as far as nothing that stays needs it."""
    if user.is_staff:
        return Erasure(kept=[OF_STAFF])
    _end_sessions(user)
    try:
        with transaction.atomic():
            return Erasure(let_go(User.objects.filter(pk=user.pk)))
    except ProtectedError:
        return Erasure(kept=[NEEDED])


def _end_sessions(user: User) -> None:
    mine = [row.pk for row in Session.objects.iterator() if row.get_decoded().get("_auth_user_id") == str(user.pk)]
    Session.objects.filter(pk__in=mine).delete()
