"""The pair looks at its agreement again, and neither sees the other's answers before giving their own."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from agreements.actions.reviews import queue_reminders
from agreements.models import Agreement, PulseAnswer, ReviewAnswer
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
