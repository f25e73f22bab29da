"""Append to the log of a document: the only way that anything gets into one.

One UPDATE of the document's row gives the numbers and holds the row until the rows behind them are committed. So the
numbers are free of gaps in the order of the commits, and whoever locked the row to freeze the document is waited for.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

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


FROZEN = Frozen()
PLACES = "(%s, %s, %s, %s, %s)"
# SQLite counts the values of a statement.
MOST_AT_ONCE = 150


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
    head = take_numbers(document_id, epoch, len(rows))
    if head is None:
        return FROZEN
    insert([(document_id, head, rows)])
    return head


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
        for start in range(0, len(values), MOST_AT_ONCE):
            some = values[start : start + MOST_AT_ONCE]
            cursor.execute(statement + ", ".join([PLACES] * len(some)), [value for row in some for value in row])


def take_numbers(document_id: int, epoch: uuid.UUID, count: int) -> int | None:
    """The newest of so many numbers; None when the document takes nothing. Its row is held until the commit."""
    # Django's update() cannot return what it wrote, and a second query for each document of a batch is felt.
    table = connection.ops.quote_name(Document._meta.db_table)
    statement = (
        f"UPDATE {table} SET head_seq = head_seq + %s "  # noqa: S608 - the name of the table is ours
        "WHERE id = %s AND epoch = %s AND frozen_version_id IS NULL RETURNING head_seq"
    )
    stored_epoch = Document._meta.get_field("epoch").get_db_prep_value(epoch, connection)
    with connection.cursor() as cursor:
        cursor.execute(statement, [count, document_id, stored_epoch])
        row = cursor.fetchone()
    return row[0] if row else None
