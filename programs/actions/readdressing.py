"""What goes with a place to another mailbox, and what is shut to whoever has the earlier one."""

from __future__ import annotations

import uuid

from portal.accounts.models import User
from portal.core.normalisation import Address
from programs.models import Place


def readdress(row: Place, address: Address, user: User | None = None) -> bool:
    """Give a locked place another address, unsaved but for its account; whether it is another mailbox's now.

    The personal links hold for the address alone. What does not hang on it is shut here: an account that had the place
    by the earlier address loses it, to `user` or to whoever logs in with the new one, and the calendar feed, whose
    address was mailed, gets a new one.
    """
    moves = row.email_key != address.key
    row.email, row.email_key = address.typed, address.key
    if moves:
        row.calendar_key, row.user = uuid.uuid4(), user
        # `save` leaves the account to the verbs.
        Place.objects.filter(pk=row.pk).update(user=user)
    return moves
