"""One form open in two windows: the pages as somebody has them in front of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

if TYPE_CHECKING:
    from django.test import Client


def fields(html: str | bytes, form: str = "main form") -> dict[str, Any]:
    """What a press of the page's button would send."""
    page = BeautifulSoup(html, "html.parser")
    found: dict[str, Any] = {}
    for field in page.select(f"{form} :is(input, select, textarea)[name]"):
        name, kind = str(field["name"]), field.get("type")
        if kind in ("radio", "checkbox"):
            if field.has_attr("checked"):
                found.setdefault(name, []).append(str(field.get("value", "on")))
        elif field.name == "select":
            option = field.select_one("option[selected]")
            found[name] = str(option["value"]) if option else ""
        else:
            found[name] = field.get_text().strip("\n") if field.name == "textarea" else str(field.get("value", ""))
    return found


class Window:
    """A page that stays open: what it shows is what it showed when it was fetched, or answered."""

    def __init__(self, client: Client, path: str, *, form: str = "main form", to: str = "") -> None:
        self._client, self._to, self._form = client, to or path, form
        self.page = client.get(path)
        assert self.page.status_code == 200
        self.fields = fields(self.page.content, form)

    def save(self, **typed: Any) -> int:
        """Press the button; the status of the answer, which is read when it is a refusal."""
        self.page = self._client.post(self._to, {**self.fields, **typed})
        if self.page.status_code == 422:
            self.fields = fields(self.page.content, self._form)
        return self.page.status_code

    @property
    def saved_now(self) -> list[str]:
        """What the refusal shows as stored, in the order of the fields."""
        page = BeautifulSoup(self.page.content, "html.parser")
        return [box.get_text() for box in page.select(".field__saved")]

    @property
    def summary(self) -> str:
        page = BeautifulSoup(self.page.content, "html.parser")
        box = page.select_one("#error-summary")
        return box.get_text(" ", strip=True) if box else ""
