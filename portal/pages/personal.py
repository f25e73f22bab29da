"""What visitors wrote to us, as answers about one person. Registered when the app is ready."""

from __future__ import annotations

from django.db.models import QuerySet

from portal.core import audit, people
from portal.core.people import Erasure, Reader, Section, is_address, let_go, sections_of
from portal.pages.models import AccessibilityReport, ContactMessage


def _messages(key: str) -> QuerySet[ContactMessage]:
    return ContactMessage.objects.filter(is_address("email", key)).order_by("created_at")


def _reports(key: str) -> QuerySet[AccessibilityReport]:
    return AccessibilityReport.objects.filter(is_address("email", key)).order_by("created_at")


def name_at(key: str) -> str | None:
    if message := _messages(key).last():
        return message.name
    return "" if _reports(key).exists() else None


def tell(key: str, reader: Reader) -> list[Section]:
    also = ("reference", "state", "created_at")
    return [*sections_of(_messages(key), reader, *also), *sections_of(_reports(key), reader, *also)]


def erase(key: str, _by: audit.Actor) -> Erasure:
    return Erasure(let_go(_messages(key)) + let_go(_reports(key)))


def register() -> None:
    people.register("pages", people.Holder(name_at, tell, erase))
