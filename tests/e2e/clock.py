"""A clock for a whole year: the server in this process, the real worker and the real beat all go by it.

Nobody can wait for February. When the clock is moved, worker and beat are stopped and started again as they would be on
that day; beat finds in its own file what it has missed since it was last there, and does it at once.
"""

from __future__ import annotations

import datetime as dt
import time
from functools import partial
from pathlib import Path

import time_machine

from portal.core.formats import STOCKHOLM
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from tests.services.processes import Program, environment, wait_until
from tests.services.servers import procfile_command

# What a machine under load may take for what takes a second or two on an idle one.
PATIENCE = 150.0
READY = {"worker": " ready.", "beat": "beat: Starting..."}


class Clock:
    """Where all of them stand in time. Between two moves it ticks as any clock does."""

    def __init__(self, database_url: str, folder: Path, site: str) -> None:
        # Nobody asks Kolada for key figures here, which beat would when a month has passed.
        extra = {
            "VAR_DIR": str(folder),
            "MAIL_SWEEP_SECONDS": "1",
            "SITE_URL": site,
            "KOLADA_URL": "http://127.0.0.1:9",
        }
        self._env = environment(database_url, **extra)
        self._folder = folder
        self._here: time_machine.travel | None = None
        self._programs: dict[str, Program] = {}

    def move_to(self, moment: str, *, with_worker: bool = True) -> None:
        """ "2027-02-01 09:00", in Sweden. Without worker and beat nothing happens by itself, and no mail leaves."""
        if self._programs:
            wait_until(_all_mail_has_left, "every mail is sent", timeout=PATIENCE)
        self.stop()
        now = dt.datetime.now(dt.UTC)
        ahead = dt.datetime.fromisoformat(moment).replace(tzinfo=STOCKHOLM) - now
        self._here = time_machine.travel(now + ahead, tick=True)
        self._here.start()
        # It begins to tick when it is first asked.
        time.time()
        if with_worker:
            self._start(ahead.total_seconds())

    def _start(self, ahead: float) -> None:
        """The worker first: what beat sends to nobody is dropped after a second."""
        for name in READY:
            command = ["python", "-m", "tests.e2e.ahead", str(ahead), *procfile_command(name)]
            self._programs[name] = Program(command, self._folder / f"{name}.log", self._env)
            self._programs[name].start()
            wait_until(partial(self._is_ready, name), f"{name} is ready", timeout=PATIENCE)

    def _is_ready(self, name: str) -> bool:
        program = self._programs[name]
        assert program.running, program.output
        return READY[name] in program.output

    def stop(self) -> None:
        """The worker finishes what it has in hand; the time is the true one again."""
        for program in self._programs.values():
            program.stop()
        self._programs.clear()
        if self._here is not None:
            self._here.stop()
            self._here = None


def _all_mail_has_left() -> bool:
    return not OutgoingMail.objects.exclude(state=MailState.SENT).exists()
