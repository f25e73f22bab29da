"""References that people read aloud and type from a phone: no vowels (no words), no 0/O or 1/I."""

import re
import secrets

ALPHABET = "23456789BCDFGHJKMNPQRTVWXZ"
WHOLE = re.compile(r"SAM[\s-]*([0-9A-Z]{4})[\s-]*([0-9A-Z]{4})")
# Heard on the telephone: without vowels it is nobody's name, and with a letter no telephone number.
BARE = re.compile(rf"(?=.*[B-Z])([{ALPHABET}]{{4}})[\s-]*([{ALPHABET}]{{4}})")


def new_reference() -> str:
    """A fresh reference such as "SAM-7K3F-9QXZ". There are 26^8, so the unique constraint hardly ever says no."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(8))
    return f"SAM-{letters[:4]}-{letters[4:]}"


def read_reference(typed: str) -> str | None:
    """The reference that somebody typed, in capitals; None when it is something else, or only a part of one."""
    text = typed.strip().upper()
    found = WHOLE.fullmatch(text) or BARE.fullmatch(text)
    return f"SAM-{found[1]}-{found[2]}" if found else None
