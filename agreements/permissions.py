"""Who may do what in an agreement's room. Being staff, or superuser, gives nothing here."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser

from agreements.models import PAIR, Agreement, Member
from agreements.states import AgreementState

LONGEST_NUMBER = 18


def membership(agreement: Agreement, user: AbstractBaseUser | AnonymousUser) -> Member | None:
    """The membership by which the person is in the room at this moment; None for everybody else."""
    if user.pk is None:
        return None
    return Member.objects.inside().filter(agreement=agreement, user_id=user.pk).first()


def is_membership_of(user: AbstractBaseUser | AnonymousUser, member_id: str) -> bool:
    """Whether a page that was made for that membership is the person's own.

    An open page outlives a log-in: what one person wrote in it must not go out in another's name, and what another may
    see must not come into it. Whoever names none speaks for themselves.
    """
    if not member_id:
        return True
    if user.pk is None:
        return False
    # A number that no row has is not even looked for: databases differ in what they make of a very long one.
    is_number = member_id.isascii() and member_id.isdecimal() and len(member_id) <= LONGEST_NUMBER
    return is_number and Member.objects.filter(pk=int(member_id), user_id=user.pk).exists()


def may_write(agreement: Agreement, member: Member) -> bool:
    """Whether the person may change the text now: one of the two, while it is being written."""
    return may_write_as(member.role, agreement.state)


def may_write_as(role: str, state: str) -> bool:
    """The same, for whoever asks about so many that a row of each would cost too much."""
    return role in PAIR and state == AgreementState.WRITING


def may_invite(agreement: Agreement, member: Member) -> bool:
    """Whether the person decides who else comes in: one of the two, until the agreement is ended."""
    return member.may_write and agreement.state != AgreementState.ENDED
