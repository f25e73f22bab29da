"""Beginning an agreement: the room, the two people, the empty text."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.db import IntegrityError, transaction

from agreements import mail
from agreements.collaboration.document import genesis
from agreements.forms import Person, StartOrder
from agreements.models import Agreement, AgreementStart, Document, Member, TemplateVersion, Update
from agreements.queries.templates import newest_version, section_keys
from portal.accounts.actions import account_for
from portal.core import audit
from portal.core.captcha import ProofAlreadyUsed
from portal.core.forms import Submitted
from portal.core.references import new_reference

# The same form, or a form about the same new address, arrived in the same moment: looked at again this many times.
MOST_ATTEMPTS = 5


class StartRefused(Exception):  # noqa: N818 - the view handles it
    """The template that was chosen is no longer offered, or others were first again and again."""


@dataclass(frozen=True)
class StartReceipt:
    """The id in the receipt's address, and whether the same form had come before."""

    id: uuid.UUID
    again: bool = False


def start_agreement(order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> StartReceipt:
    """Make the room, let the two in and tell them by mail; a repeat of the same form leads to the same receipt.

    Raises `ProofAlreadyUsed` or `StartRefused`.
    """
    for _attempt in range(MOST_ATTEMPTS):
        if known := AgreementStart.objects.filter(submission_token=submitted.token).first():
            return StartReceipt(known.pk, again=True)
        try:
            return _start(order, submitted, by=by)
        except IntegrityError:
            # Somebody was there before: this very form, its captcha proof, or an account for one of the addresses.
            if _proof_is_used(submitted):
                raise ProofAlreadyUsed from None
    raise StartRefused


def _proof_is_used(submitted: Submitted) -> bool:
    proof = submitted.captcha.proof
    others = AgreementStart.objects.exclude(submission_token=submitted.token)
    return proof is not None and others.filter(captcha_proof=proof).exists()


@transaction.atomic
def _start(order: StartOrder, submitted: Submitted, *, by: audit.Actor) -> StartReceipt:
    version = newest_version(order.template)
    if version is None:
        raise StartRefused
    agreement = Agreement.objects.create(
        organisation=order.organisation, template_version=version, term_ends_on=order.term_ends_on
    )
    start = _keep_form(agreement, submitted)
    first, second = (_let_in(agreement, person, by=by) for person in order.people)
    open_document(agreement, version)
    audit.record("agreements.agreement_started", agreement, by=by, template=order.template, version=version.number)
    for member, other in ((first, second), (second, first)):
        mail.agreement_started(member, other, began=member.role == order.started_by)
    return StartReceipt(start.pk)


def _keep_form(agreement: Agreement, submitted: Submitted) -> AgreementStart:
    return AgreementStart.objects.create(
        agreement=agreement,
        reference=new_reference(),
        delete_after=AgreementStart.personal_record.delete_after(),
        **submitted.columns(),
    )


def _let_in(agreement: Agreement, person: Person, *, by: audit.Actor) -> Member:
    user = account_for(person.address.typed, person.name, by=by)
    title = person.title or str(person.role.label)
    return Member.objects.create(agreement=agreement, user=user, role=person.role, name=person.name, title=title)


def open_document(
    agreement: Agreement, version: TemplateVersion, owner: Member | None = None, keys: Sequence[str] = ()
) -> Document:
    """A text with an empty paragraph below each heading, or below the given ones.

    Its first update comes from here and never from a browser.
    """
    document = Document.objects.create(agreement=agreement, owner=owner, head_seq=1)
    first = genesis(keys or section_keys(version))
    Update.objects.create(document=document, seq=1, data=first)
    return document
