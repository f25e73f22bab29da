"""A person who has left traces everywhere, and the search that finds them: database, files, mails."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path

from django.conf import settings
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from media_catalog.models import Order
from media_catalog.models.orders import OrderKind
from portal.accounts.models import User
from portal.core import audit, people
from portal.core.models import CaptchaOutcome
from portal.core.normalisation import clean_address
from portal.core.references import new_reference
from portal.pages.models import AccessibilityReport, ContactMessage
from programs.actions import learning, places
from programs.actions.attending import answer_occasion, take_attendance
from programs.forms_occasions import Answer
from programs.models import (
    Application,
    Cohort,
    EvaluationReceipt,
    InterestRegistration,
    InterestRound,
    Invoicing,
    Place,
    Step,
)
from programs.queries.places import Person
from tests.programs.builders import make_occasion
from tests.programs.places import make_round, organisation

NAME = "Ragnhild Spårlös-Ängsmo"
EMAIL = "ragnhild.sparlos@kommun-y.example"
PHONE = "070-174 06 99"
SAID = "Det som bara Ragnhild kunde ha skrivit"
# What a search finds her by.
WORDS = (NAME, EMAIL, PHONE, SAID)
ADDRESS = clean_address(EMAIL)


def traces() -> dict[str, dict[str, int]]:
    """What a search of the whole database and of every file finds, by what was searched for."""
    found = {words: {**people.traces(words), **_in_files(words)} for words in WORDS}
    return {words: where for words, where in found.items() if where}


def _in_files(words: str) -> dict[str, int]:
    folder = Path(settings.STORAGES["private"]["OPTIONS"]["location"])
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.exists() else []
    return {str(path): 1 for path in files if words.encode() in path.read_bytes()}


def _submission(days: int) -> dict[str, object]:
    return {
        "submission_token": uuid.uuid4(),
        "submission_digest": "0" * 64,
        "captcha_outcome": CaptchaOutcome.SOLVED,
        "delete_after": timezone.localdate() + dt.timedelta(days=days),
    }


def make_cohort_with_occasion() -> Cohort:
    cohort = make_round(5, fee=24_000)
    make_occasion(cohort, 1, timezone.localdate() + dt.timedelta(days=20))
    return cohort


def make_participant(cohort: Cohort, name: str = NAME, email: str = EMAIL) -> Place:
    """Somebody who has gone the whole way, by the verbs: told, invoiced, answered, written, attended, evaluated."""
    who = Person(name, clean_address(email), organisation(), phone=PHONE, role="kso", side="majority")
    place = places.invite(cohort, who, by=audit.SYSTEM)
    day = place.delete_after
    Application.objects.create(place=place, challenge=SAID, message=SAID, delete_after=day)
    told = {"participant": name, "reference": f"Ref {name}", "by": "post", "address": f"Att: {name}\nBox 1"}
    Invoicing.objects.create(place=place, cohort=cohort, organisation=place.organisation, delete_after=day, **told)
    for verb in (places.apply, places.offer, places.accept, places.admit):
        place = verb(place, by=audit.SYSTEM)
    occasion = cohort.occasions.get()
    answer_occasion(place, occasion, Answer(comes=True, sleeps_over=True, food=SAID, access=SAID), by=audit.PERSON)
    take_attendance(place, occasion, occasion.starts_on, present=True, by=audit.SYSTEM)
    EvaluationReceipt.objects.create(place=place, occasion=occasion)
    learning.write_challenge_note(place, Step.PLATFORM, SAID, SAID, by=audit.PERSON)
    return place


def leave_traces(client: Client) -> Place:
    """All that one person can leave: a place with everything, interest, an order, messages, an account, sessions."""
    place = make_participant(make_cohort_with_occasion())
    InterestRegistration.objects.create(
        interest_round=InterestRound.objects.get_or_create(year=2027)[0],
        name=NAME,
        email=EMAIL,
        email_key=ADDRESS.key,
        phone=PHONE,
        organisation=place.organisation,
        message=SAID,
        reference=new_reference(),
        role="kso",
        **_submission(730),
    )
    Order.objects.create(
        kind=OrderKind.PROCESS_LEADING,
        reference=new_reference(),
        name=NAME,
        email=EMAIL,
        purpose=SAID,
        **_submission(365),
    )
    ContactMessage.objects.create(name=NAME, email=EMAIL, message=SAID, **_submission(365))
    AccessibilityReport.objects.create(email=EMAIL, message=SAID, **_submission(365))
    _note_in_admins_log(User.objects.get(email=EMAIL))
    client.force_login(User.objects.get(email=EMAIL))
    return place


def _note_in_admins_log(user: User) -> None:
    """Somebody on the staff changed the account in admin once: Django writes down what it was called."""
    staff = User.objects.create_user("karin@skr.example", is_staff=True)
    kind = ContentType.objects.get_for_model(User)
    LogEntry.objects.create(
        user=staff, content_type=kind, object_id=str(user.pk), object_repr=NAME, action_flag=CHANGE, change_message=""
    )
