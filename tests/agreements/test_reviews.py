"""The pair looks at its agreement again, and neither sees the other's answers before giving their own."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest
from django.db.models import F
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreements.actions.reviews import queue_reminders
from agreements.models import Agreement, Member, PulseAnswer, ReviewAnswer
from agreements.queries.reviews import quarter_of
from agreements.queries.terms import next_election_review, term_end
from portal.core.models import OutgoingMail
from tests.agreements.builders import Pair, logged_in, make_pair
from tests.agreements.test_agreeing import approve_both

pytestmark = pytest.mark.django_db


def answers(pair: Pair, verdict: str, note: str) -> dict[str, str]:
    keys = pair.agreement.template_version.sections.values_list("key", flat=True)
    return {f"verdict_{key}": verdict for key in keys} | {f"note_{key}": note for key in keys}


@pytest.mark.parametrize(
    ("today", "end", "review"),
    [
        (date(2026, 11, 21), date(2026, 12, 31), date(2027, 3, 1)),
        (date(2027, 1, 1), date(2030, 12, 31), date(2031, 3, 1)),
        (date(2025, 6, 1), date(2026, 12, 31), date(2027, 3, 1)),
    ],
)
def test_terms_are_four_years_from_january_after_an_election(today: date, end: date, review: date) -> None:
    assert (term_end(today), next_election_review(today)) == (end, review)


def test_each_answers_alone_and_both_see_both_afterwards() -> None:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan")
    approve_both(pair)
    chair, chief = logged_in(pair.chair), logged_in(pair.chief)
    page = reverse("agreement_review", args=[pair.agreement.pk])

    chair.post(page, answers(pair, "change", "Ordförandens skäl"))
    before = chief.get(page).content.decode()
    chief.post(page, answers(pair, "keep", "Direktörens skäl"))
    after = [client.get(page).content.decode() for client in (chair, chief)]

    assert "Ordförandens skäl" not in before
    assert ["Ordförandens skäl" in text and "Direktörens skäl" in text for text in after] == [True, True]
    assert ReviewAnswer.objects.count() == 16


def test_a_review_without_an_answer_to_each_heading_says_which() -> None:
    pair = make_pair()
    approve_both(pair)
    fields = answers(pair, "keep", "")
    del fields["verdict_fokus"]

    response = logged_in(pair.chair).post(reverse("agreement_review", args=[pair.agreement.pk]), fields)

    assert response.status_code == 422
    assert response.content.decode().count("Välj vad du vill göra med rubriken.") == 2


def test_the_pulse_is_shown_only_when_both_have_answered_and_an_answer_stays() -> None:
    pair = make_pair()
    approve_both(pair)
    chair, chief = logged_in(pair.chair), logged_in(pair.chief)
    page = reverse("agreement_pulse", args=[pair.agreement.pk])

    chair.post(page, {"direction": "2", "cooperation": "3", "support": "1"})
    chair.post(page, {"direction": "5", "cooperation": "5", "support": "5"})
    before = chief.get(page).content.decode()
    chief.post(page, {"direction": "4", "cooperation": "4", "support": "4"})

    assert "Kvartalet från" not in before
    assert "Kvartalet från" in chair.get(page).content.decode()
    rows = PulseAnswer.objects.order_by("member").values_list("direction", "cooperation", "support")
    assert list(rows) == [(2, 3, 1), (4, 4, 4)]


def answer(client: Client, pair: Pair, figure: int) -> str:
    """Answer all three questions with the same figure, and read the page afterwards."""
    page = reverse("agreement_pulse", args=[pair.agreement.pk])
    fields = {"direction": str(figure), "cooperation": str(figure), "support": str(figure)}
    return client.post(page, fields, follow=True).content.decode()


def hand_over(pair: Pair, leaving: Member, name: str) -> Member:
    fields = {"name": name, "title": "", "email": f"{name.partition(' ')[0].lower()}@kommun.example"}
    logged_in(leaving).post(reverse("agreement_hand_over", args=[pair.agreement.pk, leaving.pk]), fields)
    return Member.objects.get(name=name)


def a_quarter_goes_by(pair: Pair) -> None:
    """All that has been answered was answered 92 days earlier, by people who left and came 92 days earlier."""
    by = timedelta(days=92)
    for given in pair.agreement.pulse_answers.all():
        PulseAnswer.objects.filter(pk=given.pk).update(at=given.at - by, quarter=quarter_of(given.quarter - by))
    pair.agreement.members.filter(left_at__isnull=False).update(left_at=F("left_at") - by)


def shown_pulses(who: Member | Client, pair: Pair) -> list[list[tuple[str, str]]]:
    """Each quarter on the page, with the name and the first figure of each row."""
    client = logged_in(who) if isinstance(who, Member) else who
    page = client.get(reverse("agreement_pulse", args=[pair.agreement.pk])).content.decode()
    row = re.compile(r'<th scope="row">([^<]*)</th><td>([^<]*)</td>')
    return [row.findall(table) for table in re.findall(r"<tbody>(.*?)</tbody>", page, re.DOTALL)]


def test_a_successor_sees_nothing_of_the_running_quarter_until_both_who_are_in_now_have_answered() -> None:
    pair = make_pair()
    approve_both(pair)
    chief = logged_in(pair.chief)
    answer(logged_in(pair.chair), pair, 2)
    answer(chief, pair, 3)
    assert shown_pulses(chief, pair) == [[("Åsa Lind", "2"), ("Björn Ek", "3")]]

    newcomer = hand_over(pair, pair.chair, "Klas Ny")

    assert shown_pulses(newcomer, pair) == []
    assert shown_pulses(chief, pair) == []
    answer(logged_in(newcomer), pair, 5)
    both = [[("Klas Ny", "5"), ("Björn Ek", "3")]]
    assert [shown_pulses(newcomer, pair), shown_pulses(chief, pair)] == [both, both]


def test_what_only_somebody_who_left_has_answered_is_shown_to_nobody_however_long_it_takes() -> None:
    pair = make_pair()
    approve_both(pair)
    answer(logged_in(pair.chair), pair, 2)
    newcomer = hand_over(pair, pair.chair, "Klas Ny")

    answer(logged_in(pair.chief), pair, 3)
    assert [shown_pulses(newcomer, pair), shown_pulses(pair.chief, pair)] == [[], []]

    a_quarter_goes_by(pair)
    assert [shown_pulses(newcomer, pair), shown_pulses(pair.chief, pair)] == [[], []]


def test_earlier_quarters_stay_with_those_who_answered_them_together() -> None:
    pair = make_pair()
    approve_both(pair)
    answer(logged_in(pair.chair), pair, 2)
    answer(logged_in(pair.chief), pair, 3)
    newcomer = hand_over(pair, pair.chair, "Klas Ny")
    a_quarter_goes_by(pair)

    earlier = [("Åsa Lind", "2"), ("Björn Ek", "3")]
    assert [shown_pulses(newcomer, pair), shown_pulses(pair.chief, pair)] == [[], [earlier]]

    answer(logged_in(newcomer), pair, 5)
    answer(logged_in(pair.chief), pair, 4)
    now = [("Klas Ny", "5"), ("Björn Ek", "4")]
    assert [shown_pulses(newcomer, pair), shown_pulses(pair.chief, pair)] == [[now], [now, earlier]]


def test_a_quarter_that_three_have_answered_shows_the_two_who_were_in_at_its_end() -> None:
    pair = make_pair()
    approve_both(pair)
    answer(logged_in(pair.chair), pair, 2)
    answer(logged_in(pair.chief), pair, 3)
    newcomer = hand_over(pair, pair.chair, "Klas Ny")
    answer(logged_in(newcomer), pair, 5)
    a_quarter_goes_by(pair)

    both = [[("Klas Ny", "5"), ("Björn Ek", "3")]]
    assert [shown_pulses(newcomer, pair), shown_pulses(pair.chief, pair)] == [both, both]


def test_a_new_pair_sees_nothing_that_two_before_them_answered() -> None:
    pair = make_pair()
    approve_both(pair)
    answer(logged_in(pair.chair), pair, 2)
    answer(logged_in(pair.chief), pair, 3)
    newcomers = [hand_over(pair, pair.chair, "Klas Ny"), hand_over(pair, pair.chief, "Nora Ny")]

    assert [shown_pulses(one, pair) for one in newcomers] == [[], []]
    a_quarter_goes_by(pair)
    assert [shown_pulses(one, pair) for one in newcomers] == [[], []]


def test_the_date_is_chosen_and_reminded_of_once_to_both() -> None:
    pair = make_pair()
    approve_both(pair)
    page = reverse("agreement_review_plan", args=[pair.agreement.pk])
    tomorrow = timezone.localdate() + timedelta(days=1)

    past = logged_in(pair.chair).post(page, {"when": "eget", "own": "2020-01-01"})
    logged_in(pair.chair).post(page, {"when": "eget", "own": tomorrow.isoformat()})

    assert past.status_code == 422
    assert [queue_reminders(tomorrow - timedelta(days=1)), queue_reminders(tomorrow), queue_reminders(tomorrow)] == [
        0,
        2,
        0,
    ]
    sent = OutgoingMail.objects.filter(letter="agreements/review_due").order_by("pk")
    assert [mail.to_email for mail in sent] == [pair.chair.user.email, pair.chief.user.email]


def test_the_end_of_the_term_is_asked_about_in_time_and_the_quarter_to_those_who_agreed() -> None:
    pair = make_pair()
    approve_both(pair)
    Agreement.objects.update(term_ends_on=date(2026, 12, 31), approved_at="2026-06-01T10:00:00Z")

    assert queue_reminders(date(2026, 12, 1)) == 4
    letters = set(OutgoingMail.objects.values_list("letter", flat=True))
    assert {"agreements/term_ends", "agreements/pulse_wanted"} <= letters
    assert quarter_of(date(2026, 12, 1)) == date(2026, 10, 1)
