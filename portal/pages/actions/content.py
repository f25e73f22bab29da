"""The verbs of the content pages: load the texts that the package carries, and edit them."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.pages.models import AccessibilityStatement, Page, Responsible

# Changing one of these is news to the reader: the page was updated.
TEXTS = ("title", "lead", "body", "contact_text")


@dataclass(frozen=True)
class PagesReport:
    """What a load did: keys of the pages."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def known_pages() -> list[dict[str, Any]]:
    """The texts in portal/pages/data, as its README tells."""
    files = (file for file in resources.files("portal.pages").joinpath("data").iterdir() if file.name.endswith(".toml"))
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(files, key=lambda file: file.name)]


@transaction.atomic
def load_pages(pages: Iterable[dict[str, Any]] | None = None, *, by: audit.Actor = audit.SYSTEM) -> PagesReport:
    """Add the pages that are missing, published from today; leave those that exist as staff has made them."""
    existing = set(Page.objects.values_list("key", flat=True))
    added: list[str] = []
    kept: list[str] = []
    for facts in known_pages() if pages is None else pages:
        (kept if facts["key"] in existing else added).append(facts["key"])
        if facts["key"] not in existing:
            _add(facts, by=by)
    return PagesReport(tuple(added), tuple(kept))


def _add(facts: dict[str, Any], *, by: audit.Actor) -> None:
    responsible, _created = Responsible.objects.get_or_create(**facts["responsible"])
    texts = {name: facts.get(name, "").strip() for name in TEXTS}
    today = timezone.localdate()
    page = Page(
        key=facts["key"], responsible=responsible, published=True, published_on=today, updated_on=today, **texts
    )
    page.full_clean()
    page.save()
    if "statement" in facts:
        statement = AccessibilityStatement(page=page, **facts["statement"])
        statement.full_clean()
        statement.save()
    audit.record("pages.page_added", page, by=by, key=page.key)


@transaction.atomic
def edit_page(page: Page, changed: Sequence[str], *, by: audit.Actor) -> None:
    """Store what staff changed. A changed text is an update of today, unless staff chose another day."""
    if set(changed) & set(TEXTS) and "updated_on" not in changed:
        page.updated_on = timezone.localdate()
    page.save()
    audit.record("pages.page_edited", page, by=by, fields=list(changed))


@transaction.atomic
def edit_statement(statement: AccessibilityStatement, changed: Sequence[str], *, by: audit.Actor) -> None:
    """Store a new assessment of the accessibility; the statement is then updated today."""
    statement.save()
    Page.objects.filter(pk=statement.page_id).update(updated_on=timezone.localdate())
    audit.record("pages.statement_edited", statement.page, by=by, fields=list(changed))
