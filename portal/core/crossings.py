"""How a page of one app leads to a thing of another app that it knows nothing of but the slug.

Apps are strangers to each other; the roof (`portal.urls`) tells who answers for which kind of thing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Link:
    """Where it is and what it is called."""

    label: str
    url: str


Resolver = Callable[[str], Link | None]
_resolvers: dict[str, Resolver] = {}


def register(kind: str, resolver: Resolver) -> None:
    """Let `resolver` answer for that kind: a link to the thing with the slug, or None when visitors may not see it."""
    _resolvers[kind] = resolver


def link_to(kind: str, slug: str) -> Link | None:
    """The link, or None when there is no such thing, or nobody who knows."""
    resolver = _resolvers.get(kind)
    return resolver(slug) if resolver and slug else None
