"""Templates: loaded from the package, and edited by staff in versions. What is published never changes."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from dataclasses import dataclass
from importlib import resources
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from agreements.models import Template, TemplateSection, TemplateVersion
from portal.core import audit


class TemplateRefused(Exception):  # noqa: N818 - staff handles it
    """What staff wants is not possible: the version is published already, or says nothing."""


@dataclass(frozen=True)
class TemplatesReport:
    """Which templates a load added and which it left as they were, by slug."""

    added: tuple[str, ...]
    kept: tuple[str, ...]


def known_templates() -> list[dict[str, Any]]:
    """The templates in agreements/data, as its README tells. The sample beside them has no slug."""
    files = (file for file in resources.files("agreements").joinpath("data").iterdir() if file.name.endswith(".toml"))
    read = [tomllib.loads(file.read_text("utf-8")) for file in sorted(files, key=lambda file: file.name)]
    return [facts for facts in read if "slug" in facts]


@transaction.atomic
def load_templates(templates: Iterable[dict[str, Any]] | None = None) -> TemplatesReport:
    """Add the templates that are missing, each with a published first version. Safe to run again."""
    added: list[str] = []
    kept: list[str] = []
    for facts in known_templates() if templates is None else templates:
        known = Template.objects.filter(slug=facts["slug"]).exists()
        (kept if known else added).append(facts["slug"])
        if not known:
            _add_template(facts)
    return TemplatesReport(tuple(added), tuple(kept))


def _add_template(facts: dict[str, Any]) -> None:
    template = Template(**{name: facts[name] for name in ("slug", "name", "kind", "lead")})
    template.full_clean()
    template.save()
    version = TemplateVersion.objects.create(template=template, number=1)
    for position, section_facts in enumerate(facts["sections"], start=1):
        texts = {name: value.strip() for name, value in section_facts.items()}
        section = TemplateSection(version=version, position=position, **texts)
        section.full_clean()
        section.save()
    publish_template_version(version, by=audit.SYSTEM)


@transaction.atomic
def draft_template_version(template: Template, *, by: audit.Actor) -> TemplateVersion:
    """The version that staff may edit: the unpublished one, else a new one copied from the last."""
    Template.objects.select_for_update().get(pk=template.pk)
    versions = TemplateVersion.objects.filter(template=template)
    if unpublished := versions.filter(published_at__isnull=True).first():
        return unpublished
    number = (versions.aggregate(last=Max("number"))["last"] or 0) + 1
    draft = TemplateVersion.objects.create(template=template, number=number)
    _copy_sections(versions.filter(number=number - 1).first(), draft)
    audit.record("agreements.template_version_drafted", draft, by=by, number=number)
    return draft


def _copy_sections(source: TemplateVersion | None, target: TemplateVersion) -> None:
    if source is None:
        return
    for section in source.sections.all():
        section.pk, section.version = None, target
        section._state.adding = True  # noqa: SLF001 - Django's documented way to copy a row
        section.save(force_insert=True)


@transaction.atomic
def publish_template_version(version: TemplateVersion, *, by: audit.Actor) -> TemplateVersion:
    """Let new agreements begin with this version. It never changes afterwards. Raises `TemplateRefused`."""
    row = TemplateVersion.objects.select_for_update().get(pk=version.pk)
    if row.published_at is not None or not row.sections.exists():
        raise TemplateRefused
    row.published_at = timezone.now()
    row.save(update_fields=["published_at"])
    audit.record("agreements.template_version_published", row, by=by, number=row.number)
    return row
