"""20 pairs type, the socket process is killed with -9, twenty times: `python -m bench.coediting_crash`.

On PostgreSQL and on SQLite. Exits 1 when anything acknowledged is lost or doubled, or two pages of a pair disagree.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import django

from bench import stack
from dev.steps import ROOT, step

HEADINGS = ("database", "pairs", "kills", "acknowledged", "lost", "undeleted", "doubled", "diverged")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=["postgresql", "sqlite"], help="only this one")
    parser.add_argument("--inside", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not options.inside:
        # Each database in a process of its own, because Django reads its settings once.
        names = [options.database] if options.database else ["postgresql", "sqlite"]
        return max(_in_a_process_of_its_own(name, options) for name in names)
    if options.database == "sqlite":
        return _run("", options)
    with stack.postgresql() as databases:
        return _run(databases["samspel"], options)


def _in_a_process_of_its_own(database: str, options: argparse.Namespace) -> int:
    words = ["--inside", "--database", database, "--pairs", str(options.pairs), "--rounds", str(options.rounds)]
    return subprocess.run([sys.executable, "-m", "bench.coediting_crash", *words], cwd=ROOT, check=False).returncode


def _run(database_url: str, options: argparse.Namespace) -> int:
    with stack.portal(database_url) as portal:
        settings = portal.environment(HTTPS="0", DATABASE_URL=portal.database_url)
        os.environ.update(settings | {"DJANGO_SETTINGS_MODULE": "portal.settings"})
        django.setup()
        return _measure(portal, settings, options)


def _measure(portal: stack.Stack, settings: dict[str, str], options: argparse.Namespace) -> int:
    # These need Django to be set up.
    from tests.agreements.builders import make_pair  # noqa: PLC0415
    from tests.agreements.collaboration.crashes import crash_again_and_again  # noqa: PLC0415
    from tests.agreements.collaboration.servers import SocketServer  # noqa: PLC0415

    with step(f"{options.pairs} pairs, {options.rounds} kills"):
        pairs = [make_pair(f"p{number}-") for number in range(options.pairs)]
        server = SocketServer(portal.database_url, portal.folder, **settings)
        found = crash_again_and_again(pairs, server, options.rounds)
    counts = [found.acknowledged, len(found.lost), len(found.undeleted), len(found.doubled), len(found.diverged)]
    row = [options.database, *map(str, [options.pairs, found.crashes, *counts])]
    print("".join(f"{heading:>14}" for heading in HEADINGS))
    print("".join(f"{cell:>14}" for cell in row), flush=True)
    print("  aims reached" if found.is_clean else "  AN AIM WAS MISSED", flush=True)
    return 0 if found.is_clean else 1


if __name__ == "__main__":
    sys.exit(main())
