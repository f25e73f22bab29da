"""One side of `bench.coediting`, in a process of its own: a number of pairs in, a line of figures out, again and again.

Each number gets a server that was just started and documents that nobody has opened before.
"""

from __future__ import annotations

import argparse
import base64
import json
import os
import sys
import tempfile
import tomllib
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import asdict
from functools import cache
from pathlib import Path

import django

from agreements.collaboration.content import Paragraph, Run, Section
from agreements.collaboration.document import genesis, merge, replace_section
from bench import stack
from bench.processes import OTHER_CORES, SERVER_CORE, go_first, started_on
from bench.typing_pairs import HERE, Served, Where, measure
from dev import stamps
from dev.frontend import find_node
from dev.services import PostgreSQL, free_port
from dev.steps import ROOT, run, step
from tests.services.processes import Program

TEMPLATE = ROOT / "agreements" / "data" / "gemensam-overenskommelse.toml"
PARAGRAPHS, WORDS = 3, 45
FOLDING_EVERY = 10
PACKAGES = [HERE / "package.json", HERE / "package-lock.json"]
# A server for so many pairs, for as long as the context lasts.
Side = Callable[[int], AbstractContextManager[Served]]


# --- The texts -------------------------------------------------------------------------------------------------------
@cache
def headings() -> tuple[str, ...]:
    return tuple(section["key"] for section in tomllib.loads(TEMPLATE.read_text())["sections"])


@cache
def filling() -> bytes:
    """What is written already when the pairs come: about a kilobyte below each heading."""
    paragraph = Paragraph((Run(" ".join(["överenskommelse"] * WORDS)),))
    updates = [genesis(headings())]
    for key in headings():
        updates.append(replace_section(updates, Section(key, key, (paragraph,) * PARAGRAPHS)))
    return merge(updates[1:])


def fragments() -> tuple[str, ...]:
    return tuple(f"s:{key}" for key in headings())


@contextmanager
def _running_alone(server: Program) -> Iterator[None]:
    """On a core of its own, as far as this machine has one."""
    with started_on(SERVER_CORE):
        server.start()
    try:
        go_first(server.pid)
        yield
    finally:
        server.stop()


# --- Ours ------------------------------------------------------------------------------------------------------------
@contextmanager
def on_sqlite(_folder: Path) -> Iterator[Side]:
    with _samspel("", None) as side:
        yield side


@contextmanager
def on_postgresql(_folder: Path) -> Iterator[Side]:
    server = PostgreSQL()
    try:
        with step("PostgreSQL"), started_on(SERVER_CORE | OTHER_CORES):
            server.start()
        go_first(server.pid)
        with _samspel(server.url, server.pid) as side:
            yield side
    finally:
        server.stop()


@contextmanager
def _samspel(database_url: str, database_pid: int | None) -> Iterator[Side]:
    with ExitStack() as resources:
        with started_on(OTHER_CORES):
            portal = resources.enter_context(stack.portal(database_url))
            # Long texts are folded meanwhile, more often than in production because a stretch is short.
            for program in (portal.worker(), portal.beat(MAIL_SWEEP_SECONDS=str(FOLDING_EVERY))):
                resources.enter_context(stack.running(program))
        settings = portal.environment(HTTPS="0", DATABASE_URL=portal.database_url)
        os.environ.update(settings | {"DJANGO_SETTINGS_MODULE": "portal.settings"})
        django.setup()
        # These need Django to be set up.
        from portal.core.models import OutgoingMail
        from tests.agreements.builders import load_rows
        from tests.agreements.collaboration.servers import SocketServer

        load_rows()

        @contextmanager
        def serve(pairs: int) -> Iterator[Served]:
            server = SocketServer(portal.database_url, portal.folder, **settings)
            with step(f"{pairs} agreements"):
                couples = [_agreement(server.url) for _ in range(pairs)]
                # Nobody waits for these letters, and the worker would try to send them all the time.
                OutgoingMail.objects.all().delete()
            with _running_alone(server):
                yield Served("samspel", server.pid, database_pid, couples)

        yield serve


def _agreement(server: str) -> tuple[Where, Where]:
    # These need Django to be set up.
    from agreements.collaboration.writing import append
    from tests.agreements.builders import begin
    from tests.agreements.collaboration.pages import ORIGIN, Page, session_of

    pair = begin(f"p{uuid.uuid4().hex[:12]}-")
    document = pair.document
    append(document.pk, pair.chair.pk, [filling()])
    pages = [Page(server, document, session_of(member)) for member in (pair.chair, pair.chief)]
    one, other = (Where(page.url, "", page.headers | {"Origin": ORIGIN}, fragments()) for page in pages)
    return one, other


# --- The other -------------------------------------------------------------------------------------------------------
@contextmanager
def on_hocuspocus(folder: Path) -> Iterator[Side]:
    _install()
    node, _npm = find_node()
    state = base64.b64encode(merge([genesis(headings()), filling()])).decode()

    @contextmanager
    def serve(pairs: int) -> Iterator[Served]:
        name, port = uuid.uuid4().hex, free_port()
        names = [f"{name}-{number}" for number in range(pairs)]
        job = folder / f"{name}.json"
        job.write_text(
            json.dumps({"port": port, "file": str(folder / f"{name}.sqlite"), "names": names, "state": state})
        )
        server = Program([str(node), str(HERE / "server.mjs"), str(job)], folder / "hocuspocus.log")
        couples = [(where, where) for where in (Where(f"ws://127.0.0.1:{port}", one, {}, fragments()) for one in names)]
        with _running_alone(server):
            server.wait_until(lambda: "listening" in server.output, "Hocuspocus listens")
            yield Served("hocuspocus", server.pid, None, couples)

    yield serve


def _install() -> None:
    """Its packages stay in a folder of their own; SQLite's is compiled when none is there for this machine."""
    node, npm = find_node()
    stamp, digest = HERE / "node_modules" / ".samspel.json", stamps.digest(PACKAGES)
    if not stamps.is_current(stamp, "packages", digest):
        with step("Hocuspocus"):
            path = f"{node.parent}{os.pathsep}{os.environ['PATH']}"
            run([*npm, "ci", "--prefix", str(HERE)], env={**os.environ, "PATH": path})
        stamps.write(stamp, packages=digest)


SIDES = {"sqlite": on_sqlite, "postgresql": on_postgresql, "hocuspocus": on_hocuspocus}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("side", choices=SIDES)
    parser.add_argument("--warm-up", type=float, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    options = parser.parse_args()
    go_first(os.getpid())
    with tempfile.TemporaryDirectory(prefix="samspel-bench-") as name:
        folder = Path(name)
        with SIDES[options.side](folder) as side:
            print(json.dumps({"ready": True}), flush=True)
            for line in sys.stdin:
                with side(int(line)) as served:
                    figures = measure(served, options.warm_up, options.seconds, folder / "clients.log")
                print(json.dumps(asdict(figures)), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
