""" "Ändrat sedan du var här": what the other wrote since the last visit; not one's own words, and not twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
import time_machine
from bs4 import BeautifulSoup
from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone

from agreements.models import Agreement, Member
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import mark_all

pytestmark = pytest.mark.django_db
BEGAN = timezone.now()


@pytest.fixture
def pair() -> Pair:
    return make_pair()


def news(pair: Pair, who: Member, hours: float, page: str = "agreement") -> list[str]:
    """The headings that the page calls changed, at a visit so long after the beginning."""
    with time_machine.travel(BEGAN + timedelta(hours=hours), tick=False):
        response = logged_in(who).get(reverse(page, args=[pair.agreement.pk]))
    shown = BeautifulSoup(response.content, "html.parser").select(".notice")
    (notice,) = [one for one in shown if "Ändrat sedan du var här" in one.text] or [BeautifulSoup("", "html.parser")]
    return [str(link["href"]).removeprefix("#") for link in notice.select("a")]


def test_the_first_visit_and_a_visit_to_an_unchanged_text_tell_nothing(pair: Pair) -> None:
    pair.write(pair.chief, "fokus", "Skolan")

    assert [news(pair, pair.chair, hours) for hours in (0, 0.1, 5)] == [[], [], []]


def test_what_the_other_wrote_is_told_throughout_the_next_visit_and_no_longer(pair: Pair) -> None:
    news(pair, pair.chair, 0)
    pair.write(pair.chief, "fokus", "Skolan")

    assert [news(pair, pair.chair, hours) for hours in (5, 5.1, 5.2)] == [["fokus"]] * 3
    assert news(pair, pair.chair, 9) == []


def test_ones_own_words_are_never_news(pair: Pair) -> None:
    news(pair, pair.chair, 0)
    pair.write(pair.chair, "fokus", "Skolan")
    assert [news(pair, pair.chair, hours) for hours in (0.1, 0.2, 5)] == [[], [], []]

    pair.write(pair.chair, "moten", "Måndagar")
    pair.write(pair.chief, "uppdraget", "Vi två")
    assert news(pair, pair.chair, 9) == ["uppdraget"]


def test_what_was_written_while_one_was_here_stays_new_when_one_adds_to_it(pair: Pair) -> None:
    news(pair, pair.chair, 0)
    pair.write(pair.chief, "fokus", "Skolan")
    assert news(pair, pair.chair, 0.1) == ["fokus"]
    pair.write(pair.chair, "fokus", "Skolan först")

    assert news(pair, pair.chair, 0.2) == ["fokus"]


def test_it_is_told_before_approving_too(pair: Pair) -> None:
    news(pair, pair.chair, 0)
    pair.write(pair.chief, "fokus", "Skolan")
    mark_all(pair)

    assert news(pair, pair.chair, 5, "agreement_approve") == ["fokus"]
    assert news(pair, pair.chief, 5, "agreement_approve") == []


def hold_agreement(is_held: Event, may_go: Event) -> None:
    """As every verb of the room does, before it asks for a seat."""
    with transaction.atomic():
        Agreement.objects.select_for_update().get()
        is_held.set()
        may_go.wait(timeout=30)
    connection.close()


@pytest.mark.postgresql_only
@pytest.mark.django_db(transaction=True)
def test_who_comes_in_waits_for_nobody_who_holds_the_agreement(pair: Pair) -> None:
    """They have the seat, which those wait for: each would wait for the other."""
    Member.objects.update(joined_at=None)
    inside, is_held, may_go = logged_in(pair.chair), Event(), Event()
    with ThreadPoolExecutor(1) as pool, connection.cursor() as cursor:
        holder = pool.submit(hold_agreement, is_held, may_go)
        try:
            assert is_held.wait(timeout=30)
            cursor.execute("SET lock_timeout = '1s'")
            answer = inside.get(reverse("agreement", args=[pair.agreement.pk]))
        finally:
            cursor.execute("RESET lock_timeout")
            may_go.set()
            holder.result()

    assert answer.status_code == 200
    assert Member.objects.get(pk=pair.chair.pk).joined_at is not None
