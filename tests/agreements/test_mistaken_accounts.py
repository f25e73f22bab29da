"""A form that began an agreement is mended: the account of the wrong address goes, unless it is anything else's too."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from agreements.models import Agreement, Member
from portal.accounts.actions import ensure_groups
from portal.accounts.models import User
from portal.core.models import AuditEvent
from programs.models import Place
from tests.agreements.builders import load_rows
from tests.agreements.test_correcting import CHAIR, RIGHT, WRONG, all_mails_arrived, post, told, was_in_long_ago
from tests.agreements.test_starting import FIELDS, open_form
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db


@pytest.fixture
def sent(client: Client) -> dict[str, Any]:
    """The fields of a form that began an agreement, as Back in the browser brings them again."""
    load_rows()
    fields = {**open_form(client), **FIELDS, "chair_email": CHAIR}
    post(client, fields)
    return fields


def test_the_account_of_a_mistyped_address_goes_with_the_mistake(client: Client, sent: dict[str, Any]) -> None:
    all_mails_arrived()
    mistaken = User.objects.get(email=WRONG)

    post(client, sent, chief_email=RIGHT)

    assert set(User.objects.values_list("email", flat=True)) == {CHAIR, RIGHT}
    assert AuditEvent.objects.get(event="accounts.mistaken_account_removed").subject_id == str(mistaken.pk)
    # A form with the wrong address is no way to find out whether it has an account.
    assert "kontot" not in told(client, post(client, sent, chief_email=RIGHT))


def has_logged_in(_user: User) -> None:
    was_in_long_ago()


def is_one_of_another_pair(_user: User) -> None:
    second = Client()
    post(second, {**open_form(second), **FIELDS})


def works_here(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_staff=True)


def has_a_role(user: User) -> None:
    user.groups.add(ensure_groups())


def has_a_second_step(user: User) -> None:
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})


def is_invited_to_a_programme(user: User) -> None:
    """Known by the address alone: nothing points at the account."""
    assert make_place(make_round(), email=user.email).user is None


def has_a_place_by_another_address(user: User) -> None:
    """The account was found by an address that the place no longer has: something points at it."""
    Place.objects.filter(pk=make_place(make_round()).pk).update(user=user)


def was_here_before(user: User) -> None:
    """Added by staff for somebody who has not come in yet."""
    User.objects.filter(pk=user.pk).update(date_joined=Agreement.objects.get().created_at - dt.timedelta(seconds=1))


def is_closed(user: User) -> None:
    """By staff: a new account at the address would be open."""
    User.objects.filter(pk=user.pk).update(is_active=False)


@pytest.mark.parametrize(
    "something",
    [
        was_here_before,
        is_closed,
        has_logged_in,
        is_one_of_another_pair,
        works_here,
        has_a_role,
        has_a_second_step,
        is_invited_to_a_programme,
        has_a_place_by_another_address,
    ],
)
def test_an_account_with_anything_of_its_own_stays(client: Client, sent: dict[str, Any], something: Any) -> None:
    something(User.objects.get(email=WRONG))

    post(client, sent, chief_email=RIGHT)

    assert User.objects.filter(email=WRONG).exists()
    assert not Agreement.objects.order_by("created_at")[0].members.filter(user__email=WRONG).exists()


def test_an_account_that_was_here_before_keeps_its_name(client: Client, sent: dict[str, Any]) -> None:
    """Anybody may begin an agreement with anybody's address: that is no way to give them another name."""
    was_here_before(User.objects.get(email=WRONG))

    post(client, sent, chief_name="Någon Annan")

    assert Member.objects.get(role="chief").name == "Någon Annan"
    assert User.objects.get(email=WRONG).name == FIELDS["chief_name"]
