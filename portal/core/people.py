"""One person across everything: what we hold about an address, told to them, and erased.

Each app registers a `Holder` when it is ready: who the address belongs to, what is held, how it goes. Nobody here knows
the apps. An address is given in the form in which two are compared (`normalisation.Address.key`).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import Any

from django.apps import apps
from django.contrib.admin.models import LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Cast
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.core import audit, formats
from portal.core.models import Disposal, OutgoingMail
from portal.core.normalisation import BadAddress, clean_address
from portal.core.personal_data import HoldsPersonalData, PersonalField, PersonalRecord

Text = str | Promise


class Reader(Enum):
    """Who reads what we hold. Staff never sees what is a person's own: private notes, a pair's text."""

    PERSON = "person"
    STAFF = "staff"


@dataclass(frozen=True)
class Entry:
    """One thing that we hold, as pairs of what it is and what it says."""

    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Section:
    """Things of one kind, with why and how long we keep them."""

    title: str
    purpose: str
    kept: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True)
class Kept:
    """What stays after an erasure, and why it must: in words to the person, and to staff when those must be others."""

    what: Text
    why: Text
    to_staff: Kept | None = None

    def said_to(self, reader: Reader) -> Kept:
        return self.to_staff if self.to_staff and reader is Reader.STAFF else self


@dataclass
class Erasure:
    """What went, by model, and what stays."""

    gone: Counter[str] = field(default_factory=Counter)
    kept: list[Kept] = field(default_factory=list)


@dataclass(frozen=True)
class Holder:
    """One app's answers about an address.

    `name_of`: the name that we know the person by, None when we hold nothing. `tell`: what is held. `keeps`: what an
    erasure would leave, for the page that asks first. `erase`: let it go, in the caller's transaction.
    """

    name_of: Callable[[str], str | None]
    tell: Callable[[str, Reader], list[Section]]
    erase: Callable[[str, audit.Actor], Erasure]
    keeps: Callable[[str], list[Kept]] = lambda _key: []


CORE = "core"
_holders: dict[str, Holder] = {}


def register(app: str, holder: Holder) -> None:
    """Let an app answer for what it holds. Registered once more it is replaced."""
    _holders[app] = holder


def key_of(address: str) -> str:
    """The form in which addresses are compared; what is no address is compared in small letters."""
    try:
        return clean_address(address).key
    except BadAddress:
        return address.strip().lower()


def spellings(key: str) -> list[str]:
    """The ways in which an address may stand in a row: with its domain in ASCII, and as people read it."""
    local, _at, domain = key.rpartition("@")
    try:
        return sorted({key, f"{local}@{domain.encode('ascii').decode('idna')}"})
    except UnicodeError:
        return [key]


def is_address(field_name: str, key: str) -> Q:
    """The condition that a column holds the address, however its letters are written."""
    found = Q()
    for spelling in spellings(key):
        found |= Q(**{f"{field_name}__iexact": spelling})
    return found


# --- Questions -------------------------------------------------------------------------------------------------------
def name_of(key: str, *, apart_from: Collection[str] = ()) -> str | None:
    """The name that some app knows the person by ("" if none told a name); None when nobody holds anything."""
    names = [holder.name_of(key) for app, holder in _holders.items() if app not in apart_from]
    known = [name for name in names if name is not None]
    return max(known, key=len) if known else None


def tell(key: str, reader: Reader) -> list[Section]:
    """Everything that we hold about the person, in the order of the apps; last the mails, which say the rest again."""
    in_order = sorted(_holders, key=lambda app: app == CORE)
    return [section for app in in_order for section in _holders[app].tell(key, reader)]


def keeps(key: str, reader: Reader) -> list[Kept]:
    """What an erasure would leave, and why."""
    return [kept.said_to(reader) for holder in _holders.values() for kept in holder.keeps(key)]


def sections_of(rows: Iterable[HoldsPersonalData], reader: Reader, *also: str) -> list[Section]:
    """The rows as sections, one for each model, with the fields that its record declares; `also` adds others."""
    by_model: dict[type[HoldsPersonalData], list[Entry]] = {}
    for row in rows:
        by_model.setdefault(type(row), []).append(_entry(row, reader, also))
    return [section_about(model.personal_record, entries) for model, entries in by_model.items()]


def section_about(record: PersonalRecord, entries: Sequence[Entry]) -> Section:
    return Section(str(record.title), str(record.purpose), str(record.kept), tuple(entries))


def _entry(row: HoldsPersonalData, reader: Reader, also: Sequence[str]) -> Entry:
    own = [(_label(row, name), _said(row, name)) for name in also if _has(row, name)]
    told = [(str(each.what), _said_to(row, each, reader)) for each in row.personal_record.fields]
    last_day = getattr(row, "delete_after", None)
    until = [(_("Raderas efter"), formats.date(last_day))] if last_day else []
    return Entry(tuple(pair for pair in (*own, *told, *until) if pair[1]))


def _has(row: models.Model, name: str) -> bool:
    return any(each.name == name for each in row._meta.get_fields())


def _label(row: models.Model, name: str) -> str:
    return str(getattr(row._meta.get_field(name), "verbose_name", name)).capitalize()


def _said_to(row: models.Model, each: PersonalField, reader: Reader) -> str:
    if each.is_own and reader is Reader.STAFF:
        return _("Lämnas bara ut till personen själv, på Mina sidor.")
    return _said(row, each.name)


def _said(row: models.Model, name: str) -> str:
    """A value in words: the label of a choice, a date as we write it, the names of related things."""
    value = getattr(row, name)
    if hasattr(value, "all"):
        return ", ".join(str(each) for each in value.all())
    shown = getattr(row, f"get_{name}_display", None)
    if shown is not None:
        return str(shown() or "")
    if isinstance(value, bool):
        return _("Ja") if value else _("Nej")
    if isinstance(value, datetime):
        return formats.date_and_time(value)
    if isinstance(value, date):
        return formats.date(value)
    return "" if value is None else str(value)


# --- Erasing ---------------------------------------------------------------------------------------------------------
@transaction.atomic
def erase(key: str, reader: Reader, *, by: audit.Actor) -> tuple[Disposal, list[Kept]]:
    """Let everything about the person go, but for what must be kept. The log holds numbers and no name.

    Returns the line of the log, and what stays, in words to whoever reads it.
    The highest app first: what it holds may point at what the lower ones hold.
    """
    whole = Erasure()
    for holder in reversed(_holders.values()):
        part = holder.erase(key, by)
        whole.gone += part.gone
        whole.kept += part.kept
    disposal = Disposal.objects.create(kind=Disposal.Kind.PERSON, counts=dict(sorted(whole.gone.items())))
    audit.record("core.person_erased", disposal, by=by, rows=sum(whole.gone.values()))
    return disposal, [kept.said_to(reader) for kept in whole.kept]


def let_go(rows: models.QuerySet[Any]) -> Counter[str]:
    """Delete the rows, the mails about them and what admin's own log calls them. Returns what went, by model."""
    gone: Counter[str] = Counter()
    model, keys = rows.model, [str(pk) for pk in rows.values_list("pk", flat=True)]
    mails = OutgoingMail.objects.filter(about_type=model._meta.label_lower, about_id__in=keys)
    gone.update(_counted(mails.delete()))
    kind = ContentType.objects.get_for_model(model)
    LogEntry.objects.filter(content_type=kind, object_id__in=keys).update(object_repr="–", change_message="")
    gone.update(_counted(model._default_manager.filter(pk__in=keys).delete()))
    return gone


def _counted(deleted: tuple[int, dict[str, int]]) -> dict[str, int]:
    return {label.lower(): number for label, number in deleted[1].items() if number}


# --- Is anything left? -----------------------------------------------------------------------------------------------
def traces(words: str) -> dict[str, int]:
    """In how many rows of each model the words stand, in any column of text: the proof of an erasure."""
    found = {model._meta.label_lower: _rows_with(model, words) for model in apps.get_models() if _texts(model)}
    return {label: number for label, number in found.items() if number}


def _texts(model: type[models.Model]) -> list[models.Field[Any, Any]]:
    kinds = (models.CharField, models.TextField, models.JSONField)
    return [each for each in model._meta.concrete_fields if isinstance(each, kinds)]


def _rows_with(model: type[models.Model], words: str) -> int:
    """Both as written and in small letters: SQLite knows the case of a to z only, and search columns are casefolded."""
    texts = _texts(model)
    columns = {f"words_in_{each.name}": Cast(each.name, models.TextField()) for each in texts}
    found = Q()
    for column in columns:
        found |= Q(**{f"{column}__icontains": words}) | Q(**{f"{column}__contains": words.casefold()})
    number: int = model._default_manager.annotate(**columns).filter(found).count()
    return number


def _not_sent(mail: OutgoingMail) -> tuple[str, str]:
    created = _("%(at)s, inte skickat än") if mail.not_before else _("%(at)s, inte skickat")
    return _("Skapat"), created % {"at": formats.date_and_time(mail.created_at)}


def _tell_mails(key: str, _reader: Reader) -> list[Section]:
    mails = OutgoingMail.objects.filter(is_address("to_email", key), secret=False).order_by("pk")
    shown = [
        Entry(
            (
                (_("Ämne"), mail.subject),
                (_("Skickat"), formats.date_and_time(mail.sent_at)) if mail.sent_at else _not_sent(mail),
                (_("Text"), mail.text_body),
                (_("Raderas efter"), formats.date(mail.delete_after)),
            )
        )
        for mail in mails
    ]
    return [section_about(OutgoingMail.personal_record, shown)] if shown else []


def _erase_mails(key: str, _by: audit.Actor) -> Erasure:
    return Erasure(let_go(OutgoingMail.objects.filter(is_address("to_email", key))))


def _mails_know(key: str) -> str | None:
    return "" if OutgoingMail.objects.filter(is_address("to_email", key)).exists() else None


def register_mails() -> None:
    """The core's own: the mails that we have sent."""
    register(CORE, Holder(_mails_know, _tell_mails, _erase_mails))
