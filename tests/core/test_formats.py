"""Swedish dates, times and sums."""

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.core import formats

DAY = dt.date(2019, 5, 23)


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.date(2024, 5, 29), "29 maj 2024"),
        (dt.date(2026, 1, 1), "1 januari 2026"),
        # Late in the evening in UTC it is already the next day in Sweden, also over New Year.
        (dt.datetime(2024, 5, 28, 22, 30, tzinfo=dt.UTC), "29 maj 2024"),
        (dt.datetime(2025, 12, 31, 23, 0, tzinfo=dt.UTC), "1 januari 2026"),
        (dt.datetime(2024, 5, 28, 23, 30), "28 maj 2024"),  # noqa: DTZ001 - naive on purpose
    ],
)
def test_a_date_is_the_swedish_day(value: dt.date, expected: str) -> None:
    assert formats.date(value) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (dt.time(10, 0), "10.00"),
        (dt.time(0, 5), "00.05"),
        (dt.datetime(2024, 7, 1, 8, 0, tzinfo=dt.UTC), "10.00"),
        (dt.datetime(2024, 1, 1, 8, 0, tzinfo=dt.UTC), "09.00"),
    ],
)
def test_a_time_is_the_clock_on_the_wall(value: dt.time | dt.datetime, expected: str) -> None:
    assert formats.time(value) == expected


def test_a_moment_has_both() -> None:
    assert formats.date_and_time(dt.datetime(2024, 5, 29, 8, 0, tzinfo=dt.UTC)) == "29 maj 2024 klockan 10.00"


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        (dt.datetime(2024, 5, 29, 8, 0, tzinfo=dt.UTC), "kl. 10.00"),
        (dt.datetime(2024, 5, 28, 22, 30, tzinfo=dt.UTC), "kl. 00.30"),
        (dt.datetime(2024, 5, 29, 22, 30, tzinfo=dt.UTC), "den 30 maj 2024 kl. 00.30"),
        (dt.datetime(2023, 5, 29, 8, 0, tzinfo=dt.UTC), "den 29 maj 2023 kl. 10.00"),
    ],
)
def test_a_clock_names_its_day_when_it_is_not_today(moment: dt.datetime, expected: str) -> None:
    assert formats.clock(moment, dt.date(2024, 5, 29)) == expected


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        (None, "23 maj 2019"),
        (DAY, "23 maj 2019"),
        (dt.date(2019, 5, 24), "23–24 maj 2019"),
        (dt.date(2019, 6, 2), "23 maj–2 juni 2019"),
        (dt.date(2020, 5, 24), "23 maj 2019–24 maj 2020"),
    ],
)
def test_a_range_says_month_and_year_once(end: dt.date | None, expected: str) -> None:
    assert formats.date_range(DAY, end) == expected


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (24000, "24\u00a0000\u00a0kr"),
        (Decimal("24000.00"), "24\u00a0000\u00a0kr"),
        (Decimal("2600.5"), "2\u00a0600,50\u00a0kr"),
        (Decimal("0.005"), "0,01\u00a0kr"),
        (0, "0\u00a0kr"),
        (-1500, "−1\u00a0500\u00a0kr"),
        (1234567, "1\u00a0234\u00a0567\u00a0kr"),
    ],
)
def test_a_sum_is_never_torn_apart(value: Decimal | int, expected: str) -> None:
    assert formats.sum_of_money(value) == expected


@pytest.mark.parametrize(("value", "expected"), [(0, "0"), (999, "999"), (4000, "4\u00a0000"), (10_000, "10\u00a0000")])
def test_a_large_number_is_in_groups_that_are_never_torn_apart(value: int, expected: str) -> None:
    assert formats.number(value) == expected


@given(st.integers(min_value=-(10**9), max_value=10**9))
def test_a_sum_can_be_read_back(kronor: int) -> None:
    digits = formats.sum_of_money(kronor).removesuffix("\u00a0kr").replace("\u00a0", "").replace("−", "-")
    assert int(digits) == kronor
