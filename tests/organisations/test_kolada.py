"""The client of Kolada, against a server that speaks the documented format: pages, pace, patience, refusals."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest

from dev.services import free_port
from portal.organisations.kolada import Figure, Kolada, KoladaError, Patience
from tests.organisations.kolada_server import KoladaServer, kolada_server

QUICK = Patience(per_second=1000, connect=1, read=0.5, tries=3, backoff=0.01)
ONE = Figure("N01951", "0180", 2024, 975000.0)


@pytest.fixture
def server() -> Iterator[KoladaServer]:
    with kolada_server() as server:
        yield server


def ask(server: KoladaServer, patience: Patience = QUICK, **wanted: list[str]) -> list[Figure]:
    kpis, areas = wanted.get("kpis", ["N01951"]), wanted.get("areas", ["0180"])
    with Kolada(f"{server.address}/v3", patience) as kolada:
        return list(kolada.values(kpis, areas, [2023, 2024]))


def test_it_reads_the_value_of_both_sexes_together(server: KoladaServer) -> None:
    server.add("N01951", "0180", 2024, 975000.0)
    assert ask(server) == [ONE]
    assert server.asked == ["/v3/data/kpi/N01951/municipality/0180/year/2023,2024?per_page=5000"]


def test_what_is_deleted_or_unknown_is_no_value(server: KoladaServer) -> None:
    server.add("N01951", "0180", 2023, None)
    server.add("N01951", "0180", 2024, 5.0, isdeleted=True)
    assert ask(server) == []


def test_it_follows_the_pages_to_the_last(server: KoladaServer) -> None:
    server.most_rows = 2
    for number in range(5):
        server.add("N01951", f"000{number}", 2024, float(number))
    found = ask(server, areas=[f"000{number}" for number in range(5)])
    assert [figure.value for figure in found] == [0.0, 1.0, 2.0, 3.0, 4.0]
    assert len(server.asked) == 3


def test_it_never_asks_for_more_ids_than_are_allowed(server: KoladaServer) -> None:
    areas = [f"{number:04}" for number in range(60)]
    for area in areas:
        server.add("N01951", area, 2024, 1.0)
    assert len(ask(server, areas=areas)) == 60
    assert [len(path.split("/")[6].split(",")) for path in server.asked] == [25, 25, 10]


def test_it_keeps_the_pace(server: KoladaServer) -> None:
    started = time.monotonic()
    ask(server, replace(QUICK, per_second=20), areas=[f"{number:04}" for number in range(100)])
    assert len(server.asked) == 4
    # Three waits of a twentieth of a second: measured from before the first, so that no delay on the way counts.
    assert time.monotonic() - started >= 3 / 20


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_it_tries_again_when_the_server_is_busy(server: KoladaServer, status: int) -> None:
    server.add("N01951", "0180", 2024, 975000.0)
    server.instead = [(status, {}, b"busy"), (status, {}, b"busy")]
    assert ask(server) == [ONE]
    assert len(server.asked) == 3


def test_it_waits_as_long_as_it_is_told(server: KoladaServer) -> None:
    server.add("N01951", "0180", 2024, 975000.0)
    server.instead = [(429, {"Retry-After": "1"}, b"")]
    began = time.monotonic()
    assert ask(server) == [ONE]
    assert time.monotonic() - began >= 1


def test_it_gives_up_after_some_tries(server: KoladaServer) -> None:
    server.instead = [(503, {}, b"")] * 10
    with pytest.raises(KoladaError) as raised:
        ask(server)
    assert raised.value.reason == "no_answer"
    assert len(server.asked) == 1 + QUICK.tries


def test_it_does_not_wait_for_ever(server: KoladaServer) -> None:
    server.holds = 30
    began = time.monotonic()
    with pytest.raises(KoladaError, match="no_answer"):
        ask(server, replace(QUICK, read=0.1, tries=1))
    assert time.monotonic() - began < server.holds / 2


def test_without_a_network_it_says_so() -> None:
    with pytest.raises(KoladaError, match="no_answer"), Kolada(f"http://127.0.0.1:{free_port()}", QUICK) as kolada:
        list(kolada.values(["N01951"], ["0180"], [2024]))


def test_what_kolada_does_not_have_is_empty(server: KoladaServer) -> None:
    server.instead = [(404, {}, b"")]
    assert ask(server) == []


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<html>", "not_json"),
        (b"[]", "not_documented"),
        (b'{"values": 1}', "not_documented"),
        (b'{"values": [{"kpi": "N01951"}]}', "not_documented"),
        (b'{"values": [{"kpi": "N", "municipality": "0180", "period": "x", "values": []}]}', "not_documented"),
        (b'{"values": [], "next_url": "http://example.org/v3/data"}', "strange_address"),
    ],
)
def test_an_answer_that_is_not_documented_is_refused(server: KoladaServer, body: bytes, reason: str) -> None:
    server.instead = [(200, {}, body)]
    with pytest.raises(KoladaError, match=reason):
        ask(server)


@pytest.mark.parametrize("status", [301, 400, 403])
def test_another_status_is_an_error_and_no_redirect_is_followed(server: KoladaServer, status: int) -> None:
    server.instead = [(status, {"Location": "http://example.org/"}, b"")]
    with pytest.raises(KoladaError):
        ask(server)
    assert len(server.asked) == 1
