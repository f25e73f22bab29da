"""Receipts for robots: whoever fills in the hidden field sees a receipt like everybody else's, and nothing is stored.

The address of such a receipt is a UUID that only we can make, so that the page needs no row to know it.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid

from django.conf import settings

from portal.core.references import ALPHABET


def _seal(half: bytes) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), b"decoy" + half, hashlib.sha256).digest()[:8]


def decoy_id() -> uuid.UUID:
    """The id of a receipt for something that was not stored."""
    half = secrets.token_bytes(8)
    return uuid.UUID(bytes=half + _seal(half))


def is_decoy(receipt: uuid.UUID) -> bool:
    return hmac.compare_digest(_seal(receipt.bytes[:8]), receipt.bytes[8:])


def decoy_reference(receipt: uuid.UUID) -> str:
    """The reference on a decoy's page: the same at each look."""
    letters = "".join(ALPHABET[byte % len(ALPHABET)] for byte in _seal(receipt.bytes[8:]))
    return f"SAM-{letters[:4]}-{letters[4:]}"
