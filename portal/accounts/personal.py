"""The accounts' answers about one person. Registered when the app is ready."""

from __future__ import annotations

from portal.accounts.actions import APP, OF_STAFF, erase_account
from portal.accounts.models import User
from portal.core import audit, people
from portal.core.people import Erasure, Kept, Reader, Section, is_address, sections_of


def _user(key: str) -> User | None:
    return User.objects.filter(is_address("email", key)).first()


def name_at(key: str) -> str | None:
    user = _user(key)
    return user.name if user else None


def tell(key: str, reader: Reader) -> list[Section]:
    user = _user(key)
    return sections_of([user], reader, "date_joined") if user else []


def keeps(key: str) -> list[Kept]:
    user = _user(key)
    return [OF_STAFF] if user and user.is_staff else []


def erase(key: str, _by: audit.Actor) -> Erasure:
    user = _user(key)
    return erase_account(user) if user else Erasure()


def register() -> None:
    people.register(APP, people.Holder(name_at, tell, erase, keeps))
