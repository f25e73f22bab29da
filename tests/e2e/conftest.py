"""What every journey starts from: the portal as it is after `load_reference_data`, on a free port."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django.live_server_helper import LiveServer

from portal.organisations.actions import listed_organisations, load_organisations
from portal.pages.actions.content import load_pages
from programs.actions.catalogue import load_programmes
from tests.agreements.builders import Pair, make_pair
from tests.e2e.room import PortalServer


@pytest.fixture
def reference_rows(transactional_db: None) -> None:
    load_organisations(listed_organisations())
    load_programmes()
    load_pages()


@pytest.fixture
def site(live: LiveServer, reference_rows: None) -> str:
    """The address of the portal with all its reference data."""
    return live.url


@pytest.fixture
def pair(transactional_db: None) -> Pair:
    """A pair whose agreement is being written."""
    return make_pair()


@pytest.fixture
def server(pair: Pair, database_url: str, tmp_path: Path) -> Iterator[PortalServer]:
    """The portal with its sockets, for the pair's room."""
    server = PortalServer(database_url, tmp_path)
    server.start()
    yield server
    server.stop()
