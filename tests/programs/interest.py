"""Filling in the interest form as a browser does: fetch the page, take over its hidden fields, post."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING, Any

import altcha
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from portal.core.captcha import altcha_challenge
from portal.organisations.actions import listed_organisations, load_organisations
from programs.actions.catalogue import load_programmes

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    TestResponse = _MonkeyPatchedWSGIResponse

BASE: dict[str, Any] = {
    "name": "Åsa Lind-Öberg",
    "email": "asa.lind@kommun.example",
    "phone": "070-174 06 05",
    "organisation": "0180",
    "role": "kso",
    "programmes": ["toppolitikerprogrammet"],
    "message": "Hej! Jag vill veta mer.",
}


def load_reference_rows() -> None:
    """The programmes of the package data (interest for 2025 is open) and a handful of the 311 organisations."""
    codes = {"0180", "0980", "2080", "09", "08"}
    load_organisations([row for row in listed_organisations() if row.code in codes])
    load_programmes()


def solve(form: str = "interest") -> str:
    """A proof of work, solved as the widget in the browser solves it."""
    challenge = altcha_challenge(form)
    solution = altcha.solve_challenge(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxNumber"], 0
    )
    assert solution is not None
    found = {key: challenge[key] for key in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**found, "number": solution.number}).encode()).decode()


def open_form(client: Client, **query: str) -> dict[str, Any]:
    """Fetch the form and return its hidden fields (token; the honeypot is left empty, as people do)."""
    response = client.get(reverse("register_interest"), query)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return {str(field["name"]): str(field.get("value", "")) for field in page.select("main input[type=hidden]")}


def post(client: Client, fields: dict[str, Any], **extra: Any) -> TestResponse:
    return client.post(reverse("register_interest"), fields, **extra)


def register(client: Client, **changes: Any) -> TestResponse:
    """Open the form, fill it in without JavaScript, send it."""
    return post(client, {**open_form(client), **BASE, **changes})


def errors(response: TestResponse) -> dict[str, str]:
    """The error texts of the page by the name of their field."""
    page = BeautifulSoup(response.content, "html.parser")
    found = {}
    for box in page.select(".field__error"):
        name = str(box["id"]).removeprefix("id_").removesuffix("_error")
        found[name] = box.get_text(" ", strip=True)
    return found
