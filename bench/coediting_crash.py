"""20 pairs type, the socket process is killed with -9, twenty times: `python -m bench.coediting_crash`.

On PostgreSQL and on SQLite. With --restart-database PostgreSQL itself is restarted instead, every other time by a
crash, while the socket process stays. Exits 1 when anything acknowledged is lost or doubled, or two pages of a pair
disagree.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from collections.abc import Callable
from functools import partial

import django

from bench import stack
from dev.services import PostgreSQL
from dev.steps import ROOT, step

HEADINGS = ("database", "pairs", "kills", "acknowledged", "lost", "undeleted", "doubled", "diverged")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="only this one")
    parser.add_argument("--restart-database", action="store_true", help="PostgreSQL only")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        # Each database in a process of its own, because Django reads its settings once.
        names = [options.database] if options.database else ["postgresql", "sqlite"]
        names = ["postgresql"] if options.restart_database else names
        return max(_in_a_process_of_its_own(name, options) for name in names)
    if options.database == "sqlite":
        return _run("", options, [])
    server = PostgreSQL(survives_crashes=True)
    try:
        server.start()
        return _run(server.url, options, [partial(server.restart, mode) for mode in ("fast", "immediate")])
    finally:
        server.stop()


def _in_a_process_of_its_own(database: str, options: argparse.Namespace) -> int:
    words = ["--inside", "--database", database, "--pairs", str(options.pairs), "--rounds", str(options.rounds)]
    words += ["--restart-database"] if options.restart_database else []
    return subprocess.run([sys.executable, "-m", "bench.coediting_crash", *words], cwd=ROOT, check=False).returncode


def _run(database_url: str, options: argparse.Namespace, losses: list[Callable[[], None]]) -> int:
    with stack.portal(database_url) as portal:
        settings = portal.environment(HTTPS="0", DATABASE_URL=portal.database_url)
        os.environ.update(settings | {"DJANGO_SETTINGS_MODULE": "portal.settings"})
        django.setup()
        return _measure(portal, settings, options, losses)


def _measure(
    portal: stack.Stack, settings: dict[str, str], options: argparse.Namespace, losses: list[Callable[[], None]]
) -> int:
    # These need Django to be set up.
    from tests.agreements.builders import make_pair
    from tests.agreements.collaboration.crashes import (
        crash_again_and_again,
        lose_the_database_again_and_again,
    )
    from tests.agreements.collaboration.servers import SocketServer

    with step(f"{options.pairs} pairs, {options.rounds} {'restarts' if options.restart_database else 'kills'}"):
        pairs = [make_pair(f"p{number}-") for number in range(options.pairs)]
        server = SocketServer(portal.database_url, portal.folder, **settings)
        if options.restart_database:
            of_each_round = [losses[number % len(losses)] for number in range(options.rounds)]
            found = lose_the_database_again_and_again(pairs, server, of_each_round)
        else:
            found = crash_again_and_again(pairs, server, options.rounds)
    counts = [found.acknowledged, len(found.lost), len(found.undeleted), len(found.doubled), len(found.diverged)]
    row = [options.database, *map(str, [options.pairs, found.crashes, *counts])]
    print("".join(f"{heading:>14}" for heading in HEADINGS))
    print("".join(f"{cell:>14}" for cell in row), flush=True)
    print("  aims reached" if found.is_clean else "  AN AIM WAS MISSED", flush=True)
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
