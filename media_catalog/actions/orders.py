"""The verbs of an order: place, renew its link, send it once more, withdraw, mark as handled.

Each writes the fact, its audit line and its mail in one transaction, and touches neither Redis nor a mail server.
"""

from __future__ import annotations

import secrets
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone

from media_catalog import mail
from media_catalog.forms.orders import OrderContent
from media_catalog.models import MediaItem
from media_catalog.models.orders import DAYS_AFTER_WITHDRAWAL, LINK_LASTS, Order, OrderLink, OrderTally
from media_catalog.queries.orders import hash_of, ordered_films
from media_catalog.states import ORDER_TRANSITIONS, OrderState
from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail
from portal.core.references import new_reference

# Whoever presses twice, or has no patience with the mail, gets one mail and not ten.
PAUSE_BETWEEN_LINKS = timedelta(minutes=10)


@dataclass(frozen=True)
class Receipt:
    """Where the visitor is sent: the id of what was stored, and whether this very form had been sent before."""

    id: uuid.UUID
    again: bool = False


@transaction.atomic
def place_order(content: OrderContent, submitted: Submitted, *, by: audit.Actor) -> Receipt:
    """Keep what a person asks for and queue the confirmation: for films, with a link of their own.

    A repeat of the same form leads to the same receipt. Raises `ProofAlreadyUsed`.
    """
    came_in = {**submitted.columns(), "delete_after": Order.personal_record.delete_after()}
    order = Order(kind=content.kind, reference=new_reference(), **_person(content), **came_in)
    try:
        with transaction.atomic():
            order.save(force_insert=True)
    except IntegrityError:
        return _arrive_again(content, submitted, by=by)
    order.films.set(content.films)
    _count(order, content.films, 1)
    audit.record("media_catalog.order_placed", order, by=by, kind=order.kind, flags=order.flags)
    _confirm(order)
    return Receipt(order.pk)


def _person(content: OrderContent) -> dict[str, object]:
    return {
        "name": content.name,
        "email": content.address.typed,
        "phone": content.phone,
        "organisation": content.organisation,
        "other_organisation": content.other_organisation,
        "purpose": content.purpose,
    }


def _arrive_again(content: OrderContent, submitted: Submitted, *, by: audit.Actor) -> Receipt:
    """The same form came once more: pressed twice, or sent again after its sender went back to mend something."""
    order = Order.objects.select_for_update().filter(submission_token=submitted.token).first()
    if order is None:
        raise ProofAlreadyUsed
    if order.submission_digest != submitted.digest and order.state == OrderState.ACTIVE:
        _correct(order, content, submitted, by=by)
    return Receipt(order.pk, again=True)


def _correct(order: Order, content: OrderContent, submitted: Submitted, *, by: audit.Actor) -> None:
    """The newer content counts. The link of before opens nothing any more: its address may have been the mistake."""
    _count(order, order.films.all(), -1)
    for name, value in _person(content).items():
        setattr(order, name, value)
    order.submission_digest, order.flags = submitted.digest, list(submitted.flags)
    order.corrections += 1
    order.save()
    order.films.set(content.films)
    order.links.all().delete()
    _count(order, content.films, 1)
    audit.record("media_catalog.order_corrected", order, by=by, flags=order.flags)
    _confirm(order)


def _confirm(order: Order) -> None:
    if order.has_films:
        link, token = _new_link(order)
        mail.films_ordered(link, token, ordered_films(order))
    else:
        mail.help_requested(order)
        mail.help_notice(order)


def _count(order: Order, films: Iterable[MediaItem], change: int) -> None:
    """Into the tally that outlives the order."""
    month = timezone.localdate(order.created_at).replace(day=1)
    for film in sorted(films, key=lambda film: film.pk):
        tally, _made = OrderTally.objects.get_or_create(month=month, film=film, orderer=order.orderer)
        OrderTally.objects.filter(pk=tally.pk).update(number=F("number") + change)


def _new_link(order: Order) -> tuple[OrderLink, str]:
    """A fresh link, and the token that only its mail will hold. It never outlives the order."""
    token = secrets.token_hex(24)
    end = timezone.make_aware(datetime.combine(order.delete_after, time()))
    expires_at = min(timezone.now() + LINK_LASTS, end)
    return OrderLink.objects.create(order=order, token_hash=hash_of(token), expires_at=expires_at), token


def _locked(order: Order) -> Order:
    return Order.objects.select_for_update().get(pk=order.pk)


@transaction.atomic
def renew_link(order: Order, *, by: audit.Actor) -> None:
    """Mail a new link to the address of the order, and to no other. Twice within minutes is as once."""
    row = _locked(order)
    just_now = timezone.now() - PAUSE_BETWEEN_LINKS
    if row.state == OrderState.ACTIVE and row.has_films and not row.links.filter(created_at__gt=just_now).exists():
        _mail_new_link(row, by=by)


@transaction.atomic
def resend_link(order: Order, *, by: audit.Actor) -> None:
    """Staff lets the person have a new link at once, whatever became of the last mail."""
    row = _locked(order)
    if row.state == OrderState.ACTIVE and row.has_films:
        _mail_new_link(row, by=by)


def _mail_new_link(order: Order, *, by: audit.Actor) -> None:
    link, token = _new_link(order)
    audit.record("media_catalog.link_renewed", order, by=by)
    mail.films_link_renewed(link, token, ordered_films(order))


def _move(order: Order, state: OrderState) -> Order:
    row = _locked(order)
    ORDER_TRANSITIONS.check(OrderState(row.state), state)
    row.state = state
    return row


@transaction.atomic
def withdraw_order(order: Order, *, by: audit.Actor) -> None:
    """Nobody opens the films by this order any more, and the row goes within a month. Raises `TransitionRefused`."""
    row = _move(order, OrderState.WITHDRAWN)
    row.withdrawn_at = timezone.now()
    row.delete_after = timezone.localdate() + timedelta(days=DAYS_AFTER_WITHDRAWAL)
    row.save()
    OutgoingMail.objects.about(row).update(delete_after=row.delete_after)
    audit.record("media_catalog.order_withdrawn", row, by=by)


@transaction.atomic
def mark_order_handled(order: Order, *, by: audit.Actor) -> None:
    """Staff has answered. Raises `TransitionRefused`."""
    row = _move(order, OrderState.HANDLED)
    row.handled_at = timezone.now()
    row.save()
    audit.record("media_catalog.order_handled", row, by=by)


@transaction.atomic
def mark_order_not_handled(order: Order, *, by: audit.Actor) -> None:
    """It needs another look after all. Raises `TransitionRefused`."""
    row = _move(order, OrderState.ACTIVE)
    row.handled_at = None
    row.save()
    audit.record("media_catalog.order_not_handled", row, by=by)
