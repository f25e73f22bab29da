"""`make run`: Redis, mailbox, worker, beat and web under one supervisor, until Ctrl-C."""

import os
import shlex
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from types import FrameType

from honcho.environ import parse_procfile
from honcho.manager import Manager
from honcho.printer import Message, Printer

from dev import settings_file
from dev.database import LOG_IN
from dev.services import free_port, is_free, redis_command
from dev.steps import ROOT, VAR, stop

HOST = os.environ.get("HOST", "127.0.0.1")
PORT = os.environ.get("PORT", "8000")
ADDRESS = f"http://localhost:{PORT}"
# The address is shown after so many seconds without a line from any process, or after so many in all.
QUIET, LONGEST_NOISE = 1.5, 15.0
STOPPED_BY_HAND = {128 + signal.SIGINT, 128 + signal.SIGTERM}


def main() -> None:
    if not PORT.isdecimal() or not 0 < int(PORT) < 65536:
        stop(f"PORT is {PORT!r}, which is no port number.")
    if not is_free(int(PORT), HOST):
        stop(f"port {PORT} is in use. Choose another one: PORT={int(PORT) + 1} make run")
    given_redis = os.environ.get("REDIS_URL")
    redis_port = free_port()
    environment = _environment(given_redis or f"redis://127.0.0.1:{redis_port}/0")
    if subprocess.run([sys.executable, "-m", "dev.database"], cwd=ROOT, env=environment, check=False).returncode != 0:
        stop("the database could not be prepared; the reason stands above.")
    sys.exit(_supervise(environment, None if given_redis else redis_command(redis_port, VAR / "redis")))


def _environment(redis_url: str) -> dict[str, str]:
    chosen = {
        "VAR_DIR": str(VAR),
        "SITE_URL": ADDRESS,
        "REDIS_URL": redis_url,
        "STAFF_EMAILS": "kansli@samspel.example",
        "EMAIL_HOST": "127.0.0.1",
        "EMAIL_PORT": str(free_port()),
        "UVICORN_HOST": HOST,
        "UVICORN_PORT": PORT,
        "PYTHONUNBUFFERED": "1",
        # Celery's advice against root, ten lines long; on a throw-away machine there is nobody else to be.
        "PYTHONWARNINGS": "ignore:You're running the worker with superuser",
    }
    path = f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return chosen | settings_file.read() | os.environ | {"PATH": path, "VAR_DIR": str(VAR)}


def _supervise(environment: dict[str, str], redis: list[str] | None) -> int:
    """When one process ends all do; nothing is left behind."""
    printer = QuietAwarePrinter(sys.stdout)
    manager = Manager(printer)
    commands = dict(parse_procfile((ROOT / "Procfile").read_text()).processes)
    if redis:
        commands = {"redis": shlex.join(redis)} | commands
    for name, command in commands.items():
        # exec: the shell that starts a command must not stand between it and the signals.
        manager.add_process(name, f"exec {command}", env=environment, cwd=str(ROOT))
    signal.signal(signal.SIGHUP, _terminal_closed)
    threading.Thread(target=_welcome, args=(printer,), daemon=True).start()
    manager.loop()
    code = int(manager.returncode or 0)
    return 0 if code in STOPPED_BY_HAND else code


def _terminal_closed(_signal: int, _frame: FrameType | None) -> None:
    os.kill(os.getpid(), signal.SIGTERM)


class QuietAwarePrinter(Printer):
    """Knows when the processes last said something."""

    last_line = 0.0

    def write(self, message: Message) -> None:
        self.last_line = time.monotonic()
        super().write(message)


def _welcome(printer: QuietAwarePrinter) -> None:
    """Once the portal answers, but below the noise of the start, where somebody finds it."""
    latest = time.monotonic() + LONGEST_NOISE
    while not _answers() or (time.monotonic() < latest and time.monotonic() - printer.last_line < QUIET):
        time.sleep(0.2)
    print(f"\n{LOG_IN.read_text().rstrip()}\n\n  Samspel answers at {ADDRESS}   (Ctrl-C stops it)\n", flush=True)


def _answers() -> bool:
    try:
        urllib.request.urlopen(f"http://127.0.0.1:{PORT}/halsa/live", timeout=5).close()
    except urllib.error.HTTPError as error:
        error.close()
    except OSError:
        return False
    return True


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
