"""Orders and requests for help, as answers about one person, and their shelf on "Mina sidor"."""

from __future__ import annotations

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from media_catalog.models import Order
from media_catalog.states import OrderState
from portal.core import audit, my_pages, people
from portal.core.formats import date
from portal.core.people import Erasure, Reader, Section, is_address, let_go, sections_of


def _orders(key: str) -> QuerySet[Order]:
    return Order.objects.filter(is_address("email", key)).order_by("created_at")


def name_at(key: str) -> str | None:
    order = _orders(key).last()
    return order.name if order else None


def tell(key: str, reader: Reader) -> list[Section]:
    return sections_of(_orders(key), reader, "reference", "kind", "films", "state", "created_at")


def erase(key: str, _by: audit.Actor) -> Erasure:
    return Erasure(let_go(_orders(key)))


def shelf(user: AbstractBaseUser | AnonymousUser) -> my_pages.Shelf | None:
    """What the person has ordered. The link that opens the films is in the mail: only its hash is kept here."""
    orders = _orders(people.key_of(getattr(user, "email", ""))).exclude(state=OrderState.WITHDRAWN)
    items = tuple(_item(order) for order in orders.prefetch_related("films"))
    return my_pages.Shelf(_("Mina beställningar"), items, place=60) if items else None


def _item(order: Order) -> my_pages.Item:
    films = ", ".join(film.title for film in order.films.all())
    day = _("Beställd %(day)s, %(reference)s.") % {"day": date(order.created_at), "reference": order.reference}
    return my_pages.Item(title=films or str(order.get_kind_display()), kicker=str(order.get_kind_display()), text=day)


def register() -> None:
    people.register("media_catalog", people.Holder(name_at, tell, erase))
    my_pages.register(shelf)
