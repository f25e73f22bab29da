"""Health: what runs, what can be reached, and what people see when the database is away."""

from __future__ import annotations

import http.client
import json
from collections.abc import Callable

import pytest
from django.test import Client

from tests.services.redis import RedisServer
from tests.services.servers import ProductionServer
from tests.services.smtp import SmtpServer


def test_live_asks_nobody(client: Client) -> None:
    response = client.get("/halsa/live")
    assert (response.status_code, response.json()) == (200, {"status": "ok"})
    assert "no-store" in response.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.usefixtures("redis_server", "smtp_server")
def test_ready_when_all_can_be_reached(client: Client) -> None:
    response = client.get("/halsa/redo")
    assert (response.status_code, response.json()) == (200, {"status": "ok", "failed": []})


@pytest.mark.django_db
def test_not_ready_names_what_cannot_be_reached(client: Client) -> None:
    response = client.get("/halsa/redo")
    assert response.status_code == 503
    assert response.json() == {"status": "failed", "failed": ["broker", "outgoing_mail"]}


@pytest.mark.django_db
def test_a_hung_redis_does_not_hang_the_answer(
    client: Client, redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    redis_server.pause()
    assert client.get("/halsa/redo").json()["failed"] == ["broker"]


def ask(server: ProductionServer, path: str) -> tuple[int, dict[str, str], str]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    try:
        connection.request("GET", path)
        response = connection.getresponse()
        return response.status, dict(response.getheaders()), response.read().decode()
    finally:
        connection.close()


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_without_its_database_the_portal_says_so_and_stays_up(
    production_server: Callable[..., ProductionServer], redis_server: RedisServer, smtp_server: SmtpServer
) -> None:
    server = production_server(DATABASE_URL="postgres://nobody@127.0.0.1:1/nothing")

    assert ask(server, "/halsa/live")[0] == 200
    status, _headers, body = ask(server, "/halsa/redo")
    assert (status, json.loads(body)["failed"]) == (503, ["database"])
    status, headers, body = ask(server, "/program/intresse/")
    assert (status, headers["Retry-After"], headers["Cache-Control"]) == (503, "30", "no-store")
    assert '<html lang="sv">' in body
    assert "Traceback" not in body
