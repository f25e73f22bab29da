"""Whoever tries the demo with an address that nobody has reads what people read in production."""

from __future__ import annotations

import pytest
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseNotFound
from django.test import RequestFactory
from django.views.debug import technical_404_response
from pytest_django import Settings

from portal.demo.middleware import OwnNotFound


def answer(response: HttpResponse) -> HttpResponse:
    return OwnNotFound(lambda _request: response)(RequestFactory().get("/finns-inte/"))


def technical(request: HttpRequest) -> HttpResponse:
    return technical_404_response(request, Http404("private"))


def test_the_page_for_developers_is_replaced(settings: Settings) -> None:
    settings.DEBUG = True
    shown = technical(RequestFactory().get("/finns-inte/"))
    assert b"URLconf" in shown.content or b"private" in shown.content

    response = answer(shown)

    assert response.status_code == 404
    assert "Sidan finns inte" in response.content.decode()
    assert b"URLconf" not in response.content
    assert b"private" not in response.content


@pytest.mark.parametrize("response", [HttpResponseNotFound("ours"), HttpResponse("<code>DEBUG = True</code>")])
def test_everything_else_passes(response: HttpResponse) -> None:
    assert answer(response) is response
