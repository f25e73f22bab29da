"""Append to the log of a document: the only way that anything gets into one.

The document's row gives the numbers and is held until the rows behind them are committed. So the numbers are free of
gaps in the order of the commits, and whoever locked the row to freeze the document is waited for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeVar

from django.db import connection, transaction
from django.utils import timezone

from agreements.collaboration import hints
from agreements.collaboration.document import get_state
from agreements.models import Document, Update


@dataclass(frozen=True, slots=True)
class Frozen:
    """The document takes nothing more: both have approved it, or a new draft began, or it is gone."""


@dataclass(frozen=True, slots=True)
class Row:
    """What one person wrote."""

    member_id: int | None
    data: bytes


# A document as it is in one epoch: an edit that was meant for another one never gets in.
Log = tuple[int, uuid.UUID]

Thing = TypeVar("Thing")
FROZEN = Frozen()
PLACES = "(%s, %s, %s, %s, %s)"
# SQLite counts the values of a statement; for the others a batch is one, because each statement more is a wait.
MOST_ROWS, MOST_ROWS_ON_SQLITE = 5000, 150


@transaction.atomic
def append(document_id: int, member_id: int | None, updates: Sequence[bytes]) -> int | Frozen:
    """Store the updates, tell the open pages, and give the document's newest number.

    One that is no update is a ValueError, and nothing is stored.
    """
    for update in updates:
        get_state(update)
    document = Document.objects.get(pk=document_id)
    head = store(document_id, document.epoch, [Row(member_id, update) for update in updates])
    if not isinstance(head, Frozen):
        hints.written(document.epoch, head, updates)
    return head


def store(document_id: int, epoch: uuid.UUID, rows: Sequence[Row]) -> int | Frozen:
    """The rows, which were looked at before, into the log of that epoch. Call it inside a transaction."""
    log = (document_id, epoch)
    heads = take_numbers({log: len(rows)})
    if log not in heads:
        return FROZEN
    insert([(document_id, heads[log], rows)])
    return heads[log]


def insert(batches: Iterable[tuple[int, int, Sequence[Row]]]) -> None:
    """The rows of each document, the last of them under the number that it has now.

    Written by hand: making a model of each row, and asking each of its fields, costs more than SQLite's own work.
    """
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    values = [
        (document_id, head - len(rows) + place, row.member_id, now, row.data)
        for document_id, head, rows in batches
        for place, row in enumerate(rows, start=1)
    ]
    table = connection.ops.quote_name(Update._meta.db_table)
    statement = f"INSERT INTO {table} (document_id, seq, member_id, created_at, data) VALUES "  # noqa: S608 - ours
    with connection.cursor() as cursor:
        for some in _portions(values):
            cursor.execute(statement + ", ".join([PLACES] * len(some)), [value for row in some for value in row])


def take_numbers(wanted: Mapping[Log, int]) -> dict[Log, int]:
    """The newest of so many numbers in each log; one that takes nothing is missing. The rows are held until the commit.

    One statement however many the documents are: each answer of the database is a wait for Python's lock, behind all
    that the event loop does.
    """
    heads: dict[Log, int] = {}
    for logs in _portions(sorted(wanted)):
        heads |= _raise_heads({log: wanted[log] for log in logs})
    return heads


def _portions(things: Sequence[Thing]) -> Iterator[Sequence[Thing]]:
    size = MOST_ROWS_ON_SQLITE if connection.vendor == "sqlite" else MOST_ROWS
    for start in range(0, len(things), size):
        yield things[start : start + size]


def _raise_heads(wanted: Mapping[Log, int]) -> dict[Log, int]:
    """By hand: Django's update() can neither take a number for each row nor return what it wrote.

    Rows are locked in the order of their numbers, so that two processes never wait for each other. Whoever is waited
    for may freeze the document or begin a new draft: the row is then looked at again, as it has become.
    """
    table, lock = connection.ops.quote_name(Document._meta.db_table), ""
    if connection.features.has_select_for_no_key_update:
        lock = connection.ops.for_update_sql(no_key=True)
    epochs = Document._meta.get_field("epoch")
    ids = [document_id for document_id, _epoch in wanted]
    rows = [(log[0], epochs.get_db_prep_value(log[1], connection), count) for log, count in wanted.items()]
    # Only the name of our table, a clause of Django's and the places of the parameters are put together here.
    statement = (
        f"WITH held AS (SELECT id AS held_id, epoch AS held_epoch FROM {table} "  # noqa: S608 - see above
        f"WHERE id IN ({', '.join(['%s'] * len(ids))}) AND frozen_version_id IS NULL ORDER BY id {lock}) "
        f"UPDATE {table} SET head_seq = head_seq + taken.column3 "
        f"FROM held JOIN (VALUES {', '.join(['(%s, %s, %s)'] * len(rows))}) AS taken "
        "ON held_id = taken.column1 AND held_epoch = taken.column2 WHERE id = held_id RETURNING id, epoch, head_seq"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*ids, *(value for row in rows for value in row)])
        return {(document_id, epochs.to_python(epoch)): head for document_id, epoch, head in cursor.fetchall()}
