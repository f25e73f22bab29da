"""Who wrote what, what differs, and taking an earlier text back."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.actions import agreeing
from agreements.models import Update
from agreements.queries.differences import marked
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


def test_differences_are_said_in_words_too_and_are_safe() -> None:
    html = marked("Vi möts <varje> måndag", "Vi möts varje tisdag")

    assert "<ins>" in html
    assert "tillagt:" in html
    assert "borttaget:" in html
    assert "<varje>" not in html


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
