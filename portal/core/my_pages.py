"""What stands on "Mina sidor" for somebody who is logged in: each app puts up a shelf of its own.

    my_pages.register(agreements_shelf)   # def agreements_shelf(user: AbstractBaseUser) -> Shelf | None

So a person finds everything in one place, and the apps stay strangers to each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.utils.functional import Promise

Text = str | Promise


@dataclass(frozen=True)
class Item:
    """One thing of the person's, with the page where it is."""

    title: Text
    url: str = ""
    kicker: Text = ""
    text: Text = ""
    status: Text = ""
    status_kind: str = "neutral"


@dataclass(frozen=True)
class Shelf:
    """Things of one kind. `place` orders the shelves: the lowest is first."""

    heading: Text
    items: tuple[Item, ...]
    place: int = 50


ShelfFunction = Callable[[AbstractBaseUser | AnonymousUser], Shelf | None]
_makers: list[ShelfFunction] = []


def register(make: ShelfFunction) -> ShelfFunction:
    """Show the shelf that the function makes; None means that the person has nothing of that kind."""
    _makers.append(make)
    return make


def shelves(user: AbstractBaseUser | AnonymousUser) -> list[Shelf]:
    """What the person has, in order."""
    found = [shelf for make in _makers if (shelf := make(user)) is not None]
    return sorted(found, key=lambda shelf: shelf.place)
