"""The page for a fault of ours gives back what was typed, to whoever typed it and to nobody else."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from bs4 import BeautifulSoup
from django.test import RequestFactory

from portal.core.views import server_error
from tests.logged_out_page import shown

if TYPE_CHECKING:
    from django.http import HttpResponse

# No test here has a database: nor may the page ask one.
OURS = {"origin": "http://testserver"}
NOTE = "Vi ses i Lund.\nSka vi åka ihop?"


def page_after(data: dict[str, str], origin: dict[str, str] = OURS) -> HttpResponse:
    return server_error(RequestFactory().post("/mina-sidor/", data, headers=origin))


def buttons(response: HttpResponse) -> list[str]:
    return [button.get_text() for button in BeautifulSoup(response.content, "html.parser").select("button")]


def test_a_form_that_repeats_without_harm_can_be_sent_again() -> None:
    response = page_after({"token": "abc", "csrfmiddlewaretoken": "old", "message": NOTE, "phone": "08-1"})

    sent = BeautifulSoup(response.content, "html.parser").select("form input")
    assert {str(one["name"]): str(one["value"]) for one in sent if one["name"] != "csrfmiddlewaretoken"} == {
        "token": "abc",
        "message": NOTE,
        "phone": "08-1",
    }
    assert [str(one["value"]) for one in sent if one["name"] == "csrfmiddlewaretoken"] != ["old"]
    assert (response.status_code, buttons(response), shown(response)) == (
        500,
        ["Skicka igen"],
        [("Det du skrev", NOTE)],
    )


def test_of_any_other_form_what_was_written_can_be_copied() -> None:
    response = page_after({"note": NOTE, "seen": "0f" * 32, "do": "ready now"})

    assert (response.status_code, buttons(response), shown(response)) == (500, [], [("Det du skrev", NOTE)])
    assert "se om det är sparat" in response.content.decode()


def test_a_code_is_never_shown() -> None:
    response = page_after({"code": "ABCD EFGH", "login": "asa@kommun.example"})

    assert shown(response) == []
    assert "ABCD" not in response.content.decode()
    assert "asa@" not in response.content.decode()


@pytest.mark.parametrize("origin", [{}, {"origin": "null"}, {"origin": "https://evil.example"}])
def test_what_another_site_sent_is_not_shown(origin: dict[str, str]) -> None:
    response = page_after({"token": "abc", "message": NOTE}, origin)

    assert (response.status_code, buttons(response), shown(response)) == (500, [], [])
    assert "Lund" not in response.content.decode()


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT"])
def test_whoever_sent_no_form_reads_only_that_it_is_our_fault(method: str) -> None:
    response = server_error(RequestFactory().generic(method, "/program/?token=abc&message=Vi+ses", headers=OURS))

    assert (response.status_code, buttons(response), shown(response)) == (500, [], [])
    assert "Felet är vårt" in response.content.decode()


def test_a_post_of_a_script_is_answered_without_its_words() -> None:
    request = RequestFactory().post("/synk/", f'{{"token": "{NOTE[:5]}"}}', "application/json", headers=OURS)

    assert shown(server_error(request)) == []


def test_a_body_that_cannot_be_read_adds_no_fault(caplog: pytest.LogCaptureFixture) -> None:
    class Broken(BytesIO):
        def read(self, *_arguments: object) -> bytes:
            raise OSError("gone")

    request = RequestFactory().post("/kontakt/", {"message": NOTE}, headers=OURS)
    request._stream = Broken()  # what the server reads from

    response = server_error(request)

    assert (response.status_code, shown(response)) == (500, [])
    assert "could not be read" in caplog.text
