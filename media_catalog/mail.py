"""The letters of orders, each function named as the letter that it sends.

A letter with a link is secret: its text is emptied when it is sent, so that the link is in one mailbox and nowhere
else. What somebody wrote is in no letter: a form must not be a way to send any text to any address.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from media_catalog.models import MediaItem
from media_catalog.models.orders import Order, OrderLink
from portal.core.models import OutgoingMail
from portal.core.outgoing import Letter, queue


def _send(name: str, order: Order, key: str, *, to: str = "", secret: bool = False, **more: Any) -> OutgoingMail:
    context = {"order": order, "contact_url": settings.SITE_URL + reverse("contact"), **more}
    letter = Letter(f"media_catalog/{name}", to or order.email, context)
    about_it = f"{name}:{order.pk.hex}:{key}"
    return queue(letter, about=order, key=about_it, delete_after=order.delete_after, secret=secret)


def _with_link(name: str, link: OrderLink, token: str, films: Sequence[MediaItem]) -> OutgoingMail:
    until: datetime = link.expires_at
    more = {"url": settings.SITE_URL + reverse("ordered_films", args=[token]), "films": films, "until": until}
    return _send(name, link.order, str(link.pk), secret=True, **more)


def mail_with(link: OrderLink) -> OutgoingMail | None:
    """The mail that carries this link, whichever of the letters it is."""
    about_it = f":{link.order.pk.hex}:{link.pk}"
    return OutgoingMail.objects.about(link.order).filter(key__endswith=about_it).first()


def films_ordered(link: OrderLink, token: str, films: Sequence[MediaItem]) -> OutgoingMail:
    return _with_link("films_ordered", link, token, films)


def films_order_changed(link: OrderLink, token: str, films: Sequence[MediaItem]) -> OutgoingMail:
    """To the mailbox that already has a link, which goes on working beside this one."""
    return _with_link("films_order_changed", link, token, films)


def films_link_renewed(link: OrderLink, token: str, films: Sequence[MediaItem]) -> OutgoingMail:
    return _with_link("films_link_renewed", link, token, films)


def help_requested(order: Order) -> OutgoingMail:
    return _send("help_requested", order, str(order.corrections))


def help_changed(order: Order) -> OutgoingMail:
    """To the mailbox that has a confirmation of what was written first."""
    return _send("help_changed", order, str(order.corrections))


def help_notice(order: Order) -> list[OutgoingMail]:
    """To staff: somebody waits for an answer."""
    url = settings.SITE_URL + reverse("admin:media_catalog_order_change", args=[order.pk])
    addresses: list[str] = settings.STAFF_EMAILS
    return [
        _send("help_notice", order, f"{order.corrections}:{number}", to=to, admin_url=url)
        for number, to in enumerate(addresses)
    ]
