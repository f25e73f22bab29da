"""Requests that no page of ours makes are refused early and kindly, and a dead database is not a 500."""

from __future__ import annotations

import io
import socket
from collections.abc import Callable
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from pytest_django import Settings

from portal.core.middleware import RefuseOddRequests, SayWhenDown
from tests.services.servers import ProductionServer

FORM = "application/x-www-form-urlencoded"


def passed(request: HttpRequest) -> HttpResponse:
    return HttpResponse("passed")


def status(content_type: str = FORM, body: bytes = b"a=b", **environ: str) -> int:
    request = RequestFactory().generic("POST", "/kontakt/", body, content_type)
    request.META.update(environ)
    return RefuseOddRequests(passed)(request).status_code


@pytest.mark.parametrize(
    "content_type", [FORM, f"{FORM}; charset=UTF-8", f'{FORM}; charset="utf-8"', "multipart/form-data; boundary=x"]
)
def test_forms_pass(content_type: str) -> None:
    assert status(content_type) == 200


@pytest.mark.parametrize(
    "content_type", ["application/json", "text/plain", "", f"{FORM}; charset=iso-8859-1", "application/csp-report", "x"]
)
def test_what_is_no_form_in_utf8_is_415(content_type: str) -> None:
    assert status(content_type) == 415


@pytest.mark.parametrize("length", ["-1", "ett", "1.5", "²", "1 1"])
def test_a_length_that_is_no_number_is_400(length: str) -> None:
    assert status(CONTENT_LENGTH=length) == 400


def test_a_body_without_a_length_is_400() -> None:
    assert status(HTTP_TRANSFER_ENCODING="chunked") == 400


def test_too_much_is_413_and_just_enough_is_not(settings: Settings) -> None:
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    assert status(body=b"x" * 101) == 413
    assert status(body=b"x" * 100) == 200


class CutOff(io.BytesIO):
    """What a body is read from whose sender has gone away."""

    def read(self, size: int | None = -1, /) -> bytes:
        raise ConnectionResetError


@pytest.mark.parametrize(("length", "expected"), [("64", 400), ("99999999", 413)])
@pytest.mark.django_db
def test_whoever_goes_away_while_sending_is_one_line_in_the_log(
    client: Client, caplog: pytest.LogCaptureFixture, length: str, expected: int
) -> None:
    sent: dict[str, Any] = {"CONTENT_LENGTH": length, "CONTENT_TYPE": "application/csp-report", "wsgi.input": CutOff()}

    assert client.generic("POST", "/csp/", **sent).status_code == expected

    (line,) = caplog.records
    assert (line.levelname, line.exc_info) == ("WARNING", None)


def test_reports_of_the_policy_pass_at_their_own_address_only() -> None:
    for path, expected in (("/csp/", 200), ("/kontakt/", 415)):
        request = RequestFactory().generic("POST", path, b"{}", "application/csp-report")
        assert RefuseOddRequests(passed)(request).status_code == expected


def test_looking_is_never_refused() -> None:
    assert RefuseOddRequests(passed)(RequestFactory().get("/", CONTENT_LENGTH="x")).status_code == 200


@pytest.mark.parametrize("fault", [OperationalError("secret host name"), InterfaceError("closed")])
def test_a_dead_database_is_503_with_a_way_back(fault: Exception) -> None:
    response = SayWhenDown(passed).process_exception(RequestFactory().get("/"), fault)
    assert response is not None
    assert (response.status_code, response.headers["Retry-After"]) == (503, "30")
    assert "secret" not in response.content.decode()


def test_other_faults_are_not_hidden() -> None:
    assert SayWhenDown(passed).process_exception(RequestFactory().get("/"), ValueError()) is None


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"csp-report": {"effective-directive": "img-src"}}', 204),
        (b"{}", 400),
        (b"[]", 400),
        (b"null", 400),
        (b"\xff", 400),
        (b'{"csp-report": "x"}', 400),
    ],
)
def test_reports_of_the_policy(client: Client, body: bytes, expected: int) -> None:
    response = client.post("/csp/", body, content_type="application/csp-report")
    assert response.status_code == expected


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
def test_who_sends_too_much_hears_it(production_server: Callable[..., ProductionServer]) -> None:
    """The whole answer arrives, although the body was far too long: no broken connection."""
    server, body = production_server(), b"a=" + b"x" * 3_000_000
    head = f"POST /kontakt/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n"
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as connection:
        connection.sendall(f"{head}Connection: close\r\n\r\n".encode() + body)
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413 ")
    assert b"</html>" in answer
