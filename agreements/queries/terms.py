"""When the boards of municipalities and regions change (kommunallagen 6 kap. 18 §). Pure."""

from __future__ import annotations

from datetime import date

# General elections are held every fourth year; the boards' four years begin on 1 January after one.
AN_ELECTION_YEAR = 2026
YEARS = 4


def term_end(today: date) -> date:
    """The last day of the boards' present term."""
    years_left = (AN_ELECTION_YEAR - today.year) % YEARS
    return date(today.year + years_left, 12, 31)


def next_election_review(today: date) -> date:
    """A day in the spring after the coming change of boards, when the new ones have begun."""
    return date(term_end(today).year + 1, 3, 1)
