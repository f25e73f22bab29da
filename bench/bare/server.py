"""Starts the yardstick."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from bench import stack
from dev.services import free_port
from dev.steps import ROOT, step
from tests.services.processes import Program, environment, wait_until

PAGE, LONG_FORM, SHORT_FORM = "/page/", "/form/", "/short/"


@contextmanager
def bare_server(portal: stack.Stack, database_url: str) -> Iterator[int]:
    """The bare project under the same gunicorn configuration. Yields its port."""
    port = free_port()
    env = environment(database_url, **portal.environment(PORT=str(port)))
    with step("the bare project"):
        subprocess.run([sys.executable, "-m", "bench.bare.prepare"], cwd=ROOT, env=env, check=True)
    server = Program(["gunicorn", "bench.bare.wsgi:application"], portal.folder / "bare.log", env)
    with stack.running(server):
        wait_until(lambda: "Listening at" in server.output, "the bare project listens")
        yield port
