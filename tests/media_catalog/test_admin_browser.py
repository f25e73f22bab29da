"""The pages where staff writes and uploads, in a browser: accessible, nothing sideways, at phone and desk width."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from playwright.sync_api import BrowserContext, Page
from pytest_django.live_server_helper import LiveServer

from media_catalog.actions.catalogue import load_media
from media_catalog.models import MediaItem
from portal.demo.media import ensure_media
from tests.accounts.people import log_in, make_staff
from tests.admin.test_browser import inspect

pytestmark = pytest.mark.django_db(transaction=True)
NewContext = Callable[..., BrowserContext]


@pytest.fixture
def page(new_context: NewContext, live: LiveServer, client: Client) -> Page:
    """A page of somebody who is in admin already."""
    log_in(client, make_staff())
    load_media()
    ensure_media()
    context = new_context(color_scheme="light")
    context.add_cookies([{"name": "session", "value": client.cookies["session"].value, "url": live.url}])
    return context.new_page()


def test_the_pages_of_films_episodes_and_publications(page: Page, live: LiveServer) -> None:
    film = MediaItem.objects.get(slug="uppdraget-som-kso-och-rso")
    episode = MediaItem.objects.get(slug="uppdrag-demokrati")
    paths = ["film/", f"film/{film.pk}/change/", f"episode/{episode.pk}/change/", "publication/add/", "mediatheme/"]

    found = [line for path in paths for line in inspect(page, f"{live.url}/admin/media_catalog/{path}")]

    assert found == []
