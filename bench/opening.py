"""200 people press send at the same moment at an opening: `python -m bench.opening`.

PostgreSQL, production's gunicorn. Aim: no error, and 95 of 100 have their answer within a second. A bare Django form
behind the same server takes its turn after ours, and tells how fast the machine is now.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
from typing import NamedTuple

import uvloop

from bench import stack, visitors
from bench.bare.server import SHORT_FORM, bare_server
from bench.load import LENGTH, Client, Figures, Reply, written_get, written_post

AIM_P95_MS = 1000
PATIENCE_SECONDS = 30


class Door(NamedTuple):
    """A form behind a server, and the status that sends on whoever posted it."""

    port: int
    path: str
    sent_on: int


class Person:
    """Somebody who has filled in the form and waits for the moment."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._who = {"X_Forwarded_For": visitors.new_network_address()}
        client = Client(door.port)
        page = client.get(door.path, **self._who)
        assert page.status == 200, f"form: {page.status}"
        fields = visitors.hidden_fields(page) | visitors.answers(visitors.new_email()) | {"altcha": visitors.proof()}
        self._who["Cookie"] = page.cookies()
        self._form = written_post(door.port, door.path, fields, **self._who)
        # Nobody's browser keeps the connection while its owner types.
        client.close()

    async def take_part(self, answers: Figures, receipts: Figures) -> None:
        """Press send, and look at the receipt that the answer leads to; both times count from the press."""
        started = time.perf_counter()
        try:
            line = await asyncio.open_connection("127.0.0.1", self._door.port)
            posted = await _exchange(line, self._form)
            answers.latencies.append(time.perf_counter() - started)
            assert posted.status == self._door.sent_on, f"post: {posted.status}"
            # A server may close a kept connection; a browser opens another one.
            if posted.header("Connection").lower() == "close":
                line[1].close()
                line = await asyncio.open_connection("127.0.0.1", self._door.port)
            receipt = await _exchange(line, written_get(self._door.port, posted.header("Location"), **self._who))
            assert receipt.status == 200, f"receipt: {receipt.status}"
            receipts.latencies.append(time.perf_counter() - started)
            line[1].close()
        except (AssertionError, asyncio.IncompleteReadError, OSError) as error:
            answers.errors.append(f"{type(error).__name__}: {error}")


async def _exchange(line: tuple[asyncio.StreamReader, asyncio.StreamWriter], message: bytes) -> Reply:
    reader, writer = line
    writer.write(message)
    head = await reader.readuntil(b"\r\n\r\n")
    length = LENGTH.search(head)
    assert length, f"no length: {head[:100]!r}"
    return Reply(int(head[9:12]), head, await reader.readexactly(int(length.group(1))))


def open_the_doors(people: list[Person]) -> tuple[Figures, Figures]:
    """Everybody at once; how long each waited for the answer, and for the receipt that follows."""
    answers, receipts = Figures(0), Figures(0)

    async def everybody() -> None:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await asyncio.gather(*[person.take_part(answers, receipts) for person in people])

    started = time.perf_counter()
    # One thread with uvloop: 200 threads of Python took 60 ms of the two cores more from the server.
    uvloop.run(everybody())
    answers.seconds = receipts.seconds = time.perf_counter() - started
    return answers, receipts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with stack.postgresql("bare") as databases, stack.portal(databases["samspel"]) as portal:
        server = portal.web()
        with stack.running(server), bare_server(portal, databases["bare"]) as bare_port:
            doors = Door(server.port, visitors.FORM, 303), Door(bare_port, SHORT_FORM, 302)
            results = [_round(options.people, *doors) for _number in range(options.rounds)]
    return 0 if all(results) else 1


def _round(people: int, ours: Door, bare: Door) -> bool:
    answers, receipts = open_the_doors([Person(ours) for _number in range(people)])
    bare_answers, _receipts = open_the_doors([Person(bare) for _number in range(people)])
    p95 = answers.percentile(95)
    errors = [*answers.errors, *(f"bare: {error}" for error in bare_answers.errors)]
    reached = not errors and p95 < AIM_P95_MS
    print(
        f"{people} at once: {len(errors)} errors; answer p50 {answers.percentile(50):.0f} ms, p95 {p95:.0f} ms,"
        f" last {1000 * max(answers.latencies):.0f} ms; receipt p95 {receipts.percentile(95):.0f} ms"
        f"  {'reached' if reached else 'MISSED'}; bare form p95 {bare_answers.percentile(95):.0f} ms",
        *errors[:3],
        sep="\n    ",
        flush=True,
    )
    return reached


if __name__ == "__main__":
    sys.exit(main())
