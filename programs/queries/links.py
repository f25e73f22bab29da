"""How pages of other apps lead to a programme."""

from __future__ import annotations

from portal.core.crossings import Link
from programs.models import Programme


def programme_link(slug: str) -> Link | None:
    programme = Programme.objects.published().filter(slug=slug).first()
    return Link(programme.name, programme.get_absolute_url()) if programme else None
