"""Actions that begin at the same moment, each in a thread with a database connection of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

from django.db import connection

Result = TypeVar("Result")


def all_at_once(actions: Iterable[Callable[[], Result]]) -> list[Result | Exception]:
    """What each action returned, or the exception that it ended with, in their order."""
    waiting = list(actions)
    barrier = Barrier(len(waiting))

    def run(action: Callable[[], Result]) -> Result | Exception:
        try:
            barrier.wait(timeout=30)
            return action()
        except Exception as error:  # noqa: BLE001 - the test judges it
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(waiting)) as pool:
        return list(pool.map(run, waiting))
