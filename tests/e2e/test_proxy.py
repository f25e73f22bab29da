"""The proxy of Compose as it is, in front of gunicorn: it hands out what the portal allows, and nothing else.

Where nginx is not installed these tests are skipped: it is no part of what `make test` sets up.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from django.test import Client

from dev.services import free_port
from dev.steps import ROOT
from media_catalog.models import MediaItem
from portal.core.private_files import private_storage
from tests.media_catalog.ordering import FILE, load_organisation_rows, make_film, ordered
from tests.services.processes import Program
from tests.services.servers import ProductionServer

NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed here"),
]
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")


class Proxy(Program):
    """nginx with our own file, but for the names of the containers, the folder and the port."""

    def __init__(self, portal: str, folder: Path) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        config = folder / "nginx.conf"
        config.write_text(_adapted(portal, self.port, folder))
        super().__init__([str(NGINX), "-p", str(folder), "-c", str(config), "-g", "daemon off;"], folder / "nginx.log")

    def start(self) -> None:
        super().start()
        self.wait_until(self._answers, "nginx answers")

    def _answers(self) -> bool:
        try:
            return httpx.get(f"{self.url}/halsa/live").status_code == 200
        except httpx.TransportError:
            return False


def _adapted(portal: str, port: int, folder: Path) -> str:
    text = (ROOT / "nginx.conf").read_text()
    here = "".join(f"{name}_temp_path {folder}/{name};\n" for name in TEMPORARY)
    changes = {
        r"http://(web:8000|sockets:8001)": portal.replace("localhost", "127.0.0.1"),
        r"/var/lib/samspel/private/": f"{private_storage().path('')}/",
        r"/tmp/nginx\.pid": f"{folder}/nginx.pid",  # noqa: S108 - the name inside the container
        r"  include /etc/nginx/mime\.types;\n": here,
        r"listen 8080": f"listen {port}",
        r"^worker_processes auto;": "worker_processes 1;\nuser root;",
    }
    for pattern, replacement in changes.items():
        text = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    return text


@pytest.fixture
def proxy(production_server: Callable[..., ProductionServer], tmp_path: Path) -> Iterator[Proxy]:
    server = production_server(FILES_ACCEL="/privat/", TRUSTED_PROXIES="127.0.0.1")
    folder = tmp_path / "nginx"
    folder.mkdir()
    proxy = Proxy(server.url, folder)
    proxy.start()
    yield proxy
    proxy.stop()


@pytest.fixture
def film(transactional_db: None) -> MediaItem:
    load_organisation_rows()
    return make_film(1)


def test_the_proxy_sends_what_was_ordered(film: MediaItem, proxy: Proxy, client: Client) -> None:
    content = FILE.read_bytes()
    address = f"{proxy.url}{ordered(client)}film/{film.guid}/"
    part = httpx.get(address, headers={"Range": "bytes=1000-1999"})
    assert (part.status_code, part.content) == (206, content[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(content)}"
    assert (part.headers["Content-Type"], part.headers["X-Content-Type-Options"]) == ("video/mp4", "nosniff")
    assert "X-Accel-Redirect" not in part.headers
    assert httpx.get(address).content == content
    assert httpx.head(address).headers["Content-Length"] == str(len(content))
    assert httpx.get(address, headers={"Range": "bytes=-5"}).content == content[-5:]
    assert httpx.get(address, headers={"Range": f"bytes={len(content)}-"}).status_code == 416
    assert httpx.get(address, headers={"If-None-Match": part.headers["ETag"]}).status_code == 304


def test_nobody_else_gets_at_the_folder(film: MediaItem, proxy: Proxy) -> None:
    assert film.file is not None
    name = film.file.storage_name
    for path in (f"/privat/{name}", f"/privat/../privat/{name}", f"/film-och-podd/bestallning/x/film/{film.guid}/"):
        response = httpx.get(proxy.url + path, headers={"X-Accel-Redirect": f"/privat/{name}"})
        assert response.status_code == 404, path


def test_a_stranger_uploads_nothing_large(proxy: Proxy) -> None:
    files = {"new_file": ("film.mp4", b"\0" * 3_000_000)}
    response = httpx.post(f"{proxy.url}/admin/media_catalog/film/add/", files=files)
    assert response.status_code == 413
    assert "Det du skickade är för stort" in response.text
