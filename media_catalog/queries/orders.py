"""Questions about orders: the link behind a token, the receipt, the films that can be ordered."""

from __future__ import annotations

import hashlib
import hmac
import uuid
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from media_catalog.models import MediaItem
from media_catalog.models.orders import Order, OrderKind, OrderLink
from media_catalog.states import OrderState
from portal.core import normalisation
from portal.core.mail_status import MailStatus, latest_status
from portal.core.models import OutgoingMail
from portal.core.normalisation import phone_pattern, read_phone
from portal.core.receipts import decoy_reference, is_decoy
from portal.organisations.queries import NOBODY, find_people


@dataclass(frozen=True)
class OrderReceipt:
    """What the receipt page shows: no personal data."""

    reference: str
    kind: OrderKind
    mail: MailStatus | None
    likely_domain: str = ""
    withdrawn: bool = False
    corrected: bool = False

    @property
    def has_films(self) -> bool:
        return self.kind == OrderKind.FILMS


def hash_of(token: str) -> str:
    """What is kept of a token. It has 192 random bits, so a plain hash gives nothing away."""
    return hashlib.sha256(token.encode()).hexdigest()


def link_behind(token: str) -> OrderLink | None:
    """The link that carries this token. Whatever else comes takes the same way: one hash, one look, one comparison."""
    wanted = hash_of(token)
    link = OrderLink.objects.select_related("order").filter(token_hash=wanted).first()
    is_right = hmac.compare_digest(link.token_hash if link else "0" * len(wanted), wanted)
    return link if is_right else None


def link_of_late(order: Order, now: datetime) -> OrderLink | None:
    """The newest link, as long as it is too young for another one to be sent."""
    return order.links.of_late(now).first()


def offered_films() -> tuple[MediaItem, ...]:
    return tuple(MediaItem.objects.orderable().select_related("file").order_by("title"))


def ordered_films(order: Order) -> list[MediaItem]:
    """The films of the order that are still handed out."""
    films = MediaItem.objects.orderable().filter(orders=order)
    return list(films.select_related("file", "poster", "transcript").prefetch_related("chapters").order_by("title"))


def ordered_film(order: Order, guid: uuid.UUID) -> MediaItem | None:
    films = MediaItem.objects.orderable().filter(orders=order, guid=guid)
    film: MediaItem | None = films.select_related("file", "transcript").first()
    return film


def order_receipt(receipt: uuid.UUID, kind: OrderKind) -> OrderReceipt | None:
    """The receipt with that id: of an order, or of nothing at all (for robots)."""
    order = Order.objects.filter(pk=receipt).first()
    if order is None:
        return OrderReceipt(decoy_reference(receipt), kind, None) if is_decoy(receipt) else None
    return OrderReceipt(
        reference=order.reference,
        kind=OrderKind(order.kind),
        mail=latest_status(OutgoingMail.objects.about(order).filter(to_email=order.email)),
        likely_domain=normalisation.likely_domain(order.email),
        withdrawn=order.state == OrderState.WITHDRAWN,
        corrected=order.corrections > 0,
    )


def find_orders(rows: QuerySet[Order], typed: str) -> QuerySet[Order]:
    """By the words of the order, a telephone number however it is written, or what its organisation is called."""
    number = read_phone(typed)
    return find_people(rows, typed, besides=Q(phone__regex=phone_pattern(number)) if number else NOBODY)
