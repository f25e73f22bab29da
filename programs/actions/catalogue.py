"""Load the programmes that the package carries, without touching what staff has written."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any, TypeVar

from django.db import models, transaction

from programs.models import Cohort, InterestRound, Occasion, Programme, Theme

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True)
class ProgrammesReport:
    """What a load did: programmes by slug, cohorts as "slug 2019:2"."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def known_programmes() -> list[dict[str, Any]]:
    """The programmes in programs/data, as its README tells."""
    files = (file for file in resources.files("programs").joinpath("data").iterdir() if file.name.endswith(".toml"))
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(files, key=lambda file: file.name)]


@transaction.atomic
def load_programmes(programmes: Iterable[dict[str, Any]] | None = None) -> ProgrammesReport:
    """Add the programmes and cohorts that are missing; leave those that exist as they are. Safe to run again."""
    added: list[str] = []
    kept: list[str] = []
    for facts in known_programmes() if programmes is None else programmes:
        slug = facts["slug"]
        programme = Programme.objects.filter(slug=slug).first()
        (kept if programme else added).append(slug)
        programme = programme or _add_programme(facts)
        existing = {cohort.label for cohort in programme.cohorts.all()}
        for cohort_facts in facts.get("cohorts", []):
            label = Cohort(year=cohort_facts["year"], number=cohort_facts.get("number", 1)).label
            (kept if label in existing else added).append(f"{slug} {label}")
            if label not in existing:
                _add_cohort(programme, cohort_facts)
    return ProgrammesReport(added=tuple(added), kept=tuple(kept))


def _add_programme(facts: dict[str, Any]) -> Programme:
    programme = _store(Programme(**_without(facts, "themes", "cohorts")))
    for theme in facts.get("themes", []):
        _store(Theme(programme=programme, **theme))
    return programme


def _add_cohort(programme: Programme, facts: dict[str, Any]) -> None:
    year = facts.get("interest_round")
    interest_round = InterestRound.objects.get_or_create(year=year)[0] if year else None
    fields = _without(facts, "occasions", "interest_round")
    cohort = _store(Cohort(programme=programme, interest_round=interest_round, **fields))
    themes = {theme.number: theme for theme in programme.themes.all()}
    for occasion in facts.get("occasions", []):
        theme = themes.get(occasion.get("theme", 0))
        _store(Occasion(cohort=cohort, theme=theme, **_without(occasion, "theme")))


def _without(facts: dict[str, Any], *names: str) -> dict[str, Any]:
    """The facts but those that are rows of their own; texts without the line breaks that TOML puts around them."""
    rest = {name: value for name, value in facts.items() if name not in names}
    return {name: value.strip() if isinstance(value, str) else value for name, value in rest.items()}


def _store(row: Row) -> Row:
    """Save after Django's own validation, so that a slip in the data stops here and not on a page."""
    row.full_clean()
    row.save()
    return row
