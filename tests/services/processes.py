"""Programs of ours and of others that tests start, hurt and stop."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from dev.steps import ROOT

SLOWEST_START = 30.0
SLOWEST_STOP = 10.0


def wait_until(condition: Callable[[], bool], what: str, *, timeout: float = SLOWEST_START) -> None:
    """Ask again and again, quickly; a test never sleeps for a fixed time."""
    deadline = time.monotonic() + timeout
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError(f"Waited {timeout:.0f} s in vain: {what}")
        time.sleep(0.02)


def environment(database_url: str, **extra: str) -> dict[str, str]:
    """What a process of ours needs to work on the test database."""
    inherited = {name: value for name, value in os.environ.items() if name != "DJANGO_ALLOW_ASYNC_UNSAFE"}
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return inherited | {"DATABASE_URL": database_url, "PATH": path, "PYTHONUNBUFFERED": "1"} | extra


class Program:
    """One subprocess with its children in a group of their own, its output in a file."""

    def __init__(self, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None) -> None:
        # Whatever becomes of pytest, nothing that it started outlives it.
        self._command = ["setpriv", "--pdeathsig", "KILL", *command]
        self._env = env
        self.log = log
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def output(self) -> str:
        return self.log.read_text(errors="replace") if self.log.exists() else ""

    def start(self) -> None:
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                self._command, cwd=ROOT, env=self._env, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
            )

    def wait_until(self, condition: Callable[[], bool], what: str) -> None:
        """Like `wait_until`, but ends at once, with the output, when the program died."""

        def done_or_dead() -> bool:
            return not self.running or condition()

        wait_until(done_or_dead, what)
        assert self.running, f"{self._command[3]} ended while waiting for: {what}\n{self.output}"

    def send(self, number: signal.Signals) -> None:
        """To the program and all its children, as a supervisor or the kernel would."""
        if self.running and self._process is not None:
            os.killpg(self._process.pid, number)

    def pause(self) -> None:
        self.send(signal.SIGSTOP)

    def resume(self) -> None:
        self.send(signal.SIGCONT)

    def kill(self) -> None:
        """As `kill -9`: no goodbye."""
        self.send(signal.SIGKILL)
        self._wait()

    def stop(self) -> None:
        """As a supervisor stops it: SIGTERM, and SIGKILL when that does not help."""
        if self._process is None:
            return
        self.resume()
        self.send(signal.SIGTERM)
        try:
            self._wait()
        except subprocess.TimeoutExpired:
            self.kill()

    def _wait(self) -> None:
        if self._process is not None:
            self._process.wait(SLOWEST_STOP)
            self._process = None
