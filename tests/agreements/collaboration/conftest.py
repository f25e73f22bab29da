"""Socket processes on the test database, started as `make run` and Compose start them."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.pages import Page, session_of, shared
from tests.agreements.collaboration.servers import SocketServer


@pytest.fixture
def start_server(database_url: str, tmp_path: Path) -> Iterator[Callable[[], SocketServer]]:
    started: list[SocketServer] = []

    def start() -> SocketServer:
        server = SocketServer(database_url, tmp_path)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


@pytest.fixture
def server(start_server: Callable[[], SocketServer]) -> SocketServer:
    return start_server()


@pytest.fixture
def pair(transactional_db: None) -> Pair:
    return make_pair()


@pytest.fixture
def pages(server: SocketServer, pair: Pair) -> Iterator[tuple[Page, Page]]:
    """The chair's and the chief executive's pages, joined."""
    document = shared(pair.agreement)
    both = tuple(Page(server.url, document, session_of(member)).join() for member in (pair.chair, pair.chief))
    yield both[0], both[1]
    for page in both:
        page.go_offline()
