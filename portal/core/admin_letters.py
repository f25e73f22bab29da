"""What staff may read of a mail: all of it, or, of letters between people whose room is theirs, only what became of it.

An app names its letters in its `admin.py`: `site.register_letters({"programs/interest_registered": _("bekräftelse")})`,
and those whose people and text nobody else may read with `between_others=True`.
"""

from __future__ import annotations

import re
from typing import Final

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from portal.core.admin_site import site
from portal.core.models import OutgoingMail

NOTHING: Final = "–"
# The code and the enhanced code that a mail server begins its answer with. What follows may repeat the address.
CODES: Final = re.compile(r"\d{3}(?:[ -]\d\.\d{1,3}\.\d{1,3})?")


def is_between_others(mail: OutgoingMail) -> bool:
    return mail.letter in site.letters_between_others


def readable(mails: QuerySet[OutgoingMail]) -> QuerySet[OutgoingMail]:
    """Those whose people and words staff may read, and so may search."""
    return mails.exclude(letter__in=site.letters_between_others)


def subject(mail: OutgoingMail) -> str:
    """The subject; of a letter between others what kind of letter it is."""
    return site.letter_label(mail.letter).capitalize() if is_between_others(mail) else mail.subject


def recipient(mail: OutgoingMail) -> str:
    """The address; of a letter between others only where it went."""
    if not is_between_others(mail):
        return mail.to_email
    _name, _at, host = mail.to_email.rpartition("@")
    return f"•••@{host}"


def server_answer(mail: OutgoingMail) -> str:
    """What the mail server said; to a letter between others only its codes."""
    if not is_between_others(mail):
        return mail.server_reply or NOTHING
    codes = CODES.match(mail.server_reply)
    return codes.group() if codes else NOTHING


def why_unreadable(mail: OutgoingMail) -> str:
    """Why the text is not shown; empty when it is."""
    if mail.secret:
        return _(
            "Mejlet har en inloggningskod eller en personlig länk. Den visas inte här och sparas inte när mejlet är"
            " skickat."
        )
    if is_between_others(mail):
        return _("Mejlet hör till en överenskommelse. Bara den som fick det kan läsa det.")
    return ""
