"""The web server's processes share what comes at once (portal/gunicorn_worker.py)."""

from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, closing
from http.client import HTTPConnection
from pathlib import Path

import pytest

from dev.services import free_port
from tests.services.processes import Program, environment

# Says which process served it, after 20 ms of work.
APPLICATION = """
import os, time

def application(environ, start_response):
    end = time.thread_time() + 0.02
    while time.thread_time() < end:
        pass
    body = str(os.getpid()).encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]
"""
PEOPLE = 60


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    (tmp_path / "busy.py").write_text(APPLICATION)
    number = free_port()
    env = environment("", PORT=str(number), WEB_CONCURRENCY="2", WEB_THREADS="3")
    server = Program(["gunicorn", "--pythonpath", str(tmp_path), "busy:application"], tmp_path / "log", env)
    server.start()
    try:
        server.wait_until(lambda: server.output.count("Booting worker") == 2, "both processes are there")
        yield number
    finally:
        server.stop()


def _ask(port: int, *, patience: float = 30) -> HTTPConnection:
    connection = HTTPConnection("127.0.0.1", port, timeout=patience)
    connection.request("GET", "/")
    return connection


def test_people_at_once_are_shared_by_the_processes(port: int) -> None:
    with ExitStack() as people:
        waiting = [people.enter_context(closing(_ask(port))) for _person in range(PEOPLE)]
        served = Counter(person.getresponse().read() for person in waiting)
    assert len(served) == 2, served
    # A busy machine may run one of them less; gunicorn's own worker leaves it three to seven.
    assert min(served.values()) >= PEOPLE / 6, served


def test_who_waits_for_the_next_click_takes_no_place(port: int) -> None:
    """More kept connections than both processes take at once: the next visitor is served all the same."""
    with ExitStack() as people:
        for _person in range(PEOPLE):
            people.enter_context(closing(_ask(port))).getresponse().read()
        newcomer = people.enter_context(closing(_ask(port, patience=3)))
        assert newcomer.getresponse().read()
