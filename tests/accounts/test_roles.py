"""Accounts and roles: who is added how, and what the role may do."""

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib.auth.models import Permission
from django.test import Client
from django.urls import reverse

from portal.accounts import actions, permissions
from portal.accounts.models import User
from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from tests.accounts.people import log_in, make_staff

pytestmark = pytest.mark.django_db


def test_the_role_is_made_once_and_may_do_exactly_what_is_written() -> None:
    actions.ensure_groups()
    group = actions.ensure_groups()

    wanted = {name for app in permissions.HANDLER_MAY for name in permissions.codenames(app)}
    existing = set(Permission.objects.values_list("codename", flat=True))
    assert {permission.codename for permission in group.permissions.all()} == wanted & existing
    assert not group.permissions.filter(content_type__app_label__in=["accounts", "account", "mfa", "auth"]).exists()


def test_the_role_loses_what_somebody_gave_it_by_hand() -> None:
    group = actions.ensure_groups()
    group.permissions.add(Permission.objects.get(codename="delete_user"))

    actions.ensure_groups()

    assert not group.permissions.filter(codename="delete_user").exists()


def test_staff_is_added_with_an_address_and_without_a_password(client: Client) -> None:
    log_in(client, make_staff())

    response = client.post(
        reverse("admin:accounts_user_add"),
        {"email": "ny@skr.example", "name": "Ny Å", "is_staff": "on", "is_active": "on"},
    )

    added = User.objects.get(email="ny@skr.example")
    assert response.status_code == 302
    assert (added.is_staff, added.is_superuser, added.has_usable_password()) == (True, False, False)
    assert AuditEvent.objects.about(added).get().event == "accounts.user_added"


def test_the_form_of_an_account_has_no_password(client: Client) -> None:
    user = make_staff()
    log_in(client, user)

    page = client.get(reverse("admin:accounts_user_change", args=[user.pk])).content.decode()

    assert "password" not in page


def test_after_a_change_of_address_the_earlier_one_opens_nothing() -> None:
    user = make_staff("old@skr.example")
    EmailAddress.objects.create(user=user, email="old@skr.example", verified=True, primary=True)
    user.email = "new@skr.example"

    actions.change_user(user, ["email"], by=audit.SYSTEM)

    Client().post(reverse("account_login"), {"login": "old@skr.example"})
    assert not EmailAddress.objects.filter(email="old@skr.example").exists()
    assert not OutgoingMail.objects.exists()


def test_a_handler_sees_registrations_and_mails_but_no_accounts(client: Client) -> None:
    user = make_staff(is_superuser=False)
    user.groups.add(actions.ensure_groups())
    log_in(client, user)

    statuses = {
        name: client.get(reverse(f"admin:{name}_changelist")).status_code
        for name in ("core_outgoingmail", "core_auditevent", "organisations_organisation", "accounts_user")
    }

    assert statuses == {
        "core_outgoingmail": 200,
        "core_auditevent": 200,
        "organisations_organisation": 200,
        "accounts_user": 403,
    }


def test_a_superuser_helps_somebody_who_has_lost_the_telephone(client: Client) -> None:
    lost = make_staff("lost@skr.example")
    log_in(client, make_staff())

    users = reverse("admin:accounts_user_changelist")
    choose = {"action": "remove_second_step", "_selected_action": [str(lost.pk)]}
    asked = client.post(users, choose).content.decode()
    assert Authenticator.objects.filter(user=lost).exists()
    assert "Det går inte att ångra" in asked
    assert "lost@skr.example" in asked
    client.post(users, {**choose, "confirmed": "1"})

    assert not Authenticator.objects.filter(user=lost).exists()
    assert AuditEvent.objects.about(lost).get().event == "accounts.second_step_removed"
    assert Authenticator.objects.exists()
