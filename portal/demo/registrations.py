"""Made-up interest registrations, registered by the same verb as real ones. Their addresses end in .example."""

from __future__ import annotations

import csv
import hashlib
import uuid
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from portal.core import audit
from portal.core.captcha import NO_SCRIPT, UNAVAILABLE, CaptchaResult
from portal.core.forms import Submitted
from portal.core.models import CaptchaOutcome, OutgoingMail
from portal.core.normalisation import clean_address
from portal.organisations.models import Organisation
from programs.actions.arrivals import Arrival
from programs.actions.registrations import register_interest, withdraw_interest
from programs.actions.summaries import LETTER, queue_daily_summary
from programs.forms import Interest
from programs.models import InterestRegistration, Role
from programs.queries.catalogue import OpenRound, open_interest_round

DATA = Path(__file__).parent / "data" / "registrations.csv"
NAMESPACE = uuid.UUID("6f1d9a52-5e0c-4b7e-9c39-0f7a1b1f7c11")
UNSOLVED = {"captcha_no_script": NO_SCRIPT, "captcha_unavailable": UNAVAILABLE}


@dataclass(frozen=True)
class Person:
    """One line of the file."""

    name: str
    email: str
    phone: str
    organisation: str
    role: str
    programmes: str
    information: str
    message: str
    flags: str
    days_ago: str
    withdrawn: str


def people() -> list[Person]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return [Person(**row) for row in csv.DictReader(file)]


def ensure_registrations() -> int:
    """Register those of the made-up people who are not registered for the open round; returns how many that were."""
    open_round = open_interest_round()
    if open_round is None:
        return 0
    keys = InterestRegistration.objects.filter(interest_round=open_round.round).values_list("email_key", flat=True)
    known = set(keys)
    missing = [person for person in people() if clean_address(person.email).key not in known]
    for person in missing:
        _register(person, open_round)
    return len(missing)


def ensure_summary() -> None:
    """The morning's mail to staff, once: nobody who tries the demo waits for the morning."""
    if not OutgoingMail.objects.filter(letter=LETTER).exists():
        queue_daily_summary()


@transaction.atomic
def _register(person: Person, open_round: OpenRound) -> None:
    arrival = Arrival(open_round.round, clean_address(person.email), _interest(person, open_round), _submitted(person))
    receipt = register_interest(arrival, by=audit.PERSON)
    registration = InterestRegistration.objects.get(pk=receipt.id)
    if person.withdrawn:
        withdraw_interest(registration, by=audit.PERSON)
    # As if it had come some days ago, so that the lists look lived in.
    at = timezone.now() - timedelta(days=int(person.days_ago), minutes=len(person.message) + 7 * len(person.name))
    InterestRegistration.objects.filter(pk=registration.pk).update(created_at=at)


def _interest(person: Person, open_round: OpenRound) -> Interest:
    wanted = set(person.programmes.split())
    return Interest(
        name=person.name,
        phone=person.phone,
        organisation=Organisation.objects.get(code=person.organisation),
        role=Role(person.role),
        programmes=tuple(programme for programme in open_round.programmes if programme.slug in wanted),
        wants_information=bool(person.information),
        message=person.message,
    )


def _submitted(person: Person) -> Submitted:
    """The same token at each run: were a line registered twice, its receipt would be the first one's."""
    flags = tuple(person.flags.split())
    unsolved = next((UNSOLVED[flag] for flag in flags if flag in UNSOLVED), None)
    proof = hashlib.sha256(person.email.encode()).hexdigest()
    captcha = unsolved or CaptchaResult(CaptchaOutcome.SOLVED, proof)
    return Submitted(uuid.uuid5(NAMESPACE, person.email), proof, captcha, flags)
