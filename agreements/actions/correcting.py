"""Mending what the form said that began an agreement, until one of the two has begun.

Whoever holds the form's token began the agreement, and has shown nothing more than that. So once somebody has logged in
or written, such a form changes nothing: who sits in the room is then for the two to decide.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from agreements import mail
from agreements.actions.opening import let_in, offered_version, open_anew
from agreements.collaboration import hints
from agreements.forms import Person, StartOrder
from agreements.models import Agreement, AgreementStart, Document, Member
from agreements.queries.starts import invitations, is_untouched
from portal.accounts.actions import account_for, change_user, remove_mistaken_account
from portal.accounts.models import User
from portal.core import audit
from portal.core.forms import Submitted
from portal.core.models import AuditEvent

# What the letter says to each of the two, by account.
Said = dict[int, tuple[str, ...]]


@dataclass(frozen=True)
class _Room:
    """A room, held until the transaction ends."""

    agreement: Agreement
    document: Document
    members: list[Member]

    @property
    def is_untouched(self) -> bool:
        return is_untouched(self.agreement, self.document, self.members)

    def made(self, user: User) -> bool:
        """Whether the account came with the room, and was not here before: added by staff, or with another form."""
        return user.date_joined >= self.agreement.created_at


@transaction.atomic
def correct(start: AgreementStart, order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> bool:
    """Let the newer content count instead of what the form said before, and tell those for whom something is new.

    False, and nothing is changed, when one of the two has begun. Raises `TemplateNotOffered`.
    """
    room = _locked(start)
    if not room.is_untouched:
        return False
    before = _said(room.members)
    _change_agreement(room, order)
    seated = _seat(room, order, by=by)
    start.submission_digest, start.flags = submitted.digest, list(submitted.flags)
    start.save(update_fields=["submission_digest", "flags"])
    line = _note(room, seated, by=by)
    _tell(seated, before, line.pk)
    hints.membership_changed(room.agreement.pk)
    return True


def _locked(start: AgreementStart) -> _Room:
    """Lock in the same order as the verbs of the room: the text, the agreement, then those who are about to come in."""
    document = Document.objects.select_for_update().get(agreement_id=start.agreement_id, owner__isnull=True)
    agreement = Agreement.objects.select_for_update().get(pk=start.agreement_id)
    members = Member.objects.select_for_update(of=("self",)).select_related("user").filter(agreement=agreement)
    return _Room(agreement, document, list(members.order_by("pk")))


def _said(members: list[Member]) -> Said:
    first, second = members
    agreement = first.agreement
    about = (agreement.template_version.template.name, agreement.organisation.name)
    return {me.user_id: (me.name, other.name, *about) for me, other in ((first, second), (second, first))}


def _change_agreement(room: _Room, order: StartOrder) -> None:
    agreement = room.agreement
    agreement.organisation, agreement.term_ends_on = order.organisation, order.term_ends_on
    if agreement.template_version.template.slug != order.template:
        agreement.template_version = offered_version(order.template)
        open_anew(room.document, agreement.template_version)
    agreement.save(update_fields=["organisation", "term_ends_on", "template_version"])


def _seat(room: _Room, order: StartOrder, *, by: audit.Actor) -> list[Member]:
    """The two as the form tells them now. Who stays keeps the seat; who is not told of any more loses it and its mails.

    A lost seat is deleted, so that a page which is on its way in finds none; and so is the account, if that was all.
    """
    users = [account_for(person.address.typed, person.name, by=by) for person in order.people]
    staying = {member.user_id: member for member in room.members if member.user in users}
    for member in room.members:
        if member.user_id not in staying:
            mail.take_back(member)
            member.delete()
            remove_mistaken_account(member.user, since=room.agreement.created_at, by=by)
    # Whoever changes places with the other steps out for a moment: no role may be held twice.
    Member.objects.filter(pk__in=[member.pk for member in staying.values()]).update(left_at=timezone.now())
    seated = [
        _keep_seat(room, staying[user.pk], person, by=by)
        if user.pk in staying
        else let_in(room.agreement, person, by=by)
        for user, person in zip(users, order.people, strict=True)
    ]
    for member in seated:
        member.agreement = room.agreement
    return seated


def _keep_seat(room: _Room, member: Member, person: Person, *, by: audit.Actor) -> Member:
    if room.made(member.user):
        _mend_account(member.user, member.name, person.name, by=by)
    member.role, member.name, member.title, member.left_at = person.role, person.name, person.title_or_role, None
    member.save(update_fields=["role", "name", "title", "left_at"])
    return member


def _mend_account(user: User, before: str, name: str, *, by: audit.Actor) -> None:
    """The name of an account that nobody has used yet came from this form, and is mended as in the room."""
    if user.name == before != name and user.last_login is None and not user.is_staff:
        user.name = name
        change_user(user, ["name"], by=by)


def _note(room: _Room, seated: list[Member], *, by: audit.Actor) -> AuditEvent:
    version = room.agreement.template_version
    before, after = {member.pk for member in room.members}, {member.pk for member in seated}
    return audit.record(
        "agreements.start_corrected",
        room.agreement,
        by=by,
        template=version.template.slug,
        version=version.number,
        newcomers=len(after - before),
    )


def _tell(seated: list[Member], before: Said, change: int) -> None:
    """A newcomer is invited, and whoever got a letter that no longer holds is told so; the others hear nothing."""
    now = _said(seated)
    for member, other in (seated, seated[::-1]):
        if before.get(member.user_id) == now[member.user_id]:
            continue
        mail.take_back(member)
        if invitations(member).exists():
            mail.agreement_start_corrected(member, other, change)
        else:
            mail.agreement_started(member, other)
