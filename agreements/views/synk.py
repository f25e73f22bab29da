"""The shared text where sockets are blocked: the same updates into, and out of, the same log."""

from __future__ import annotations

import base64
import binascii
import json
import uuid
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import Http404, HttpRequest, JsonResponse
from django.views.decorators.http import require_POST

from agreements.collaboration.access import Closed, text_of
from agreements.collaboration.document import EMPTY_UPDATE
from agreements.collaboration.protocol import LARGEST_MESSAGE
from agreements.collaboration.writing import Frozen, append
from agreements.models import Agreement, Document, Member
from agreements.permissions import may_write
from agreements.queries.documents import read_log, rows_after
from agreements.views.access import for_members, visit

MOST_UPDATES = 200
TEXTS = {"shared": False, "silent": True}


@dataclass(frozen=True, slots=True)
class Sync:
    """What a page sends: what it wrote, and up to where it has read."""

    epoch: uuid.UUID
    since: int
    updates: tuple[bytes, ...]
    is_silent: bool


@require_POST
@for_members
def agreement_sync(request: HttpRequest, pk: uuid.UUID) -> JsonResponse:
    """Take what the page wrote and give what came since its last visit."""
    here = visit(request, pk)
    try:
        sync = _read(request.body)
    except ValueError:
        return _refuse("malformed", HTTPStatus.BAD_REQUEST)
    document = text_of(here.agreement, here.member, is_silent=sync.is_silent)
    if document is None:
        raise Http404
    if isinstance(document, Closed):
        return _refuse(document, HTTPStatus.GONE)
    return _answer(here.agreement, here.member, document, sync)


def _read(body: bytes) -> Sync:
    try:
        data: dict[str, Any] = json.loads(body)
        since, updates = data["since"], [base64.b64decode(one, validate=True) for one in data["updates"]]
        if type(since) is not int or since < 0:
            raise ValueError("since")
        return Sync(uuid.UUID(data["epoch"]), since, tuple(updates), TEXTS[data.get("text", "shared")])
    except (KeyError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
        raise ValueError("This is no synchronisation") from error


def _answer(agreement: Agreement, member: Member, document: Document, sync: Sync) -> JsonResponse:
    if document.epoch != sync.epoch:
        return _refuse("epoch", HTTPStatus.CONFLICT, epoch=str(document.epoch))
    if document.frozen_version_id is not None:
        return _refuse("frozen", HTTPStatus.CONFLICT)
    if len(sync.updates) > MOST_UPDATES or any(len(update) > LARGEST_MESSAGE for update in sync.updates):
        return _refuse("too_large", HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
    written = [update for update in sync.updates if update != EMPTY_UPDATE]
    if not may_write(agreement, member):
        # As over a socket: what a reader writes is dropped and never acknowledged.
        return _since(document, sync, acked=0)
    try:
        head = append(document.pk, member.pk, written) if written else 0
    except ValueError:
        return _refuse("malformed", HTTPStatus.BAD_REQUEST)
    if isinstance(head, Frozen):
        return _refuse("frozen", HTTPStatus.CONFLICT)
    return _since(document, sync, acked=len(sync.updates))


def _since(document: Document, sync: Sync, *, acked: int) -> JsonResponse:
    """The rows after `since`; for somebody new, and for somebody whose rows are folded, the whole as one."""
    rows = rows_after(document.pk, sync.since) if sync.since else []
    if not rows or rows[0][0] != sync.since + 1:
        document.refresh_from_db(fields=["head_seq"])
        rows = _whole(document) if sync.since < document.head_seq else []
    return JsonResponse(
        {
            "epoch": str(document.epoch),
            "head": rows[-1][0] if rows else sync.since,
            "updates": [[seq, base64.b64encode(data).decode()] for seq, data in rows],
            "acked": acked,
        }
    )


def _whole(document: Document) -> list[tuple[int, bytes]]:
    log = read_log(document.pk)
    return [(log.head_seq, update) for update in log.updates]


def _refuse(reason: str, status: HTTPStatus, **more: str) -> JsonResponse:
    return JsonResponse({"error": reason, **more}, status=status)
