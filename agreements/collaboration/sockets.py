"""Where a socket comes in: accepted first, so that whoever may not stay is told why, then shown to its seat.

A bare ASGI application below Channels' routing: a consumer of Channels costs a hop between threads for every frame
(docs/adr/0010).
"""

from __future__ import annotations

import logging
import uuid
from importlib import import_module
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.security.websocket import OriginValidator
from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.base import SessionBase
from django.db import Error
from django.http import HttpRequest, parse_cookie

from agreements.collaboration.access import Closed, Seat, find_seat
from agreements.collaboration.connections import Connection, Receive, Send
from agreements.collaboration.nodes import Node, this_node
from agreements.collaboration.protocol import CloseCode
from agreements.permissions import is_membership_of

logger = logging.getLogger(__name__)

Scope = dict[str, Any]
CODES = {Closed.ENDED: CloseCode.ENDED, Closed.SHOWN: CloseCode.SHOWN}


async def shared_text(scope: Scope, receive: Receive, send: Send) -> None:
    """The document that both write in."""
    await _open(scope, receive, send, is_silent=False)


async def silent_text(scope: Scope, receive: Receive, send: Send) -> None:
    """The document that the person alone writes in; nobody else ever gets to it."""
    await _open(scope, receive, send, is_silent=True)


async def nowhere(_scope: Scope, receive: Receive, send: Send) -> None:
    """Any other address: the handshake is refused."""
    await receive()
    await send({"type": "websocket.close"})


async def _open(scope: Scope, receive: Receive, send: Send, *, is_silent: bool) -> None:
    await receive()
    await send({"type": "websocket.accept"})
    node = this_node()
    seat = await _seat(node, scope, is_silent=is_silent)
    if isinstance(seat, Seat):
        await Connection(node, seat, send).run(receive)
    else:
        await send({"type": "websocket.close", "code": seat})


async def _seat(node: Node, scope: Scope, *, is_silent: bool) -> Seat | int:
    """The person's seat, or why there is none."""
    if not _is_own_origin(scope):
        return CloseCode.NOT_ALLOWED
    try:
        seat = await node.read(lambda: _find(scope, is_silent=is_silent))
    except Error:
        logger.warning("co-editing: nobody can be let in", exc_info=True)
        return CloseCode.TRY_AGAIN
    if not isinstance(seat, Seat):
        return seat
    if _epoch(scope) != seat.epoch:
        return CloseCode.OTHER_EPOCH
    return CloseCode.FROZEN if seat.is_frozen else seat


def _find(scope: Scope, *, is_silent: bool) -> Seat | int:
    """Who comes is asked here and not in a middleware of Channels: that one would also wrap every frame that goes out,
    and a database that is away would refuse the handshake instead of saying "again"."""
    request = HttpRequest()
    request.session = _session_store(_cookies(scope).get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    if not user.is_authenticated:
        return CloseCode.NOT_LOGGED_IN
    if not is_membership_of(user, _asked(scope, "member")):
        return CloseCode.OTHER_PERSON
    agreement_id = scope["url_route"]["kwargs"]["pk"]
    seat = find_seat(user, request.session.session_key or "", agreement_id, is_silent=is_silent)
    if isinstance(seat, Closed):
        return CODES[seat]
    return seat or CloseCode.NOT_ALLOWED


def _session_store(key: str | None) -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore(key)
    return store


def _cookies(scope: Scope) -> dict[str, str]:
    headers = [value.decode("latin1") for name, value in scope["headers"] if name == b"cookie"]
    return parse_cookie("; ".join(headers))


def _is_own_origin(scope: Scope) -> bool:
    origins = [value.decode("latin1") for name, value in scope["headers"] if name == b"origin"]
    validator = OriginValidator(None, settings.ALLOWED_HOSTS)
    return len(origins) == 1 and bool(validator.valid_origin(urlsplit(origins[0])))


def _epoch(scope: Scope) -> uuid.UUID | None:
    try:
        return uuid.UUID(_asked(scope, "epoch"))
    except ValueError:
        return None


def _asked(scope: Scope, name: str) -> str:
    query: bytes = scope["query_string"]
    return parse_qs(query.decode("latin1")).get(name, [""])[0]
