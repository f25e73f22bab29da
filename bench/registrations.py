"""Complete registrations a second, and pages a second, beside a bare Django project: `python -m bench.registrations`.

Both run behind the same gunicorn (production's configuration) on the same PostgreSQL, in turns, in one run.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import dataclass
from functools import partial

from bench import stack, visitors
from bench.bare.server import LONG_FORM, PAGE, SHORT_FORM, bare_server
from bench.load import Figures, Unit, measure

AIM_FORM, AIM_PAGE = 0.5, 0.35


@dataclass(frozen=True)
class Contest:
    """Ours beside the yardstick: what one unit of work is on each side, and how much of its rate we aim at."""

    title: str
    ours: Unit
    bare: Unit
    aim: float | None


BARE_PAGE = visitors.look_at(PAGE)
BARE_FORM = partial(visitors.register, path=LONG_FORM)
CONTESTS = [
    Contest("registration (3 requests)", visitors.register, BARE_FORM, AIM_FORM),
    Contest("… beside a form without the list", visitors.register, partial(visitors.register, path=SHORT_FORM), None),
    Contest("start page", visitors.look_at("/"), BARE_PAGE, AIM_PAGE),
    Contest("programme page", visitors.look_at("/program/toppolitikerprogrammet/"), BARE_PAGE, AIM_PAGE),
    Contest("form page", visitors.look_at(visitors.FORM), BARE_PAGE, AIM_PAGE),
]


@dataclass
class Side:
    port: int
    unit: Unit
    rounds: list[Figures]

    def run(self, *, clients: int, seconds: float) -> None:
        self.rounds.append(measure(self.port, self.unit, clients=clients, seconds=seconds))

    @property
    def rate(self) -> float:
        return statistics.median(figures.rate for figures in self.rounds)

    def percentile(self, percent: int) -> float:
        return statistics.median(figures.percentile(percent) for figures in self.rounds)

    @property
    def errors(self) -> list[str]:
        return [error for figures in self.rounds for error in figures.errors]


def fight(contest: Contest, ports: tuple[int, int], options: argparse.Namespace) -> tuple[Side, Side]:
    """A B A B …, after one short round each that is thrown away."""
    sides = Side(ports[0], contest.ours, []), Side(ports[1], contest.bare, [])
    for side in sides:
        measure(side.port, side.unit, clients=options.clients, seconds=1)
    for _round in range(options.rounds):
        for side in sides:
            side.run(clients=options.clients, seconds=options.seconds)
    return sides


def show(contest: Contest, ours: Side, bare: Side) -> bool:
    """Print one line; False when an aim was missed or anything went wrong."""
    ratio = ours.rate / bare.rate
    errors = [*ours.errors, *bare.errors]
    reached = not errors and (contest.aim is None or ratio >= contest.aim)
    aim = "" if contest.aim is None else f"aim {contest.aim:.2f} {'reached' if reached else 'MISSED'}"
    figures = "".join(f"{side.rate:9.1f}{side.percentile(50):8.1f}{side.percentile(95):8.1f}" for side in (ours, bare))
    print(f"{contest.title:<34}{figures}{ratio:8.2f}  {aim}", flush=True)
    for error in errors[:3]:
        print(f"    {len(errors)} errors: {error}")
    return reached


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=4)
    options = parser.parse_args()
    with stack.postgresql("bare") as databases, stack.portal(databases["samspel"]) as portal:
        server = portal.web()
        with stack.running(server), bare_server(portal, databases["bare"]) as bare_port:
            print(f"\n{'per second and ms':<34}{'ours':>9}{'p50':>8}{'p95':>8}{'bare':>9}{'p50':>8}{'p95':>8}   ratio")
            results = [show(contest, *fight(contest, (server.port, bare_port), options)) for contest in CONTESTS]
    return 0 if all(results) else 1


if __name__ == "__main__":
    sys.exit(main())
