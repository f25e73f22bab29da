"""What staff writes to a cohort: the fields of a letter, what is wrong with it, and what became of it.

A letter is plain text. `{{ namn }}` is filled in for each recipient; nothing else in it means anything, so nothing that
is written in a letter, or in a name, can do anything.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import formats
from portal.core.models import OutgoingMail
from portal.core.states import MailState
from programs.models import CohortLetter, Occasion, Place, PlaceQuerySet
from programs.queries.occasions import hours, venue_line
from programs.queries.places import rank
from programs.states import PlaceState

FIELD = re.compile(r"\{\{([^{}]*)\}\}")
BRACES = re.compile(r"\{\{|\}\}")


@dataclass(frozen=True)
class Recipient:
    """For whom a letter is filled in: the place, the occasion that it is about, and the person's own link."""

    place: Place
    occasion: Occasion | None
    own_url: str
    my_pages_url: str


@dataclass(frozen=True)
class Field:
    """A word in double braces: what it stands for, and its value for one recipient ("" when there is none)."""

    name: str
    what: str | Promise
    value: Callable[[Recipient], str]


def _role(to: Recipient) -> str:
    return str(to.place.get_role_display()) if to.place.role else ""


def _rank(to: Recipient) -> str:
    number = rank(to.place)
    return "" if number is None else str(number)


def _answer_by(to: Recipient) -> str:
    return formats.date(to.place.answer_by) if to.place.answer_by else ""


def _closes(to: Recipient) -> str:
    closes = to.place.cohort.application_closes_at
    return formats.date_and_time(closes) if closes else ""


def _days(occasion: Occasion) -> str:
    return formats.date_range(occasion.starts_on, occasion.ends_on)


def _all_occasions(to: Recipient) -> str:
    found = to.place.cohort.occasions.filter(cancelled_at=None).select_related("theme")
    return "\n".join(_line(occasion) for occasion in found)


def _line(occasion: Occasion) -> str:
    facts = (f"{_days(occasion)}: {occasion.title}", hours(occasion), venue_line(occasion))
    return "- " + ", ".join(fact for fact in facts if fact)


def _of_occasion(value: Callable[[Occasion], str]) -> Callable[[Recipient], str]:
    return lambda to: value(to.occasion) if to.occasion else ""


FIELDS: dict[str, Field] = {
    field.name: field
    for field in (
        Field("namn", gettext_lazy("mottagarens namn"), lambda to: to.place.name),
        Field("organisation", gettext_lazy("kommun eller region"), lambda to: to.place.organisation.name),
        Field("uppdrag", gettext_lazy("mottagarens uppdrag"), _role),
        Field("referens", gettext_lazy("mottagarens referens"), lambda to: to.place.reference),
        Field("program", gettext_lazy("programmets namn"), lambda to: to.place.cohort.title),
        Field("kull", gettext_lazy("programmets namn och år"), lambda to: str(to.place.cohort)),
        Field("länk", gettext_lazy("mottagarens egen länk till sin ansökan eller plats"), lambda to: to.own_url),
        Field("mina sidor", gettext_lazy("adressen till Mina sidor"), lambda to: to.my_pages_url),
        Field("ansökan stänger", gettext_lazy("när ansökan stänger"), _closes),
        Field("svara senast", gettext_lazy("sista dagen att svara på erbjudandet"), _answer_by),
        Field("reservnummer", gettext_lazy("vilken reserv mottagaren är just nu"), _rank),
        Field("alla tillfällen", gettext_lazy("alla tillfällen med datum, tider och plats"), _all_occasions),
        Field("tillfälle", gettext_lazy("tillfällets tema"), _of_occasion(lambda occasion: occasion.title)),
        Field("datum", gettext_lazy("tillfällets datum"), _of_occasion(_days)),
        Field("tider", gettext_lazy("när tillfället börjar och slutar"), _of_occasion(hours)),
        Field("plats", gettext_lazy("var tillfället är"), _of_occasion(venue_line)),
    )
}


def _name(inside: str) -> str:
    """A field's name as people type it: small or capital letters, one space or several."""
    return " ".join(inside.casefold().split())


def fields_in(text: str) -> list[str]:
    """The names of the fields in the text, each once."""
    return list(dict.fromkeys(_name(inside) for inside in FIELD.findall(text)))


def mistakes(text: str) -> list[str]:
    """What is wrong with the text, in words for who wrote it; nothing when it can be filled in."""
    unknown = [name for name in fields_in(text) if name not in FIELDS]
    known = ", ".join(FIELDS)
    found = [
        _("Fältet ”%(name)s” finns inte. Fälten som finns är: %(known)s.") % {"name": name, "known": known}
        for name in unknown
    ]
    if BRACES.search(FIELD.sub("", text)):
        found.append(_("Ett fält ska stå mellan två klamrar på varje sida, så här: {{ namn }}."))
    return found


def fill(text: str, to: Recipient) -> str:
    """The text with its fields filled in. What comes out of a field is never looked at for fields."""
    return FIELD.sub(lambda match: FIELDS[_name(match[1])].value(to), text)


def occasion_of(letter: CohortLetter) -> Occasion | None:
    """The occasion that the letter is about: the one that was chosen, else the next one."""
    if letter.occasion is not None:
        return letter.occasion
    coming = letter.cohort.occasions.filter(cancelled_at=None, ends_on__gte=timezone.localdate())
    return coming.select_related("theme").order_by("starts_on", "number").first()


def may_be_written_to(letter: CohortLetter) -> PlaceQuerySet:
    """Everybody in the cohort but those who have sent nothing yet, and those who want no more of it."""
    places = Place.objects.filter(cohort=letter.cohort).select_related("organisation", "cohort__programme")
    return places.exclude(state__in=(PlaceState.STARTED, PlaceState.WITHDRAWN))


@dataclass(frozen=True)
class Gap:
    """A field that has no value for a recipient: the sentence around it would have a hole."""

    place: Place
    field: str


def gaps(letter: CohortLetter, recipients: Iterable[Recipient]) -> list[Gap]:
    """The holes that the letter would have, recipient by recipient."""
    used = [name for name in fields_in(f"{letter.subject} {letter.body}") if name in FIELDS]
    return [Gap(to.place, name) for to in recipients for name in used if not FIELDS[name].value(to)]


@dataclass(frozen=True)
class Delivery:
    """What became of the letter to one recipient: of the newest mail that carried it."""

    place: Place
    mail: OutgoingMail | None

    @property
    def state(self) -> MailState | None:
        return MailState(self.mail.state) if self.mail else None


@dataclass(frozen=True)
class Progress:
    """How far a letter has come. Two queries, however many recipients there are."""

    deliveries: tuple[Delivery, ...]

    @property
    def total(self) -> int:
        return len(self.deliveries)

    def count(self, *states: MailState) -> int:
        return sum(delivery.state in states for delivery in self.deliveries)

    @property
    def sent(self) -> int:
        return self.count(MailState.SENT)

    @property
    def waiting(self) -> int:
        return self.count(MailState.QUEUED, MailState.SENDING)

    @property
    def in_trouble(self) -> int:
        return self.count(MailState.FAILED, MailState.UNCERTAIN, MailState.STOPPED)

    @property
    def is_done(self) -> bool:
        return self.waiting == 0


def progress(letter: CohortLetter) -> Progress:
    """What became of the letter, person by person, in the order of their names."""
    rows = letter.recipients.select_related("place__organisation", "mail").prefetch_related("mail__resends")
    return Progress(tuple(Delivery(row.place, _newest(row.mail)) for row in rows.order_by("place__name", "pk")))


def _newest(mail: OutgoingMail | None) -> OutgoingMail | None:
    """The last one, when it was sent again."""
    if mail is None:
        return None
    mails: list[OutgoingMail] = [mail, *mail.resends.all()]
    return max(mails, key=lambda one: one.pk)
