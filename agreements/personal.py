"""The agreements' answers about one person, and their shelf on "Mina sidor". Registered when the app is ready."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from agreements.actions.erasing import erase_reader
from agreements.models import Agreement
from agreements.queries import people as found
from agreements.queries.rooms import rooms_of
from agreements.states import AgreementState
from portal.core import audit, my_pages, people
from portal.core.people import Erasure, Kept

COMMON = Kept(
    _("Överenskommelser som du är en av de två i, och kontot som öppnar dem"),
    _(
        "Texten är lika mycket den andras. Lämna över din plats eller avsluta överenskommelsen. 90 dagar efter att den"
        " har avslutats raderas allt."
    ),
    to_staff=Kept(
        _("Överenskommelser som personen är en av de två i, och kontot som öppnar dem"),
        _(
            "Texten är lika mycket den andras. Personen kan själv lämna över sin plats eller avsluta överenskommelsen."
            " 90 dagar efter att den har avslutats raderas allt."
        ),
    ),
)
KINDS = {AgreementState.WRITING: "waiting", AgreementState.APPROVED: "positive", AgreementState.ENDED: "neutral"}


def keeps(key: str) -> list[Kept]:
    return [COMMON] if found.memberships_at(key).pair().exists() else []


def erase(key: str, by: audit.Actor) -> Erasure:
    return erase_reader(key, by=by, kept=keeps(key))


def shelf(user: AbstractBaseUser | AnonymousUser) -> my_pages.Shelf | None:
    """The rooms that the person is in."""
    rooms = rooms_of(user)
    return my_pages.Shelf(_("Mina överenskommelser"), tuple(map(_item, rooms)), place=40) if rooms else None


def _item(agreement: Agreement) -> my_pages.Item:
    state = AgreementState(agreement.state)
    return my_pages.Item(
        title=agreement.template_version.template.name,
        url=reverse("agreement", args=[agreement.pk]),
        kicker=agreement.organisation.label,
        status=state.label,
        status_kind=KINDS[state],
    )


def register() -> None:
    people.register("agreements", people.Holder(found.name_at, found.tell, erase, keeps))
    my_pages.register(shelf)
