"""Questions about templates."""

from __future__ import annotations

from agreements.models import Template, TemplateVersion


def templates_to_choose() -> list[tuple[str, str]]:
    """The templates that have a published version: (slug, name)."""
    published = Template.objects.filter(versions__published_at__isnull=False).distinct()
    return [(template.slug, template.name) for template in published.order_by("kind", "name")]


def newest_version(slug: str) -> TemplateVersion | None:
    """The version that an agreement begun now is written by."""
    versions = TemplateVersion.objects.filter(template__slug=slug, published_at__isnull=False)
    return versions.order_by("-number").first()


def section_keys(version: TemplateVersion) -> list[str]:
    """The names of the headings, in order."""
    return list(version.sections.order_by("position").values_list("key", flat=True))
