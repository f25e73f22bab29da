"""Fixtures for all tests. The services behind them are in tests/services."""

import os
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.contrib.staticfiles.handlers import StaticFilesHandler
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from playwright.sync_api import BrowserContext
from pytest_django import DjangoDbBlocker, Settings
from pytest_django.live_server_helper import LiveServer

from tests import environment
from tests.services.browser import LAUNCH, BrowserWatch
from tests.services.redis import RedisServer
from tests.services.servers import CeleryBeat, CeleryWorker, ProductionServer, collect_static
from tests.services.smtp import SmtpServer


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Browser tests carry the mark `e2e` and come last: Playwright leaves an event loop running in its process."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker("e2e")
    items.sort(key=lambda item: item.get_closest_marker("e2e") is not None)


# --- Database --------------------------------------------------------------------------------------------------------
@pytest.fixture(scope="session")
def django_db_modify_db_settings(request: pytest.FixtureRequest) -> None:
    """SQLite's test database is a file, not memory: workers and servers of the tests open it too."""
    database = django_settings.DATABASES["default"]
    if database["ENGINE"] == "django.db.backends.sqlite3":
        database.setdefault("TEST", {})["NAME"] = str(environment.SQLITE_FILE.with_stem("test_database"))
    request.getfixturevalue("django_db_modify_db_settings_parallel_suffix")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """At the end nobody may be left in the test database: a thread of a socket may still hold its connection."""
    yield
    if connection.vendor == "postgresql":
        with django_db_blocker.unblock():
            # Whatever a test did to the old one: this takes a new connection.
            connection.close()
        with django_db_blocker.unblock(), connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )


@pytest.fixture
def database_url(transactional_db: None) -> str:
    """The test database as a DATABASE_URL, for other processes. What the test wrote is committed, so they see it."""
    current = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{current['NAME']}"
    return f"postgres://{current['USER']}@{current['HOST']}:{current['PORT']}/{current['NAME']}"


# --- Services --------------------------------------------------------------------------------------------------------
@pytest.fixture
def redis_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A started, empty Redis. Tests without it run as if Redis were down."""
    server = RedisServer(environment.REDIS_PORT, tmp_path)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def smtp_server() -> Iterator[SmtpServer]:
    """A started mail server. Tests without it run as if it were down."""
    server = SmtpServer(environment.SMTP_PORT)
    server.start()
    yield server
    server.stop()


@pytest.fixture
def celery_worker_process(database_url: str, redis_server: RedisServer, tmp_path: Path) -> Iterator[CeleryWorker]:
    """A started `celery -A portal worker` on the test database."""
    worker = CeleryWorker(database_url, tmp_path)
    worker.start()
    yield worker
    worker.stop()


@pytest.fixture
def celery_beat_process(database_url: str, redis_server: RedisServer, tmp_path: Path) -> Iterator[CeleryBeat]:
    """A started beat that sweeps every second."""
    beat = CeleryBeat(database_url, tmp_path, VAR_DIR=str(tmp_path), MAIL_SWEEP_SECONDS="1")
    beat.start()
    yield beat
    beat.stop()


@pytest.fixture(scope="session")
def collected_static(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The static files as production serves them: hashed and compressed."""
    folder = tmp_path_factory.mktemp("static")
    collect_static(folder)
    return folder


@pytest.fixture
def production_server(
    database_url: str, collected_static: Path, tmp_path: Path
) -> Iterator[Callable[..., ProductionServer]]:
    """`production_server(**environment)` starts gunicorn with production settings on the test database."""
    started: list[ProductionServer] = []

    def start(**extra: str) -> ProductionServer:
        server = ProductionServer(database_url, tmp_path, collected_static, **extra)
        started.append(server)
        server.start()
        return server

    yield start
    for server in started:
        server.stop()


# --- Forms -----------------------------------------------------------------------------------------------------------
@pytest.fixture
def in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """However busy the machine is, whoever sends a form now was quick."""
    monkeypatch.setattr("portal.core.forms.HASTE", timedelta(hours=1))


# --- Browser ---------------------------------------------------------------------------------------------------------
@pytest.fixture
def live(live_server: LiveServer, settings: Settings) -> LiveServer:
    """The portal on a free port of localhost; links in mails lead there."""
    settings.SITE_URL = live_server.url
    # pytest-django serves the static files only when it finds Django's app for them under its usual name.
    live_server.thread.httpd.set_app(StaticFilesHandler(WSGIHandler()))
    return live_server


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    # Playwright's event loop runs in this thread, and Django would take every query of the test for one inside it.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
    return browser_type_launch_args | LAUNCH


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "sv-SE", "timezone_id": "Europe/Stockholm"}


@pytest.fixture
def browser_watch() -> Iterator[BrowserWatch]:
    watch = BrowserWatch()
    yield watch
    assert watch.verdict() == ""


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], browser_watch: BrowserWatch
) -> Callable[..., BrowserContext]:
    """Every context, and so every page, is watched."""

    def watched(**options: Any) -> BrowserContext:
        context = new_context(**options)
        browser_watch.attach(context)
        return context

    return watched
