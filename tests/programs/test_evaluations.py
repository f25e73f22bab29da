"""After an occasion: asked the day after, answered once, and nothing leads from an answer to a person."""

from __future__ import annotations

import datetime as dt

import pytest
import time_machine
from django.db import models
from django.test import Client

from portal.core import audit
from portal.core.models import AuditEvent, OutgoingMail
from programs.actions import asking
from programs.actions.attending import take_attendance
from programs.mail_occasions import evaluation_url
from programs.models import Evaluation, EvaluationReceipt, Occasion, Place
from tests.programs.interest import errors
from tests.programs.meeting import join, make_meeting

pytestmark = pytest.mark.django_db
MARKS = {"usefulness": "5", "challenge": "4", "setting": "3", "best": "Samtalen.", "change": "Längre raster."}
AFTER = dt.date(2026, 12, 28)


@pytest.fixture
def occasion() -> Occasion:
    return make_meeting()


@pytest.fixture
def place(occasion: Occasion) -> Place:
    return join(occasion.cohort, "Åsa Lind-Öberg")


def path(place: Place, occasion: Occasion) -> str:
    return evaluation_url(place, occasion).removeprefix("http://localhost")


@time_machine.travel("2026-12-28T09:00:00+01:00", tick=False)
def test_an_evaluation_is_kept_once_and_without_a_name(client: Client, occasion: Occasion, place: Place) -> None:
    link = path(place, occasion)
    trail = AuditEvent.objects.count()
    assert client.head(link).status_code == 200

    for marks in (MARKS, {**MARKS, "usefulness": "1"}):
        assert client.post(link, marks).status_code in (200, 303)

    kept = Evaluation.objects.get()
    assert (kept.usefulness, kept.challenge, kept.setting, kept.best) == (5, 4, 3, "Samtalen.")
    assert EvaluationReceipt.objects.get().place == place
    assert AuditEvent.objects.count() == trail
    assert "Tack för ditt svar" in client.get(link).content.decode()


@time_machine.travel("2026-12-28T09:00:00+01:00", tick=False)
def test_a_second_evaluation_is_told_that_the_first_one_holds(client: Client, occasion: Occasion, place: Place) -> None:
    link, told = path(place, occasion), "Det du svarade först gäller"
    first = client.post(link, MARKS, follow=True).content.decode()
    looked = client.get(link).content.decode()

    second = client.post(link, {**MARKS, "change": "Mer kaffe."}, follow=True).content.decode()

    assert [told in page for page in (first, looked, second)] == [False, False, True]


def test_nothing_leads_from_an_evaluation_to_a_person_or_a_moment() -> None:
    kinds = {type(field) for field in Evaluation._meta.get_fields()}
    targets = {field.related_model for field in Evaluation._meta.get_fields() if field.is_relation}
    assert not kinds & {models.DateTimeField, models.DateField}
    assert targets == {Occasion}
    assert not [f for f in EvaluationReceipt._meta.get_fields() if isinstance(f, models.DateField)]
    assert isinstance(Evaluation._meta.pk, models.UUIDField)


@time_machine.travel("2026-12-28T09:00:00+01:00", tick=False)
def test_a_mark_is_needed_for_each_question(client: Client, occasion: Occasion, place: Place) -> None:
    response = client.post(path(place, occasion), {"usefulness": "6", "best": "Samtalen."})
    assert response.status_code == 422
    assert set(errors(response)) == {"usefulness", "challenge", "setting"}
    assert "Samtalen." in response.content.decode()
    assert Evaluation.objects.count() == EvaluationReceipt.objects.count() == 0


@pytest.mark.parametrize(("day", "opens"), [("2026-12-26", False), ("2026-12-27", True), ("2027-03-01", False)])
def test_it_is_open_from_the_last_day_and_not_for_ever(
    client: Client, occasion: Occasion, place: Place, day: str, opens: bool
) -> None:
    with time_machine.travel(day):
        page = client.get(path(place, occasion)).content.decode()
    assert ("Skicka utvärderingen" in page) == opens
    assert ("Det går inte att svara nu" in page) != opens


def test_those_who_were_there_are_asked_the_day_after_and_once(occasion: Occasion, place: Place) -> None:
    away = join(occasion.cohort, "Bo Ek")
    take_attendance(place, occasion, occasion.starts_on, present=True, by=audit.SYSTEM)
    take_attendance(away, occasion, occasion.starts_on, present=False, by=audit.SYSTEM)

    assert asking.ask_after_occasions(occasion.ends_on) == 0
    assert asking.ask_after_occasions(AFTER) == 1
    assert asking.ask_after_occasions(AFTER) == 0

    mail = OutgoingMail.objects.get(letter="programs/evaluation_asked")
    assert mail.to_email == place.email
    assert evaluation_url(place, occasion) in mail.text_body


def test_all_are_asked_when_nobody_took_attendance(occasion: Occasion, place: Place) -> None:
    join(occasion.cohort, "Bo Ek")
    assert asking.ask_after_occasions(AFTER) == 2
    assert asking.ask_after_occasions(AFTER + dt.timedelta(days=30)) == 0


@time_machine.travel("2026-12-28T09:00:00+01:00", tick=False)
def test_who_has_answered_is_not_asked_and_sees_what_was_changed(
    client: Client, occasion: Occasion, place: Place
) -> None:
    client.post(path(place, occasion), MARKS)
    assert asking.ask_after_occasions(AFTER) == 0
    Occasion.objects.filter(pk=occasion.pk).update(changes_text="Längre raster nästa gång.")
    assert "Längre raster nästa gång." in client.get(path(place, occasion)).content.decode()
