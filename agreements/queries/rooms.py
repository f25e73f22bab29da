"""Who is in which room."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch

from agreements.models import Agreement, Member


def rooms_of(user: AbstractBaseUser | AnonymousUser) -> list[Agreement]:
    """The person's agreements, newest first, with the pair of each."""
    pair = Prefetch("members", Member.objects.inside().pair(), to_attr="the_pair")
    rooms = Agreement.objects.visible_to(user).select_related("organisation", "template_version__template")
    return list(rooms.prefetch_related(pair))


def people_of(agreement: Agreement) -> list[Member]:
    """Everybody who is in the room now, the pair first."""
    return sorted(
        agreement.members.inside().select_related("user"), key=lambda member: (not member.may_write, member.pk)
    )


def other_of_pair(member: Member) -> Member | None:
    """The one whom the person writes with; None while nobody has come after somebody who left."""
    return member.agreement.members.inside().pair().exclude(pk=member.pk).select_related("user").first()
