"""Many people, or one impatient one, press send at the same moment: through the production server, really committed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from functools import partial

import pytest

from portal.core.models import OutgoingMail
from programs.models import InterestRegistration, InterestRepeat
from tests.programs.interest import load_reference_rows
from tests.programs.visitors import BEHIND_A_PROXY, Visitor, all_at_once
from tests.services.servers import ProductionServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.faults]

StartServer = Callable[..., ProductionServer]


@pytest.fixture
def portal(production_server: StartServer) -> str:
    """The address of a portal whose interest form is open."""
    load_reference_rows()
    return production_server(**BEHIND_A_PROXY).url


@pytest.mark.parametrize("solved", [True, False], ids=["captcha solved", "without JavaScript"])
def test_ten_identical_posts_make_one_row_and_one_mail(portal: str, solved: bool) -> None:
    visitor = Visitor(portal)
    visitor.open_form()
    if solved:
        visitor.solve_captcha()

    answers = all_at_once([visitor.press_send] * 10)

    row = InterestRegistration.objects.get()
    assert [answer.status for answer in answers] == [303] * 10
    receipt = f"/program/intresse/kvitto/{row.pk}/"
    assert Counter(answer.location for answer in answers) == {receipt: 1, f"{receipt}?igen=1": 9}
    assert OutgoingMail.objects.count() == 1
    assert InterestRepeat.objects.count() == 0


def test_ten_forms_for_one_address_make_one_registration(portal: str) -> None:
    visitors = [Visitor(portal) for _number in range(10)]
    for visitor in visitors:
        visitor.email = "asa.lind@kommun.example"
        visitor.open_form()

    answers = all_at_once([visitor.press_send for visitor in visitors])

    assert [answer.status for answer in answers] == [303] * 10
    assert (InterestRegistration.objects.count(), InterestRepeat.objects.count()) == (1, 9)
    assert Counter(OutgoingMail.objects.values_list("letter", flat=True)) == {
        "programs/interest_registered": 1,
        "programs/interest_repeated": 9,
    }
    # The page must not tell who has registered: every receipt is of its own and reads alike.
    assert len({answer.location for answer in answers}) == 10


def test_one_proof_counts_once(portal: str) -> None:
    """A solved captcha, copied into ten forms: one registration, and nine times the way to solve it again."""
    visitors = [Visitor(portal) for _number in range(10)]
    for visitor in visitors:
        visitor.open_form()
    proof = visitors[0].solve_captcha()

    answers = all_at_once([partial(visitor.press_send, altcha=proof) for visitor in visitors])

    assert Counter(answer.status for answer in answers) == {303: 1, 422: 9}
    assert InterestRegistration.objects.count() == OutgoingMail.objects.count() == 1


def test_two_hundred_people_at_an_opening_are_all_registered(portal: str) -> None:
    """How fast it goes is measured by bench/opening.py; here nobody may be turned away or lost."""
    visitors = [Visitor(portal) for _number in range(200)]
    for visitor in visitors:
        visitor.open_form()

    answers = all_at_once([visitor.press_send for visitor in visitors])

    assert Counter(answer.status for answer in answers) == {303: 200}
    assert len({answer.location for answer in answers}) == 200
    registered = set(InterestRegistration.objects.values_list("email", flat=True))
    assert registered == set(OutgoingMail.objects.values_list("to_email", flat=True))
    assert registered == {visitor.email for visitor in visitors}
