"""Two socket processes: with Redis, without it, and with it stopped, emptied and back in between."""

from collections.abc import Callable, Iterator

import pytest

from tests.agreements.builders import Pair
from tests.agreements.collaboration.pages import Page, converge, session_of, shared, stored_words
from tests.agreements.collaboration.servers import SocketServer
from tests.services.redis import RedisServer

# The promise: 5 seconds after Redis is back.
BACK_IN_STEP = 5.0


@pytest.fixture
def apart(start_server: Callable[[], SocketServer], pair: Pair) -> Iterator[tuple[Page, Page]]:
    """The pair's pages, joined, each at a process of its own."""
    document = shared(pair.agreement)
    chair = Page(start_server().url, document, session_of(pair.chair)).join()
    chief = Page(start_server().url, document, session_of(pair.chief)).join()
    yield chair, chief
    chair.go_offline()
    chief.go_offline()


def _both_type(pages: tuple[Page, Page], words: str, times: int = 10) -> None:
    for number in range(times):
        for page, who in zip(pages, ("ordförande", "direktör"), strict=True):
            page.type(f"{who} {words} {number}")
            page.read(0.005)


def test_without_redis_the_log_brings_the_two_together(apart: tuple[Page, Page], pair: Pair) -> None:
    _both_type(apart, "utan")
    text = converge(*apart, patience=BACK_IN_STEP)
    assert text.count("utan") == 20
    assert len(stored_words(shared(pair.agreement))) == 20


def test_redis_stopped_emptied_and_back_loses_nothing(
    redis_server: RedisServer, apart: tuple[Page, Page], pair: Pair
) -> None:
    _both_type(apart, "med")
    redis_server.kill()
    _both_type(apart, "utan")
    redis_server.start()
    redis_server.flush()
    _both_type(apart, "åter")
    text = converge(*apart, patience=BACK_IN_STEP)
    assert [text.count(words) for words in ("med", "utan", "åter")] == [20, 20, 20]
    assert len(stored_words(shared(pair.agreement))) == 60


def test_presence_crosses_processes(redis_server: RedisServer, apart: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = apart
    # The processes find Redis on their own time; presence is best effort and is said again, as browsers do.
    clock = iter(range(1, 1000))

    def is_seen() -> bool:
        chair.be_at({"section": "fokus"}, client_id=7, clock=next(clock))
        chief.read(0.05)
        return 7 in chief.presences

    chief.wait_until(is_seen, "the chief sees the chair")
    chair.go_offline()
    chief.wait_until(lambda: chief.presences[7] is None, "the chair is gone")
