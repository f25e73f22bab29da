"""A page of an agreement that outlives its log-in: what was typed comes back, and nothing is told of the room."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from agreements.models import Comment, PrivateNote, PulseAnswer, ReviewAnswer
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_access import SECRET, addresses
from tests.agreements.test_agreeing import approve_both
from tests.logged_out_page import shown, way_back

pytestmark = pytest.mark.django_db
NOWHERE = "00000000-0000-4000-8000-000000000000"
WORDS = "Det jag just skrev, <b>i fred</b>"


@pytest.fixture
def pair() -> Pair:
    pair = make_pair()
    pair.write(pair.chair, "fokus", SECRET)
    approve_both(pair)
    return pair


def test_whatever_is_typed_comes_back_at_every_address_and_whether_there_is_such_a_room_is_not_told(
    pair: Pair, caplog: pytest.LogCaptureFixture
) -> None:
    looked = 0
    for address in addresses(pair):
        client = Client()
        here, there = (
            client.post(address.replace(str(pair.agreement.pk), pk), {"falt": WORDS})
            for pk in (str(pair.agreement.pk), NOWHERE)
        )
        assert here.status_code == there.status_code, address
        if here.status_code in {405, 415}:
            continue
        looked += 1
        assert here.status_code == 401, address
        assert "Du är utloggad" in here.content.decode()
        assert shown(here) == [("Det du skrev", WORDS)]
        assert here.content.decode().replace(str(pair.agreement.pk), NOWHERE) == there.content.decode()
        assert "no-store" in here.headers["Cache-Control"]
        assert b'<meta name="robots" content="noindex">' in here.content
        assert SECRET.encode() not in here.content
        assert settings.SESSION_COOKIE_NAME not in client.cookies
        assert logged_in(pair.chair).get(way_back(here)).status_code != 405, address
    assert looked >= 15
    assert "Det jag just skrev" not in caplog.text


REVIEW = {
    "verdict_fokus": "keep",
    "note_fokus": "Nej.",
    "verdict_moten": "change",
    "note_moten": "",
    "seen": "0f" * 32,
}
PERSON = {"name": "Nils", "title": "", "email": "ny@stod.example"}
NAMED = [("Namn", "Nils"), ("E-postadress", "ny@stod.example")]
SUCCESSOR = [("Efterträdarens namn", "Nils"), ("Efterträdarens e-postadress", "ny@stod.example")]


@pytest.mark.parametrize(
    ("name", "form", "expected"),
    [
        ("agreement_comment", {"text": "Ja", "quote": "ur en text", "anchor": "a b"}, [("Kommentar", "Ja")]),
        ("agreement_note", {"text": "\nBara\nmitt", "seen": "0f" * 32}, [("Din anteckning", "\nBara\nmitt")]),
        ("agreement_review", REVIEW, [("fokus", "Behålla"), ("Varför? fokus", "Nej."), ("moten", "Ändra")]),
        (
            "agreement_review_plan",
            {"when": "eget", "own": "2027-05-04"},
            [("När?", "Ett annat datum"), ("Eget datum", "2027-05-04")],
        ),
        (
            "agreement_pulse",
            {"direction": "3", "support": "5"},
            [
                ("Vi drar åt samma håll i det som är viktigast.", "3"),
                ("Jag får det stöd jag behöver av den andra.", "5 – stämmer helt"),
            ],
        ),
        ("agreement_members", {**PERSON, "until": ""}, NAMED),
        ("agreement_hand_over", PERSON, SUCCESSOR),
    ],
)
def test_it_comes_back_in_the_words_of_its_form_and_leads_to_where_it_was_typed(
    pair: Pair, name: str, form: dict[str, str], expected: list[tuple[str, str]]
) -> None:
    of_room = {"agreement_comment": ["fokus"], "agreement_note": ["fokus"]}
    more = of_room.get(name, [pair.chair.pk] if name == "agreement_hand_over" else [])
    address = reverse(name, args=[pair.agreement.pk, *more])

    answer = Client().post(address, form)

    assert answer.status_code == 401
    assert shown(answer) == expected
    assert way_back(answer) == (reverse("agreement", args=[pair.agreement.pk]) if name in of_room else address)
    assert logged_in(pair.chair).get(way_back(answer)).status_code == 200
    assert not any(model.objects.exists() for model in (Comment, PrivateNote, PulseAnswer, ReviewAnswer))


def test_a_script_of_an_open_page_is_told_in_a_word_and_gets_nothing_back(pair: Pair) -> None:
    address = reverse("agreement_comment", args=[pair.agreement.pk, "fokus"])

    answer = Client().post(address, {"text": WORDS}, headers={"Samspel-Member": str(pair.chair.pk)})

    assert (answer.status_code, answer.content) == (401, b"")
