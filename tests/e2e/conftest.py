"""What every journey starts from: the portal as it is after `load_reference_data`, on a free port."""

import pytest
from pytest_django.live_server_helper import LiveServer

from portal.organisations.actions import listed_organisations, load_organisations
from portal.pages.actions.content import load_pages
from programs.actions.catalogue import load_programmes


@pytest.fixture
def reference_rows(transactional_db: None) -> None:
    load_organisations(listed_organisations())
    load_programmes()
    load_pages()


@pytest.fixture
def site(live: LiveServer, reference_rows: None) -> str:
    """The address of the portal with all its reference data."""
    return live.url
