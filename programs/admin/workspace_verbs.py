"""What staff can do with people of a cohort, singly and for many: the verbs' names, and what each means in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from portal.core import audit
from portal.core.normalisation import Address
from portal.core.personal_data import Text
from portal.core.states import TransitionRefused
from programs.actions import places
from programs.actions.bulk import ChangedMeanwhile, Deed, as_seen
from programs.models import Cohort, InterestRegistration, Place
from programs.states import PlaceState

INVITE: Final = "invite"
OFFER: Final = "offer"


@dataclass(frozen=True)
class StaffVerb:
    """One choice in the bar: what it is called, from which states it leads where, and what staff should know."""

    code: str
    label: Text
    consequence: Text
    sources: tuple[PlaceState, ...]
    target: PlaceState
    run: Callable[..., Place]


VERBS: Final = (
    StaffVerb(
        OFFER,
        gettext_lazy("Erbjud plats"),
        gettext_lazy("Platsen är upptagen tills personen svarar eller tiden går ut."),
        (PlaceState.APPLIED, PlaceState.WAITING),
        PlaceState.OFFERED,
        places.offer,
    ),
    StaffVerb(
        "put_on_waiting_list",
        gettext_lazy("Sätt på reservlistan"),
        gettext_lazy("Personen hamnar sist på reservlistan. Du kan flytta upp den efteråt."),
        (PlaceState.APPLIED,),
        PlaceState.WAITING,
        places.put_on_waiting_list,
    ),
    StaffVerb(
        "not_admit",
        gettext_lazy("Ge besked om nej"),
        gettext_lazy("Personen får veta att det inte blev någon plats den här gången."),
        (PlaceState.APPLIED, PlaceState.WAITING),
        PlaceState.NOT_ADMITTED,
        places.not_admit,
    ),
    StaffVerb(
        "admit",
        gettext_lazy("Gör till deltagare"),
        gettext_lazy("Personen kommer in i kullen och ser tillfällen, material och de andra deltagarna."),
        (PlaceState.ACCEPTED,),
        PlaceState.PARTICIPANT,
        places.admit,
    ),
    StaffVerb(
        "complete",
        gettext_lazy("Markera att personen har gått klart"),
        gettext_lazy("Personen kan få sitt diplom. Det går inte att ångra."),
        (PlaceState.PARTICIPANT,),
        PlaceState.COMPLETED,
        places.complete,
    ),
    StaffVerb(
        "interrupt",
        gettext_lazy("Markera att personen har avbrutit"),
        gettext_lazy("Platsen blir ledig."),
        (PlaceState.PARTICIPANT,),
        PlaceState.INTERRUPTED,
        places.interrupt,
    ),
    StaffVerb(
        "resume",
        gettext_lazy("Låt personen fortsätta"),
        gettext_lazy("Personen är deltagare igen och tar upp en plats."),
        (PlaceState.INTERRUPTED,),
        PlaceState.PARTICIPANT,
        places.resume,
    ),
    StaffVerb(
        "reopen",
        gettext_lazy("Ta upp ansökan igen"),
        gettext_lazy("Ansökan gäller på nytt, som om den nyss hade kommit in."),
        (PlaceState.DECLINED, PlaceState.LAPSED, PlaceState.NOT_ADMITTED),
        PlaceState.APPLIED,
        places.apply,
    ),
    StaffVerb(
        "accept",
        gettext_lazy("Anteckna ja åt personen"),
        gettext_lazy("När någon har svarat på annat sätt än genom länken i mejlet."),
        (PlaceState.OFFERED,),
        PlaceState.ACCEPTED,
        places.accept,
    ),
    StaffVerb(
        "decline",
        gettext_lazy("Anteckna nej åt personen"),
        gettext_lazy("När någon har svarat på annat sätt än genom länken i mejlet. Platsen blir ledig."),
        (PlaceState.OFFERED,),
        PlaceState.DECLINED,
        places.decline,
    ),
    StaffVerb(
        "withdraw",
        gettext_lazy("Anteckna att personen drar sig ur"),
        gettext_lazy("Platsen blir ledig och uppgifterna raderas inom 30 dagar. Det går inte att ångra."),
        tuple(
            state
            for state in PlaceState
            if state
            not in (
                PlaceState.STARTED,
                PlaceState.DECLINED,
                PlaceState.COMPLETED,
                PlaceState.INTERRUPTED,
                PlaceState.WITHDRAWN,
            )
        ),
        PlaceState.WITHDRAWN,
        places.withdraw,
    ),
)
BY_CODE: Final[Mapping[str, StaffVerb]] = {verb.code: verb for verb in VERBS}
INVITE_LABEL: Final = gettext_lazy("Bjud in att söka")
INVITE_CONSEQUENCE: Final = gettext_lazy("Personen får en egen länk till ansökan.")

# The one or two things that staff does with most people in a state: buttons at each row.
AT_HAND: Final[Mapping[PlaceState, tuple[str, ...]]] = {
    PlaceState.APPLIED: (OFFER, "put_on_waiting_list"),
    PlaceState.WAITING: (OFFER,),
    PlaceState.ACCEPTED: ("admit",),
    PlaceState.DECLINED: ("reopen",),
    PlaceState.LAPSED: ("reopen",),
    PlaceState.NOT_ADMITTED: ("reopen",),
    PlaceState.INTERRUPTED: ("resume",),
}


def verbs_for(state: PlaceState) -> list[StaffVerb]:
    """All that can be done with somebody in this state."""
    return [verb for verb in VERBS if state in verb.sources]


def at_hand(state: PlaceState) -> list[StaffVerb]:
    return [BY_CODE[code] for code in AT_HAND.get(state, ())]


def deed(verb: StaffVerb, place: Place, seen: PlaceState, *, by: audit.Actor, answer_by: date | None = None) -> Deed:
    """The verb for one person, if they still are where staff saw them and the verb leads on from there."""

    def run(row: Place, actor: audit.Actor) -> Place:
        if row.state not in verb.sources:
            raise TransitionRefused(row.state, verb.target)
        if verb.code == OFFER:
            return places.offer(row, answer_by, by=actor)
        return verb.run(row, by=actor)

    return Deed(place, lambda: as_seen(place, seen, run, by=by))


def invitation(cohort: Cohort, interest: InterestRegistration, *, by: audit.Actor) -> Deed:
    """Ask somebody who is interested to apply."""
    person = places.Person(
        name=interest.name,
        email=Address(interest.email, interest.email_key),
        organisation=interest.organisation,
        phone=interest.phone,
        role=interest.role,
    )
    return Deed(interest, lambda: places.invite(cohort, person, by=by, interest=interest))


def why_not(refusal: Exception) -> str:
    """A refusal in words."""
    if isinstance(refusal, TransitionRefused):
        facts = {"now": PlaceState(refusal.current).label, "wanted": PlaceState(refusal.wanted).label}
        return _("Läget är ”%(now)s” och kan inte bli ”%(wanted)s”.") % facts
    if isinstance(refusal, ChangedMeanwhile):
        return _("Läget har ändrats till ”%(now)s” sedan du valde.") % {"now": PlaceState(refusal.args[0]).label}
    if isinstance(refusal, places.AlreadyThere):
        return _("Personen finns redan i kullen.")
    if isinstance(refusal, places.LastDayHasPassed):
        return _("Sista dagen att svara har redan varit.")
    if isinstance(refusal, places.AnsweredTooLate):
        return _("Erbjudandet har gått ut.")
    return _("Det finns ingen ledig plats.")
