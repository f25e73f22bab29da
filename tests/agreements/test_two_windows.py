"""One room in two windows, or in front of two people: what was saved does not go away unseen."""

from __future__ import annotations

from datetime import date

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse

from agreements.models import Agreement, PrivateNote, PulseAnswer, ReviewAnswer
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.agreements.test_reviews import answers
from tests.two_windows import Window

pytestmark = pytest.mark.django_db
KEY = "fokus"


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def note(client: Client, pair: Pair) -> Window:
    """The room, for the sake of the form of one note."""
    room, address = (
        reverse(name, args=[pair.agreement.pk, *more]) for name, more in (("agreement", []), ("agreement_note", [KEY]))
    )
    return Window(client, room, form=f"main form[action='{address}']", to=address)


# --- A note of one's own ---------------------------------------------------------------------------------------------
def test_a_note_of_another_window_is_shown_and_replaced_only_knowingly(pair: Pair) -> None:
    client = logged_in(pair.chair)
    phone, desk = note(client, pair), note(client, pair)
    assert phone.save(text="Från telefonen") == 303

    assert desk.save(text="Från datorn") == 422

    assert PrivateNote.objects.get().text == "Från telefonen"
    assert desk.fields["text"] == "Från datorn"
    assert desk.saved_now == ["Från telefonen"]
    told = BeautifulSoup(desk.page.content, "html.parser").select_one(f"#error-note-{KEY}")
    assert told is not None
    assert "tryck på ”Spara anteckningen” en gång till" in told.get_text()
    assert desk.save() == 303
    assert PrivateNote.objects.get().text == "Från datorn"


def test_a_note_cleared_or_changed_in_another_window_is_not_undone_unseen(pair: Pair) -> None:
    client = logged_in(pair.chair)
    note(client, pair).save(text="Gammalt")
    clearing, changing, stale = (note(client, pair) for _ in range(3))
    assert clearing.save(text="") == 303

    assert changing.save(text="Gammalt och nytt") == 422
    assert changing.saved_now == ["Inget är ifyllt."]
    assert not PrivateNote.objects.exists()
    assert changing.save() == 303
    assert stale.save(text="") == 422
    assert PrivateNote.objects.get().text == "Gammalt och nytt"


def test_the_same_note_twice_and_one_note_after_the_other_are_no_conflict(pair: Pair) -> None:
    client = logged_in(pair.chair)
    page = note(client, pair)

    assert [page.save(text="Samma"), page.save(text="Samma"), note(client, pair).save(text="Ny")] == [303] * 3


def test_the_other_persons_note_is_no_conflict_and_never_shown(pair: Pair) -> None:
    chair, chief = note(logged_in(pair.chair), pair), note(logged_in(pair.chief), pair)
    assert chair.save(text="Ordförandens") == 303

    assert chief.save(text="Direktörens") == 303

    assert sorted(PrivateNote.objects.values_list("text", flat=True)) == ["Direktörens", "Ordförandens"]


# --- Looking at it again ---------------------------------------------------------------------------------------------
def test_answers_to_the_review_in_another_window_hold(pair: Pair) -> None:
    approve_both(pair)
    client, page = logged_in(pair.chair), reverse("agreement_review", args=[pair.agreement.pk])
    phone, desk = Window(client, page), Window(client, page)
    assert phone.save(**answers(pair, "keep", "Bra som det är")) == 303

    assert desk.save(**{**answers(pair, "keep", "Bra som det är"), f"verdict_{KEY}": "drop"}) == 422

    assert set(ReviewAnswer.objects.values_list("verdict", flat=True)) == {"keep"}
    assert desk.saved_now == ["Behålla"]
    assert desk.save() == 303
    assert ReviewAnswer.objects.get(section_key=KEY).verdict == "drop"


def test_a_date_that_the_other_chose_meanwhile_is_shown_and_replaced_only_knowingly(pair: Pair) -> None:
    approve_both(pair)
    page = reverse("agreement_review_plan", args=[pair.agreement.pk])
    chair, chief = Window(logged_in(pair.chair), page), Window(logged_in(pair.chief), page)
    assert chair.save(when="eget", own="2099-05-03") == 303

    assert chief.save(when="val", own="") == 422

    assert Agreement.objects.get().review_on == date(2099, 5, 3)
    assert chief.saved_now == ["3 maj 2099"]
    assert chief.save() == 303
    chosen = Agreement.objects.get().review_on
    assert chosen is not None
    assert chosen < date(2099, 5, 3)


def test_both_choosing_the_same_date_is_no_conflict(pair: Pair) -> None:
    approve_both(pair)
    page = reverse("agreement_review_plan", args=[pair.agreement.pk])
    windows = [Window(logged_in(who), page) for who in (pair.chair, pair.chief)]

    assert [window.save(when="val") for window in windows] == [303, 303]


def test_a_second_answer_to_the_pulse_is_told_that_the_first_one_holds(pair: Pair) -> None:
    approve_both(pair)
    client, page = logged_in(pair.chair), reverse("agreement_pulse", args=[pair.agreement.pk])
    first = {"direction": "2", "cooperation": "3", "support": "1"}
    told = "Det svar du gav först gäller."

    once = [client.post(page, first, follow=True).content.decode() for _press in range(2)]
    other = client.post(page, {**first, "direction": "5"}, follow=True).content.decode()

    assert [told in text for text in (*once, other)] == [False, False, True]
    assert PulseAnswer.objects.get().direction == 2
