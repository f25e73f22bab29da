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
from portal.core import audit, outgoing
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.models import OutgoingMail
from portal.core.people import key_of
from portal.core.references import new_reference


@dataclass(frozen=True)
class Receipt:
    """Where the visitor is sent: the id of what was stored, whether this very form had been sent before, and whether
    it then held something new.
    """

    id: uuid.UUID
    again: bool = False
    corrected: bool = False


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
    is_new = order.submission_digest != submitted.digest and order.state != OrderState.WITHDRAWN
    if is_new:
        _correct(order, content, submitted, by=by)
    return Receipt(order.pk, again=True, corrected=is_new)


def _correct(order: Order, content: OrderContent, submitted: Submitted, *, by: audit.Actor) -> None:
    """The newer content counts, and staff looks once more at what it had answered.

    With another address the links of before open nothing any more: they may lie in a stranger's mailbox, and what
    still waits to go there does not.
    """
    mistaken = key_of(order.email)
    same_mailbox = mistaken == content.address.key
    if order.state == OrderState.HANDLED:
        _reopen(order, by=by)
    _count(order, order.films.all(), -1)
    for name, value in _person(content).items():
        setattr(order, name, value)
    order.submission_digest, order.flags = submitted.digest, list(submitted.flags)
    order.corrections += 1
    order.save()
    order.films.set(content.films)
    if not same_mailbox:
        order.links.all().call_in()
        outgoing.stop(OutgoingMail.objects.about(order), mistaken)
    _count(order, content.films, 1)
    audit.record("media_catalog.order_corrected", order, by=by, flags=order.flags)
    _confirm(order, changed=same_mailbox)


def _confirm(order: Order, *, changed: bool = False) -> None:
    """`changed`: to a mailbox that has had a confirmation of this order."""
    if order.has_films:
        link, token = _new_link(order)
        films_letter = mail.films_order_changed if changed else mail.films_ordered
        films_letter(link, token, ordered_films(order))
    else:
        help_letter = mail.help_changed if changed else mail.help_requested
        help_letter(order)
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
def renew_link(order: Order, *, by: audit.Actor) -> bool:
    """Mail a new link to the address of the order, and to no other; False when one was mailed minutes ago."""
    row = _locked(order)
    may_be_sent = row.state == OrderState.ACTIVE and row.has_films and not row.links.of_late(timezone.now()).exists()
    if may_be_sent:
        _mail_new_link(row, by=by)
    return may_be_sent


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
    _reopen(_locked(order), by=by)


def _reopen(row: Order, *, by: audit.Actor) -> None:
    ORDER_TRANSITIONS.check(OrderState(row.state), OrderState.ACTIVE)
    row.state, row.handled_at = OrderState.ACTIVE, None
    row.save()
    audit.record("media_catalog.order_not_handled", row, by=by)
