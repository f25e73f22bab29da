"""Filling in the application form as a browser does, open or behind a personal link."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup
from django.test import Client

from portal.core import audit
from portal.core.models import OutgoingMail
from portal.core.normalisation import clean_address
from portal.organisations.actions import listed_organisations, load_organisations
from portal.organisations.models import Organisation
from programs.actions import places
from programs.models import Cohort, Place
from programs.queries.places import Person
from programs.states import CohortState
from tests.programs.builders import make_cohort, make_programme

if TYPE_CHECKING:
    from django.test.client import _MonkeyPatchedWSGIResponse

    TestResponse = _MonkeyPatchedWSGIResponse

OPEN = "/program/ledarprogram/ansokan/"
EMAIL = "asa.lind@kommun.example"
ANSWERS: dict[str, Any] = {
    "name": "Åsa Lind-Öberg",
    "phone": "070-174 06 05",
    "organisation": "0180",
    "role": "kso",
    "in_office_since": "2022",
    "extent": "full_time",
    "side": "majority",
    "challenge": "Att få nämnderna att dra åt samma håll.",
    "message": "",
    "organisation_number": "212000-0142",
    "reference": "ZZ100",
    "by": "peppol",
    "peppol_id": "0007:2120000142",
    "gln": "",
    "address": "",
    "assistant_name": "Bo Ek",
    "assistant_email": "bo.ek@kommun.example",
    "assistant_phone": "08-123 456 78",
}
FILLED = {**ANSWERS, "email": EMAIL}
SEND = {"send": "Skicka ansökan"}
SAVE = {"save": "Spara och fortsätt senare"}
LINK = re.compile(r"http://localhost(/program/(?:ansokan|plats)/[^\s\"]+)")


def load_some_organisations() -> None:
    load_organisations([row for row in listed_organisations() if row.code in {"0180", "0980", "2080", "09", "08"}])


def open_round(*, public: bool = True, **more: Any) -> Cohort:
    cohort = make_cohort(make_programme(), 2027, CohortState.APPLICATION_OPEN)
    Cohort.objects.filter(pk=cohort.pk).update(application_is_public=public, **more)
    cohort.refresh_from_db()
    return cohort


def person(email: str = EMAIL, **more: Any) -> Person:
    found = {"name": "Åsa Lind-Öberg", "organisation": Organisation.objects.get(code="0180"), **more}
    return Person(email=clean_address(email), **found)


def invited(cohort: Cohort, email: str = EMAIL, **more: Any) -> Place:
    return places.invite(cohort, person(email, **more), by=audit.SYSTEM)


def hidden_fields(client: Client, path: str = OPEN) -> dict[str, Any]:
    response = client.get(path)
    assert response.status_code == 200
    page = BeautifulSoup(response.content, "html.parser")
    return {str(field["name"]): str(field.get("value", "")) for field in page.select("main input[type=hidden]")}


def send(client: Client, **changes: Any) -> TestResponse:
    """Open the open form, fill it in without JavaScript, send it."""
    return client.post(OPEN, {**hidden_fields(client), **FILLED, **SEND, **changes})


def save(client: Client, **fields: Any) -> TestResponse:
    """Open the open form, fill in what is given, press the other button."""
    return client.post(OPEN, {**hidden_fields(client), **SAVE, **fields})


def link_in(mail: OutgoingMail) -> str:
    """The path of the first link of the mail that leads to an application or to the page of a place."""
    return str(LINK.findall(mail.text_body)[0])


def letters(**which: Any) -> list[str]:
    return list(OutgoingMail.objects.filter(**which).order_by("pk").values_list("letter", flat=True))


def shown(response: TestResponse) -> dict[str, str]:
    """What the form shows as typed or chosen, by name."""
    page = BeautifulSoup(response.content, "html.parser")
    found: dict[str, str] = {}
    for field in page.select("main form :is(input, select, textarea)[name]"):
        kind, name = field.get("type"), str(field["name"])
        if kind == "radio":
            found |= {name: str(field["value"])} if field.has_attr("checked") else {}
        elif field.name == "select":
            option = field.select_one("option[selected]")
            found[name] = str(option["value"]) if option else ""
        else:
            found[name] = field.get_text().strip("\n") if field.name == "textarea" else str(field.get("value", ""))
    return found
