"""What goes with a place to another mailbox, and what is shut to whoever has the earlier one."""

from __future__ import annotations

import uuid

from django.db.models import Q

from portal.accounts.models import User
from portal.core import outgoing
from portal.core.models import OutgoingMail
from portal.core.normalisation import Address
from portal.core.states import MailState
from programs import mail_letters, mail_places
from programs.models import LetterRecipient, Place
from programs.queries.letters import gaps
from programs.states import NOT_COUNTED


def readdress(row: Place, address: Address, user: User | None = None) -> bool:
    """Give a locked place another address, unsaved but for its account; whether it is another mailbox's now.

    The personal links hold for the address alone. What does not hang on it is shut here: an account that had the place
    by the earlier address loses it, to `user` or to whoever logs in with the new one, the calendar feed, whose address
    was mailed, gets a new one, and mails that wait to go to the earlier address stay here.
    """
    mistaken = row.email_key
    row.email, row.email_key = address.typed, address.key
    if mistaken == address.key:
        return False
    row.calendar_key, row.user = uuid.uuid4(), user
    # `save` leaves the account to the verbs.
    Place.objects.filter(pk=row.pk).update(user=user)
    outgoing.stop(OutgoingMail.objects.about(row), mistaken)
    return True


def tell_right_address(row: Place, audit_id: int) -> None:
    """What holds now, and those of staff's letters that were stopped on their way to the mistaken address.

    To be called when the row is saved. A letter that would have a hole by now goes to nobody; it stays as stopped.
    """
    mail_places.tell_anew(row, audit_id)
    if row.state in NOT_COUNTED:
        return
    was_stopped = Q(mail__state=MailState.STOPPED) | Q(mail__resends__state=MailState.STOPPED)
    for recipient in LetterRecipient.objects.filter(was_stopped, place=row).select_related("letter").distinct():
        recipient.place = row
        if gaps(recipient.letter, [mail_letters.recipient(recipient.letter, row, is_real=True)]):
            continue
        recipient.mail = mail_letters.letter_sent(recipient.letter, recipient, audit_id)
        recipient.save(update_fields=["mail"])
