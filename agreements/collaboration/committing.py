"""The one thread of a process that writes to the log, many edits at a time.

It waits a moment after the first edit, takes all that has come, and commits it in one transaction, documents in the
order of their numbers so that two processes never wait for each other. Only then is anything acknowledged.
"""

from __future__ import annotations

import logging
import queue
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from django.db import Error, connection, transaction

from agreements.collaboration.document import EMPTY_UPDATE, merge
from agreements.collaboration.rooms import Peer, Room
from agreements.collaboration.writing import Log, Row, insert, take_numbers

logger = logging.getLogger(__name__)

LINGER = 0.01
LARGEST_BATCH = 5000


@dataclass(frozen=True, slots=True)
class Edit:
    """A content message on its way to the log. `token` is its number on the room's in-flight list."""

    room: Room
    peer: Peer
    member_id: int
    number: int
    update: bytes
    token: int | None


@dataclass(slots=True)
class Outcome:
    """What became of the edits of one document. `rows` are committed, as the numbers `first` to `last`."""

    room: Room
    edits: Sequence[Edit]
    rows: Sequence[Row] = field(default_factory=list)
    last: int = 0
    is_frozen: bool = False
    has_failed: bool = False

    @property
    def first(self) -> int:
        return self.last - len(self.rows) + 1


class Committer:
    """`put` from the event loop; `tell` is called in the thread with the outcomes of each batch."""

    def __init__(self, tell: Callable[[list[Outcome]], None]) -> None:
        self._tell = tell
        self._queue: queue.SimpleQueue[Edit] = queue.SimpleQueue()
        threading.Thread(target=self._run, name="committer", daemon=True).start()

    def put(self, edit: Edit) -> None:
        self._queue.put(edit)

    def _run(self) -> None:
        while True:
            edits = self._next_batch()
            try:
                outcomes = commit(edits)
            except Exception:
                # The thread must outlive whatever happens; nothing of this batch is acknowledged.
                logger.exception("co-editing: a batch of %d failed", len(edits))
                outcomes = [_failed(group) for group in _by_document(edits)]
            self._tell(outcomes)

    def _next_batch(self) -> list[Edit]:
        edits = [self._queue.get()]
        time.sleep(LINGER)
        while len(edits) < LARGEST_BATCH:
            try:
                edits.append(self._queue.get_nowait())
            except queue.Empty:
                break
        return edits


def commit(edits: Sequence[Edit]) -> list[Outcome]:
    """Everything in one transaction. If that fails, each document by itself, so that one cannot hold up the others."""
    groups = _by_document(edits)
    try:
        with transaction.atomic():
            return _store(groups)
    except Error:
        logger.warning("co-editing: %d documents could not be stored together", len(groups), exc_info=True)
        connection.close()
    return [_commit_alone(group) for group in groups]


def _by_document(edits: Sequence[Edit]) -> list[list[Edit]]:
    ordered = sorted(edits, key=_document)
    return [list(group) for _, group in groupby(ordered, key=_document)]


def _document(edit: Edit) -> Log:
    return edit.room.document_id, edit.room.epoch


def _commit_alone(edits: Sequence[Edit]) -> Outcome:
    try:
        with transaction.atomic():
            return _store([edits])[0]
    except Error:
        logger.exception("co-editing: document %s could not be stored", edits[0].room.document_id)
        connection.close()
        return _failed(edits)


def _failed(edits: Sequence[Edit]) -> Outcome:
    return Outcome(edits[0].room, edits, has_failed=True)


def _store(groups: Sequence[Sequence[Edit]]) -> list[Outcome]:
    """The same few statements for any number of documents."""
    outcomes = {_document(edits[0]): Outcome(edits[0].room, edits, _rows(edits)) for edits in groups}
    wanted = {log: len(outcome.rows) for log, outcome in outcomes.items() if outcome.rows}
    heads = take_numbers(wanted)
    for log in wanted:
        outcome = outcomes[log]
        if log in heads:
            outcome.last = heads[log]
        else:
            outcome.rows, outcome.is_frozen = (), True
    insert((log[0], last, outcomes[log].rows) for log, last in heads.items())
    return list(outcomes.values())


def _rows(edits: Sequence[Edit]) -> list[Row]:
    """One row a person."""
    written: dict[int, list[bytes]] = {}
    for edit in edits:
        if edit.update != EMPTY_UPDATE:
            written.setdefault(edit.member_id, []).append(edit.update)
    return [row for member_id, updates in written.items() for row in _merged(member_id, updates)]


def _merged(member_id: int, updates: Sequence[bytes]) -> list[Row]:
    try:
        return [Row(member_id, merge(updates))]
    except ValueError:
        return [Row(member_id, update) for update in updates]
