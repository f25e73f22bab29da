"""Swedish alphabetical order as a plain string of digits, so that every database sorts it alike."""

import unicodedata

ALPHABET = "abcdefghijklmnopqrstuvwxyzåäö"
PLACE = {letter: f"{place:02d}" for place, letter in enumerate(ALPHABET, start=1)}
GAP = "00"


def sort_key(text: str) -> str:
    """Two digits for each letter: "ål" sorts after "zon" and a space before every letter.

    Collations differ between SQLite, PostgreSQL and their versions; the order of digits does not.
    """
    return "".join(_place(sign) for sign in unicodedata.normalize("NFC", text).casefold())


def _place(sign: str) -> str:
    """The letter's place; an accent outside the Swedish alphabet (é) is ignored, any other sign is a gap."""
    if sign in PLACE:
        return PLACE[sign]
    return PLACE.get(unicodedata.normalize("NFD", sign)[0], GAP)
