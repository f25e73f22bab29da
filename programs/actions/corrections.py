"""What staff puts right about a person: a misspelt name or address, the wrong organisation, a missing reference."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields

from django.db import transaction

from portal.accounts.actions import account_for
from portal.core import audit, normalisation
from portal.core.normalisation import Address
from portal.organisations.models import Organisation
from programs.actions.locking import lock_place
from programs.actions.readdressing import readdress, tell_right_address
from programs.models import Application, Invoicing, Place
from programs.states import NOT_COUNTED


class AddressTaken(Exception):  # noqa: N818 - the page handles it
    """Somebody else in the cohort has that address."""


@dataclass(frozen=True)
class Correction:
    """What staff says is right about a person."""

    name: str
    email: Address
    phone: str
    organisation: Organisation
    role: str
    side: str
    is_listed: bool


@transaction.atomic
def correct_place(place: Place, correction: Correction, *, by: audit.Actor) -> Place:
    """Put a person's details right. Raises `AddressTaken`.

    With another address the place belongs to another mailbox: whoever owns the earlier one no longer gets in, and
    whoever owns the new one is told what holds, with a link of their own.
    """
    row = lock_place(place)
    address = correction.email
    details = {field.name: getattr(correction, field.name) for field in fields(Correction) if field.name != "email"}
    changed = [name for name, value in details.items() if getattr(row, name) != value]
    for name in changed:
        setattr(row, name, details[name])
    row.phone_e164 = normalisation.e164(row.phone)
    moves = False
    if row.email != address.typed:
        changed.append("email")
        moves = _readdress(row, address, by=by)
    if changed:
        row.save()
        line = audit.record("programs.place_corrected", row, by=by, fields=sorted(changed), cohort=row.cohort_id)
        if moves:
            tell_right_address(row, line.pk)
    return row


def _readdress(row: Place, address: Address, *, by: audit.Actor) -> bool:
    others = Place.objects.counted().filter(cohort_id=row.cohort_id, email_key=address.key).exclude(pk=row.pk)
    if row.state not in NOT_COUNTED and others.exists():
        raise AddressTaken
    needs_account = row.user_id is not None and row.email_key != address.key
    return readdress(row, address, account_for(address.typed, row.name, by=by) if needs_account else None)


@transaction.atomic
def correct_papers(paper: Application | Invoicing, changed: Sequence[str], *, by: audit.Actor) -> None:
    """Store these fields of an application, or of whom to invoice, as staff wrote them."""
    if changed:
        paper.save(update_fields=list(changed))
        event = "programs.application_corrected" if isinstance(paper, Application) else "programs.invoicing_corrected"
        audit.record(event, paper, by=by, fields=sorted(changed))
