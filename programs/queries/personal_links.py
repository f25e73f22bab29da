"""What the personal links in mails carry: only we can make it, and it names nobody.

A link holds for the address that it was sent to: when that was a mistake and is mended, the link in the wrong mailbox
opens nothing any more. When the address comes back, so does the link.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.signing import Signer
from django.utils.crypto import constant_time_compare

if TYPE_CHECKING:
    from programs.models import InterestRegistration, Place

BEGINS_WITH_AN_ID = re.compile(r"([0-9a-f]{32})[-.]")


def id_in(token: str) -> str | None:
    """The id that a token begins with, or None for what is none. Whether we made it tells `PersonalLink.made`."""
    found = BEGINS_WITH_AN_ID.match(token)
    return found[1] if found else None


@dataclass(frozen=True)
class PersonalLink:
    """One kind of link. A token of one kind is worth nothing as one of another."""

    salt: str

    def token(self, row: InterestRegistration | Place, more: str = "") -> str:
        """Names the row, and `more` of what the link is about; the signature covers the address as well."""
        return self._signed(row, more, settings.SECRET_KEY)

    def made(self, token: str, row: InterestRegistration | Place, more: str = "") -> bool:
        """Whether we made that token for the row and the address that it has now; earlier keys count too."""
        keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        return any(constant_time_compare(token, self._signed(row, more, key)) for key in keys)

    def _signed(self, row: InterestRegistration | Place, more: str, key: str) -> str:
        named = f"{row.pk.hex}{more}"
        return f"{named}.{Signer(key=key, salt=self.salt, sep='.').signature(f'{named}.{row.email_key}')}"
