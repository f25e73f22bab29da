"""Who wrote what, what differs, and taking an earlier text back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.actions import agreeing
from agreements.collaboration.content import Content, Paragraph, Run, Section
from agreements.models import Update
from agreements.queries.differences import differences
from agreements.queries.documents import current_content
from agreements.queries.history import sessions
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both

pytestmark = pytest.mark.django_db


def written(pair: Pair) -> str:
    content, _seq = current_content(pair.document)
    return str(content.section("fokus").blocks)


def test_what_one_writes_without_a_long_pause_is_one_session() -> None:
    pair = make_pair()
    for text in ("S", "Sk", "Skolan"):
        pair.write(pair.chair, "fokus", text)
    pair.write(pair.chief, "moten", "Måndagar")
    pair.write(pair.chair, "fokus", "Skolan först")
    Update.objects.filter(seq__lte=3).update(created_at=timezone.now() - timedelta(hours=2))

    found = [
        (session.member.name, session.headings, session.before, session.point) for session in sessions(pair.agreement)
    ]

    focus, meetings = ("Fokus på de närmaste åren",), ("Möten och kontakter",)
    assert found == [
        ("Åsa Lind", focus, "u5", "u6"),
        ("Björn Ek", meetings, "u4", "u5"),
        ("Åsa Lind", focus, "u3", "u4"),
        ("Åsa Lind", focus, "u1", "u3"),
    ]


def text(*runs: Run) -> Content:
    return Content((Section("fokus", "Fokus", (Paragraph(runs),)),))


def test_differences_are_said_in_words_too_and_are_safe() -> None:
    [difference] = differences(text(Run("Vi möts <varje> måndag")), text(Run("Vi möts varje tisdag")))

    assert "<ins>" in difference.html
    assert "tillagt:" in difference.html
    assert "borttaget:" in difference.html
    assert "<varje>" not in difference.html


@pytest.mark.parametrize(
    ("look", "said", "shown"),
    [
        ({"bold": True}, "[tillagt, fet: ", "<strong>först</strong>"),
        ({"italic": True}, "[tillagt, kursiv: ", "<em>först</em>"),
        ({"bold": True, "italic": True}, "[tillagt, fet, kursiv: ", "<strong><em>först</em></strong>"),
        ({"href": "https://skr.se"}, "[tillagt, länk till https://skr.se: ", "<u>först</u>"),
    ],
)
def test_a_change_of_looks_alone_is_seen_and_heard(look: dict[str, Any], said: str, shown: str) -> None:
    [difference] = differences(text(Run("Skolan först")), text(Run("Skolan "), Run("först", **look)))

    assert said in difference.html
    assert shown in difference.html
    assert "[borttaget: " in difference.html
    assert difference.html.startswith("Skolan ")
    assert differences(text(Run("Skolan", **look)), text(Run("Skolan", **look))) == []


def test_long_texts_are_compared_line_by_line() -> None:
    lines = [Paragraph((Run("ord " * 60 + str(number)),)) for number in range(60)]
    old = Content((Section("fokus", "Fokus", tuple(lines)),))
    new = Content((Section("fokus", "Fokus", (*lines[:30], Paragraph((Run("nytt"),)), *lines[30:])),))

    [difference] = differences(old, new)

    assert (difference.html.count("<ins>"), difference.html.count("<del>")) == (1, 0)


def test_the_page_compares_two_points_and_versions() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    approve_both(pair)
    agreeing.start_revision(pair.agreement, by=pair.chair)
    pair.write(pair.chief, "fokus", "Vägarna")
    chair = logged_in(pair.chair)
    address = reverse("agreement_difference", args=[pair.agreement.pk])

    page = chair.get(address, {"fran": "v1"}).content.decode()

    assert "Skolan" in page
    assert "Vägarna" in page
    assert chair.get(reverse("agreement_history", args=[pair.agreement.pk])).content.decode().count("<h3>") == 1
    for odd in ("v9", "u0", "u999999", "x", "", "u²", "v" + "9" * 30):
        assert chair.get(address, {"fran": odd}).status_code == 404


def test_who_wrote_what_in_an_earlier_draft_can_still_be_seen() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    pair.write(pair.chief, "moten", "Måndagar")
    first = approve_both(pair)
    agreeing.start_revision(pair.agreement, by=pair.chair)
    pair.write(pair.chief, "fokus", "Vägarna")
    client = logged_in(pair.chief)
    history = reverse("agreement_history", args=[pair.agreement.pk])
    difference = reverse("agreement_difference", args=[pair.agreement.pk])

    found = [(one.member.name, one.before, one.point) for one in sessions(pair.agreement, first)]
    assert found == [("Björn Ek", "u2", "u3"), ("Åsa Lind", "u1", "u2")]
    assert [one.member.name for one in sessions(pair.agreement)] == ["Björn Ek"]
    assert f"{difference}?fran=u1&amp;till=u2" in client.get(history, {"version": 1}).content.decode()
    assert "Skolan" in client.get(difference, {"fran": "u1", "till": "u2"}).content.decode()
    assert "Vägarna" in client.get(difference, {"fran": "u2"}).content.decode()
    for odd in ("2", "x", "²", "9" * 30):
        assert client.get(history, {"version": odd}).status_code == 404


def test_the_history_says_that_nobody_has_changed_anything_rather_than_that_nobody_has_written() -> None:
    pair = make_pair()
    client, history = logged_in(pair.chair), reverse("agreement_history", args=[pair.agreement.pk])
    assert "Ingen har skrivit något ännu." in client.get(history).content.decode()

    pair.write(pair.chair, "fokus", "Skolan")
    approve_both(pair)
    agreeing.start_revision(pair.agreement, by=pair.chair)
    revising = client.get(history).content.decode()
    approve_both(pair)
    agreeing.start_revision(pair.agreement, by=pair.chair)
    second = client.get(history, {"version": 2}).content.decode()

    assert "Ingen har ändrat något sedan version 1." in revising
    assert "Ingen har ändrat något sedan version 2." in client.get(history).content.decode()
    assert "Ingen ändrade något mellan version 1 och version 2." in second
    assert "Ingen har skrivit något ännu." not in revising + second


def test_an_earlier_text_comes_back_as_a_new_change_and_clears_the_marks() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    pair.write(pair.chief, "fokus", "Vägarna")
    chair = logged_in(pair.chair)
    head = pair.document.head_seq

    address = reverse("agreement_restore", args=[pair.agreement.pk, "fokus"])
    response = chair.post(address, {"fran": "u2"}, follow=True)

    assert "Texten är tillbaka." in response.content.decode()
    assert "Skolan" in written(pair)
    assert (pair.document.head_seq, Update.objects.get(seq=head + 1).member) == (head + 1, pair.chair)


def test_nothing_comes_back_into_an_approved_text() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    version = approve_both(pair)

    address = reverse("agreement_restore", args=[pair.agreement.pk, "fokus"])
    logged_in(pair.chair).post(address, {"fran": "u1"})

    assert pair.document.head_seq == version.upto_seq
    assert "Skolan" in written(pair)
