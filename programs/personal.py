"""The programmes' answers about one person, and their shelf on "Mina sidor". Registered when the app is ready."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy as _

from portal.core import audit, my_pages, people
from portal.core.formats import date
from portal.core.people import Erasure, Kept
from programs.actions.erasing import erase_person
from programs.mail import interest_token
from programs.models import InterestRegistration
from programs.queries import my_pages as queries
from programs.queries import people as found

INVOICING = Kept(
    _("Underlaget för fakturan till din kommun eller region"),
    _(
        "Bokföringslagen kräver att det sparas i sju år efter det år då programmet avslutades. Ditt namn tas bort"
        " därifrån: där står bara platsens referens."
    ),
    to_staff=Kept(
        _("Underlaget för fakturan till personens kommun eller region"),
        _(
            "Bokföringslagen kräver att det sparas i sju år efter det år då programmet avslutades. Personens namn tas"
            " bort därifrån: där står bara platsens referens."
        ),
    ),
)


def keeps(key: str) -> list[Kept]:
    return [INVOICING] if found.invoicing_to_keep(key).exists() else []


def erase(key: str, by: audit.Actor) -> Erasure:
    return erase_person(key, by=by, kept=keeps(key))


def interest_shelf(user: AbstractBaseUser | AnonymousUser) -> my_pages.Shelf | None:
    """The person's interest registrations."""
    rows = queries.interests_of(getattr(user, "email", ""))
    return my_pages.Shelf(_("Mina intresseanmälningar"), tuple(map(_interest, rows)), place=20) if rows else None


def _interest(row: InterestRegistration) -> my_pages.Item:
    names = ", ".join(programme.name for programme in row.programmes.all())
    return my_pages.Item(
        title=names or _("Mer information om programmen"),
        url=queries.link("manage_interest", interest_token(row)),
        kicker=_("Årgång %(round)s") % {"round": row.interest_round},
        text=_("Anmäld %(day)s.") % {"day": date(row.created_at)},
    )


def register() -> None:
    people.register("programs", people.Holder(found.name_at, found.tell, erase, keeps))
    my_pages.register(interest_shelf)
