"""200 people press send at the same moment at an opening: `python -m bench.opening`.

PostgreSQL, production's gunicorn. Aim: no error, and 95 of 100 have their answer within a second.
"""

from __future__ import annotations

import argparse
import sys
import threading
import time

from bench import stack, visitors
from bench.load import Broken, Client, Figures, Reply

AIM_P95_MS = 1000


class Person:
    """Somebody who has filled in the form and waits for the moment."""

    def __init__(self, port: int) -> None:
        self._client = Client(port)
        self._who = {"X_Forwarded_For": visitors.new_network_address()}
        page = self._client.get(visitors.FORM, **self._who)
        assert page.status == 200, f"form: {page.status}"
        self._cookie = page.cookies()
        self._fields = (
            visitors.hidden_fields(page) | visitors.answers(visitors.new_email()) | {"altcha": visitors.proof()}
        )
        # Nobody's browser keeps the connection while its owner types.
        self._client.close()

    def press_send(self) -> Reply:
        return self._client.post(visitors.FORM, self._fields, Cookie=self._cookie, **self._who)

    def see_receipt(self, posted: Reply) -> Reply:
        return self._client.get(posted.header("Location"), Cookie=self._cookie, **self._who)


def open_the_doors(people: list[Person]) -> tuple[Figures, Figures]:
    """Everybody at once; how long each waited for the answer, and for the receipt that follows."""
    answers, receipts = Figures(0), Figures(0)
    barrier = threading.Barrier(len(people))

    def take_part(person: Person) -> None:
        barrier.wait()
        started = time.perf_counter()
        try:
            posted = person.press_send()
            answers.latencies.append(time.perf_counter() - started)
            assert posted.status == 303, f"post: {posted.status}"
            assert person.see_receipt(posted).status == 200, "no receipt"
            receipts.latencies.append(time.perf_counter() - started)
        except (AssertionError, Broken, OSError) as error:
            answers.errors.append(f"{type(error).__name__}: {error}")

    threads = [threading.Thread(target=take_part, args=(person,)) for person in people]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    answers.seconds = receipts.seconds = time.perf_counter() - started
    return answers, receipts


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with stack.postgresql() as databases, stack.portal(databases["samspel"]) as portal:
        server = portal.web()
        with stack.running(server):
            results = [_round(server.port, options.people) for _number in range(options.rounds)]
    return 0 if all(results) else 1


def _round(port: int, people: int) -> bool:
    answers, receipts = open_the_doors([Person(port) for _number in range(people)])
    p95 = answers.percentile(95)
    reached = not answers.errors and p95 < AIM_P95_MS
    print(
        f"{people} at once: {len(answers.errors)} errors; answer p50 {answers.percentile(50):.0f} ms, p95 {p95:.0f} ms,"
        f" last {1000 * max(answers.latencies):.0f} ms; receipt p95 {receipts.percentile(95):.0f} ms"
        f"  {'reached' if reached else 'MISSED'}",
        *answers.errors[:3],
        sep="\n    ",
        flush=True,
    )
    return reached


if __name__ == "__main__":
    sys.exit(main())
