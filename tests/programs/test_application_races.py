"""Applications at the same moment, over real HTTP: one form sent many times, and one person with many forms."""

from __future__ import annotations

import urllib.parse
from collections.abc import Callable

import pytest
from bs4 import BeautifulSoup
from pytest_django.live_server_helper import LiveServer

from portal.core.models import AuditEvent, OutgoingMail
from programs.models import Application, Place
from tests.programs.applying import FILLED, OPEN, SEND, load_some_organisations, open_round
from tests.programs.visitors import Answer, Visitor, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


class Applicant(Visitor):
    """Opens the application form, and sends it as often as asked."""

    def open_form(self) -> Answer:
        page = self._send(OPEN)
        fields = BeautifulSoup(page.body, "html.parser").select("main input[type=hidden]")
        self._hidden = {str(field["name"]): str(field.get("value", "")) for field in fields}
        return page

    def press_send(self, **changes: str) -> Answer:
        return self._send(OPEN, {**self._hidden, **FILLED, **SEND, **changes})


@pytest.fixture
def applicant(live_server: LiveServer) -> Callable[[], Applicant]:
    load_some_organisations()
    open_round()

    def make() -> Applicant:
        found = Applicant(live_server.url)
        assert found.open_form().status == 200
        return found

    return make


def test_one_form_pressed_six_times_is_one_application(applicant: Callable[[], Applicant]) -> None:
    sender = applicant()

    answers = all_at_once([sender.press_send] * 6)

    assert {answer.status for answer in answers} == {303}
    assert len({urllib.parse.urlsplit(answer.location).path for answer in answers}) == 1
    assert Place.objects.count() == Application.objects.count() == 1
    assert OutgoingMail.objects.filter(letter="programs/place_applied").count() == 1


def test_one_person_with_six_forms_has_one_place(applicant: Callable[[], Applicant]) -> None:
    senders = [applicant() for _number in range(6)]

    answers = all_at_once([sender.press_send for sender in senders])

    assert {answer.status for answer in answers} == {303}
    assert Place.objects.counted().count() == 1
    assert Place.objects.count() == 6
    assert AuditEvent.objects.filter(event="programs.place_applied").count() == 1
    assert OutgoingMail.objects.filter(letter="programs/application_repeated").count() == 5
