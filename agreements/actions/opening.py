"""What a new room is made of: a template, a seat for each of the two, an empty text."""

from __future__ import annotations

import uuid
from collections.abc import Sequence

from agreements.collaboration.document import genesis
from agreements.forms import Person
from agreements.models import Agreement, Document, Member, TemplateVersion, Update
from agreements.queries.templates import newest_version, section_keys
from portal.accounts.actions import account_for
from portal.core import audit


class TemplateNotOffered(Exception):  # noqa: N818 - the view says so at the field
    """The template that was chosen is no longer offered."""


def offered_version(slug: str) -> TemplateVersion:
    """The version that an agreement begun now is written by. Raises `TemplateNotOffered`."""
    version = newest_version(slug)
    if version is None:
        raise TemplateNotOffered
    return version


def let_in(agreement: Agreement, person: Person, *, by: audit.Actor) -> Member:
    """A seat in the room for one of the two."""
    user = account_for(person.address.typed, person.name, by=by)
    return Member.objects.create(
        agreement=agreement, user=user, role=person.role, name=person.name, title=person.title_or_role
    )


def open_document(
    agreement: Agreement, version: TemplateVersion, owner: Member | None = None, keys: Sequence[str] = ()
) -> Document:
    """A text with an empty paragraph below each heading, or below the given ones.

    Its first update comes from here and never from a browser.
    """
    document = Document.objects.create(agreement=agreement, owner=owner, head_seq=1)
    _begin_log(document, keys or section_keys(version))
    return document


def open_anew(document: Document, version: TemplateVersion) -> None:
    """Give a text in which nobody has written the headings of another template, as another epoch of it."""
    document.updates.all().delete()
    document.snapshots.all().delete()
    document.epoch, document.head_seq, document.snapshot_seq, document.purged_seq = uuid.uuid4(), 1, 0, 0
    document.save()
    _begin_log(document, section_keys(version))


def _begin_log(document: Document, keys: Sequence[str]) -> None:
    Update.objects.create(document=document, seq=1, data=genesis(keys))
