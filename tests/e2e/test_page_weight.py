"""The first view of the interest form: at most 60 kB over the network, all of it from our own host."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
from playwright.sync_api import BrowserContext

from dev.services import free_port
from tests.e2e.visitor import FORM, PHONE
from tests.services.processes import Program, environment
from tests.services.servers import ProductionServer, procfile_command

NewContext = Callable[..., BrowserContext]
MOST_BYTES = 60_000


@pytest.fixture
def development_server(database_url: str, tmp_path: Path) -> Iterator[str]:
    """The web process of `make run`."""
    port = free_port()
    url = f"http://localhost:{port}"
    extra = {"DEBUG": "1", "UVICORN_PORT": str(port), "SITE_URL": url}
    server = Program(procfile_command("web"), tmp_path / "uvicorn.log", environment(database_url, **extra))
    server.start()
    server.wait_until(lambda: "Uvicorn running" in server.output, "uvicorn answers")
    yield url
    server.stop()


def parts(new_context: NewContext, url: str) -> dict[str, int]:
    """What a phone with an empty cache transfers for the page, headers included, by address."""
    page = new_context(viewport=PHONE).new_page()
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    network.send("Network.setCacheDisabled", {"cacheDisabled": True})
    addresses: dict[str, str] = {}
    found: dict[str, int] = {}

    def on_request(event: dict[str, Any]) -> None:
        addresses[event["requestId"]] = event["request"]["url"]

    def on_finished(event: dict[str, Any]) -> None:
        # A worker's script and other oddities may end without having begun here.
        address = addresses.get(event["requestId"], "unknown")
        found[address] = found.get(address, 0) + int(event["encodedDataLength"])

    network.on("Network.requestWillBeSent", on_request)
    network.on("Network.loadingFinished", on_finished)
    page.goto(url, wait_until="networkidle")
    return found


def assert_light(found: dict[str, int], host: str) -> None:
    lines = [f"{size:>8} {address}" for address, size in sorted(found.items(), key=lambda part: -part[1])]
    print("", *lines, f"{sum(found.values()):>8} in all", sep="\n")  # noqa: T201 - what `pytest -s` is asked for
    names = [urlsplit(address).path.rsplit("/", 1)[-1].split(".")[0] for address in found]
    # The page itself, its style sheet, its script and a font arrived: nothing is light because it is missing.
    assert {"", "portal", "main", "source-sans-3-400"} <= set(names)
    assert {urlsplit(address).netloc for address in found} == {host}
    assert sum(found.values()) <= MOST_BYTES, found


@pytest.mark.usefixtures("reference_rows")
def test_the_form_is_light_in_production(
    new_context: NewContext, production_server: Callable[..., ProductionServer]
) -> None:
    server = production_server()
    assert_light(parts(new_context, server.url + FORM), f"localhost:{server.port}")


@pytest.mark.usefixtures("reference_rows")
def test_the_form_is_light_in_development_too(new_context: NewContext, development_server: str) -> None:
    assert httpx.get(development_server + FORM).status_code == 200
    assert_light(parts(new_context, development_server + FORM), urlsplit(development_server).netloc)
