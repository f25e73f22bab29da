"""The links in mails outlive a change of the key, for as long as the earlier one is kept (docs/operations.md)."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from pytest_django import Settings

from portal.core.models import OutgoingMail
from programs.queries.occasions import answer_path, evaluation_path
from programs.states import PlaceState
from tests.programs.interest import load_reference_rows, register
from tests.programs.meeting import join, make_meeting
from tests.programs.places import make_place, make_round

pytestmark = pytest.mark.django_db
PATH = re.compile(r"http://localhost(/program/\S+)")


def of_a_registration() -> str:
    load_reference_rows()
    register(Client())
    return mailed()


def of_a_place() -> str:
    make_place(make_round(10), PlaceState.OFFERED)
    return mailed()


def mailed() -> str:
    found = PATH.search(OutgoingMail.objects.latest("pk").text_body)
    assert found is not None
    return found[1]


def of_an_occasion() -> str:
    occasion = make_meeting()
    return answer_path(join(occasion.cohort, "Åsa Lind"), occasion)


@pytest.mark.parametrize("make", [of_a_registration, of_a_place, of_an_occasion], ids=lambda make: str(make.__name__))
def test_an_earlier_key_opens_its_links_as_long_as_it_is_kept(client: Client, settings: Settings, make: object) -> None:
    assert callable(make)
    path = make()
    assert client.get(path).status_code == 200

    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another"
    assert client.get(path).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert client.get(path).status_code == 404


def test_a_link_of_one_kind_opens_nothing_of_another(client: Client) -> None:
    occasion = make_meeting()
    place = join(occasion.cohort, "Åsa Lind")
    token = answer_path(place, occasion).rstrip("/").rpartition("/")[2]

    assert client.get(answer_path(place, occasion)).status_code == 200
    assert client.get(mailed().replace(mailed().rstrip("/").rpartition("/")[2], token)).status_code == 404
    assert token in evaluation_path(place, occasion)
