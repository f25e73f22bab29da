"""What a visitor's browser does with the forms of the pages: fetch, take over the hidden fields, post."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse as Response

MESSAGE: dict[str, Any] = {
    "name": "Åsa Lind-Öberg",
    "email": "asa.lind@kommun.example",
    "organisation": "Exempelkommun",
    "message": "Hej!\nVilket program passar mig?",
}
REPORT: dict[str, Any] = {"message": "Knappen går inte att nå med tabb.", "where": "Startsidan", "email": ""}
FORMS = {"contact": MESSAGE, "accessibility_report": REPORT}


def soup(response: Response) -> BeautifulSoup:
    return BeautifulSoup(response.content, "html.parser")


def hidden_fields(client: Client, form: str) -> dict[str, Any]:
    """The hidden fields of a freshly opened form."""
    page = soup(client.get(reverse(form)))
    fields = page.select("main form:not(.feedback) input[type=hidden]")
    return {str(field["name"]): str(field.get("value", "")) for field in fields}


def filled(client: Client, form: str, /, **changes: Any) -> dict[str, Any]:
    """A freshly opened form, filled in without JavaScript."""
    return {**hidden_fields(client, form), **FORMS[form], **changes}


def send(client: Client, form: str, /, **changes: Any) -> Response:
    return client.post(reverse(form), filled(client, form, **changes))


def errors(response: Response) -> dict[str, str]:
    """The error texts by the name of their field."""
    boxes = soup(response).select(".field__error")
    return {str(box["id"]).removeprefix("id_").removesuffix("_error"): box.get_text(" ", strip=True) for box in boxes}
