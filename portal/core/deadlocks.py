"""Two transactions that wait for each other's rows. PostgreSQL ends one of them, and that one may be tried again."""

from __future__ import annotations

from django.db import OperationalError

# https://www.postgresql.org/docs/15/errcodes-appendix.html: deadlock_detected
DEADLOCK = "40P01"


def is_deadlock(error: OperationalError) -> bool:
    """Whether the database ended the transaction so that another one could go on. SQLite has one writer and none."""
    return getattr(error.__cause__, "pgcode", "") == DEADLOCK
