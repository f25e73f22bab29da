"""Pairs that type without a pause, at our socket process and at Hocuspocus: `python -m bench.coediting`.

Real Yjs clients on real sockets, two people a document, each with 5 edits a second and as many messages of where the
cursor is. First 100, 200 and 400 pairs at every server, then as many as each can take. Exits 1 when an aim is missed.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import Any

from bench.typing_pairs import Figures
from dev.steps import ROOT

AIM_P95_MS = 100
AIM_PAIRS = 2.5
AIM_MEMORY = 0.4
LEVELS = (100, 200, 400)
STEP, COARSE_STEP, MOST_PAIRS = 50, 100, 900
NAMES = {"sqlite": "ours, SQLite", "postgresql": "ours, PostgreSQL", "hocuspocus": "Hocuspocus, SQLite"}
HEADINGS = ("pairs", "peer p50", "p95", "ack p50", "p95", "us/edit", "+ db", "core %", "kB/doc", "apart", "others %")
# A level that failed while others used so much of the machine is measured once more.
DISTURBED = 0.1


class Side:
    """A process of `bench.coediting_side`, and all that it found."""

    def __init__(self, name: str, options: argparse.Namespace) -> None:
        self.name = name
        self.found: dict[int, Figures] = {}
        command = [sys.executable, "-m", "bench.coediting_side", name]
        command += ["--warm-up", str(options.warm_up), "--seconds", str(options.seconds)]
        self._process = subprocess.Popen(
            command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
        )
        self._answer()

    def measure(self, pairs: int) -> Figures:
        for _ in range(2):
            figures = self._ask(pairs)
            self.found[pairs] = figures
            print(row(NAMES[self.name], figures), flush=True)
            if passes(figures) or figures.others_share < DISTURBED:
                break
        return figures

    def _ask(self, pairs: int) -> Figures:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{pairs}\n")
        self._process.stdin.flush()
        return Figures(**self._answer())

    def _answer(self) -> dict[str, Any]:
        """What begins with a brace; the rest is for whoever watches."""
        assert self._process.stdout is not None
        for line in self._process.stdout:
            if line.startswith("{"):
                answer: dict[str, Any] = json.loads(line)
                return answer
        raise RuntimeError(f"{self.name} ended")

    def end(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(60)

    # --- How much it can take ------------------------------------------------------------------------------------
    @property
    def most(self) -> int:
        return max((pairs for pairs, figures in self.found.items() if passes(figures)), default=0)

    def find_most(self) -> None:
        """Upwards in large steps until a level fails, then between the two in small ones."""
        while (pairs := self._next()) is not None:
            self.measure(pairs)

    def _next(self) -> int | None:
        failed = [pairs for pairs in self.found if pairs > self.most]
        if not failed:
            return self.most + COARSE_STEP if self.most + COARSE_STEP <= MOST_PAIRS else None
        between = (self.most + min(failed)) // 2 // STEP * STEP
        return between if self.most < between < min(failed) else None


def passes(figures: Figures) -> bool:
    """Quick for the other one and for the one who waits for "Sparat", nobody apart, nobody thrown out."""
    quick = max(figures.peer_p95, figures.ack_p95) < AIM_P95_MS
    return quick and not figures.apart and not figures.closed


def row(name: str, one: Figures) -> str:
    times = [f"{value:.1f}" for value in (one.peer_p50, one.peer_p95, one.ack_p50, one.ack_p95)]
    costs = [f"{value:.0f}" for value in (one.cost, one.database_cost, 100 * one.server_share, one.memory)]
    cells = [str(one.pairs), *times, *costs, str(one.apart + one.closed), f"{100 * one.others_share:.0f}"]
    return f"{name:<20}" + "".join(f"{cell:>9}" for cell in cells)


@contextmanager
def _sides(names: Sequence[str], options: argparse.Namespace) -> Iterator[list[Side]]:
    with ExitStack() as resources:
        sides = []
        for name in names:
            side = Side(name, options)
            resources.callback(side.end)
            sides.append(side)
        yield sides


def _compare(sides: Sequence[Side]) -> bool:
    """Ratios to Hocuspocus; whether the aims are reached."""
    other = next((side for side in sides if side.name == "hocuspocus"), None)
    reached = True
    for side in sides:
        if other is None or side is other:
            continue
        both = sorted(set(side.found) & set(other.found))
        memory = max(side.found[pairs].memory / other.found[pairs].memory for pairs in both)
        costs = ", ".join(f"{side.found[pairs].cost / other.found[pairs].cost:.2f} at {pairs}" for pairs in both)
        print(f"{NAMES[side.name]} / Hocuspocus: memory a document at most {memory:.2f}, processor an edit {costs}")
        reached &= memory <= AIM_MEMORY
        if other.most:
            print(f"  pairs at p95 < {AIM_P95_MS} ms: {side.most} / {other.most} = {side.most / other.most:.1f}")
            reached &= side.most >= AIM_PAIRS * other.most
    return reached


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--pairs", type=int, nargs="*", default=list(LEVELS))
    parser.add_argument("--sides", nargs="*", choices=list(NAMES), default=list(NAMES))
    parser.add_argument("--warm-up", type=float, default=8)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--only-these", action="store_true", help="do not look for the most that each can take")
    options = parser.parse_args()
    with _sides(options.sides, options) as sides:
        print(" " * 20 + "".join(f"{heading:>9}" for heading in HEADINGS))
        for pairs in options.pairs:
            for side in sides:
                side.measure(pairs)
        if not options.only_these:
            for side in sides:
                side.find_most()
        reached = _compare(sides)
    print("  aims reached" if reached else "  AN AIM WAS MISSED", flush=True)
    return 0 if reached else 1


if __name__ == "__main__":
    sys.exit(main())
