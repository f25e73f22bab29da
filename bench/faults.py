"""300 registrations while the worker, Redis and the mail server are hurt again and again: `python -m bench.faults`.

On PostgreSQL and on SQLite, each with production's own processes. Exits 1 when an aim is missed.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys

import django

from bench import stack
from dev.services import free_port
from dev.steps import ROOT, step

MOST_TWICE_IN_A_HUNDRED = 1
LONGEST_REQUEST = 4.0
HEADINGS = ("database", "registrations", "lost", "mails lost", "twice", "other id", "5xx/4xx", "kills", "worst s")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--number", type=int, default=300)
    parser.add_argument("--pause", type=float, default=0.6, help="seconds between the registrations of one visitor")
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
    words = ["--inside", "--database", database, "--number", str(options.number), "--pause", str(options.pause)]
    return subprocess.run([sys.executable, "-m", "bench.faults", *words], cwd=ROOT, check=False).returncode


def _run(database_url: str, options: argparse.Namespace) -> int:
    with stack.portal(database_url, smtp_port=free_port()) as portal:
        os.environ.update(
            portal.environment(DATABASE_URL=portal.database_url, DJANGO_SETTINGS_MODULE="portal.settings")
        )
        django.setup()
        return _measure(portal, options)


def _measure(portal: stack.Stack, options: argparse.Namespace) -> int:
    # These need Django to be set up.
    from tests.programs.faults import IN_A_HURRY, Reckoning, Saboteur, register_under_faults
    from tests.services.smtp import SmtpServer

    def passes(found: Reckoning) -> bool:
        few = len(found.twice) * 100 <= options.number * MOST_TWICE_IN_A_HUNDRED
        nothing = not (found.lost or found.confirmations_lost or found.twice_with_another_id or found.faulty_answers)
        return nothing and few and found.worst_request < LONGEST_REQUEST and len(found.promised) == options.number

    smtp, web = SmtpServer(portal.smtp_port), portal.web(**IN_A_HURRY)
    worker, beat = portal.worker(**IN_A_HURRY), portal.beat(**IN_A_HURRY)
    smtp.start()
    title = f"{options.number} registrations under faults"
    try:
        with stack.running(web), stack.running(worker), stack.running(beat), step(title):
            saboteur = Saboteur(worker, portal.redis, smtp)
            found = register_under_faults(options.number, web.url, saboteur, pause=options.pause)
    finally:
        smtp.stop()
    counts = [len(found.promised), len(found.lost), len(found.confirmations_lost), len(found.twice)]
    counts += [len(found.twice_with_another_id), found.faulty_answers.total(), found.kills]
    row = [options.database, *map(str, counts), f"{found.worst_request:.2f}"]
    print("".join(f"{heading:>15}" for heading in HEADINGS))
    print("".join(f"{cell:>15}" for cell in row), flush=True)
    print("  aims reached" if passes(found) else "  AN AIM WAS MISSED", flush=True)
    return 0 if passes(found) else 1


if __name__ == "__main__":
    sys.exit(main())
