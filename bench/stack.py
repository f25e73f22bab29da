"""What the benchmarks measure: production's own processes on throw-away services, all of it gone afterwards."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from dev.services import PostgreSQL, free_port
from dev.steps import ROOT, step
from tests.services.processes import Program, environment
from tests.services.redis import RedisServer
from tests.services.servers import CeleryBeat, CeleryWorker, ProductionServer, collect_static, production_settings

# Shared by the processes under load and by the clients, which make their captcha proofs with it.
SECRET_KEY = "only-for-benchmarks-and-long-enough-for-every-check-0123456789"
MAIL_SENDER = "Samspel <samspel@example.se>"


@dataclass
class Stack:
    """A portal that is ready to be measured: its database, its folder, and where Redis and the mail server are."""

    database_url: str
    folder: Path
    redis: RedisServer
    smtp_port: int

    def environment(self, **extra: str) -> dict[str, str]:
        """The settings that all processes of the portal share."""
        return {
            **production_settings(self.folder / "static"),
            "SECRET_KEY": SECRET_KEY,
            "VAR_DIR": str(self.folder),
            "REDIS_URL": self.redis.url,
            "EMAIL_HOST": "127.0.0.1",
            "EMAIL_PORT": str(self.smtp_port),
            "DEFAULT_FROM_EMAIL": MAIL_SENDER,
            "TRUSTED_PROXIES": "127.0.0.1",
            **extra,
        }

    def web(self, **extra: str) -> ProductionServer:
        return ProductionServer(self.database_url, self.folder, self.folder / "static", **self.environment(**extra))

    def worker(self, **extra: str) -> CeleryWorker:
        return CeleryWorker(self.database_url, self.folder, **self.environment(**extra))

    def beat(self, **extra: str) -> CeleryBeat:
        return CeleryBeat(self.database_url, self.folder, **self.environment(**extra))

    def manage(self, *arguments: str) -> None:
        command = [sys.executable, "manage.py", *arguments]
        env = environment(self.database_url, **self.environment())
        subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)


@contextmanager
def running(program: Program) -> Iterator[Program]:
    program.start()
    try:
        yield program
    finally:
        program.stop()


@contextmanager
def postgresql(*databases: str) -> Iterator[dict[str, str]]:
    """A throw-away PostgreSQL, and the address of each database in it."""
    server = PostgreSQL()
    try:
        with step("PostgreSQL"):
            server.start()
            _create(server.url, databases)
        yield {name: server.url.replace("/samspel", f"/{name}") for name in ("samspel", *databases)}
    finally:
        server.stop()


def _create(url: str, databases: tuple[str, ...]) -> None:
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in databases:
            cursor.execute(f"CREATE DATABASE {name}")
    connection.close()


@contextmanager
def portal(database_url: str, *, smtp_port: int | None = None) -> Iterator[Stack]:
    """A migrated portal with its reference data and static files, and a Redis that runs."""
    with ExitStack() as resources:
        folder = Path(resources.enter_context(tempfile.TemporaryDirectory(prefix="samspel-bench-")))
        url = database_url or f"sqlite:///{folder / 'bench.sqlite3'}"
        redis = RedisServer(free_port(), folder)
        resources.enter_context(running(redis))
        stack = Stack(url, folder, redis, smtp_port or free_port())
        with step("tables, reference data, static files"):
            stack.manage("migrate", "--verbosity", "0")
            stack.manage("load_reference_data")
            (folder / "static").mkdir()
            with _exported(stack.environment()):
                collect_static(folder / "static")
        yield stack


@contextmanager
def _exported(variables: Mapping[str, str]) -> Iterator[None]:
    before = dict(os.environ)
    os.environ.update(variables)
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def on_both_databases(module: str, description: str | None, rounds: int, measure: Callable[[int], int]) -> int:
    """The command line of a script that measures questions to the database: `measure` on SQLite and on PostgreSQL, each
    in a process of its own, because Django knows one database for as long as a process lives. The worse result."""
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.inside:
        return measure(options.rounds)
    with tempfile.TemporaryDirectory(prefix="samspel-bench-") as folder, postgresql() as servers:
        urls = {"SQLite": f"sqlite:///{Path(folder) / 'bench.sqlite3'}", "PostgreSQL": servers["samspel"]}
        return max([_in_a_process(module, name, url, folder, options.rounds) for name, url in urls.items()])


def _in_a_process(module: str, name: str, url: str, folder: str, rounds: int) -> int:
    settings = {"DATABASE_URL": url, "VAR_DIR": folder, "SECRET_KEY": SECRET_KEY, "DEBUG": "1"}
    env = os.environ | settings | {"DJANGO_SETTINGS_MODULE": "portal.settings"}
    print(f"{name}:", flush=True)
    command = [sys.executable, "-m", module, "--inside", "--rounds", str(rounds)]
    return subprocess.run(command, cwd=ROOT, env=env, check=False).returncode
