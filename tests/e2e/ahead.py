"""Celery with its clock so many seconds ahead: `python -m tests.e2e.ahead 86400 celery -A portal worker`."""

from __future__ import annotations

import datetime as dt
import sys
import time

import time_machine


def _run() -> None:
    seconds, *command = sys.argv[1:]
    time_machine.travel(dt.datetime.now(dt.UTC) + dt.timedelta(seconds=float(seconds)), tick=True).start()
    # It begins to tick when it is first asked.
    time.time()
    sys.argv = command
    from celery.__main__ import main  # noqa: PLC0415 - only once the clock is moved

    main()


if __name__ == "__main__":
    _run()
