"""What a personal link to an occasion leads to: somebody who takes part, and the occasion."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404

from programs.models import Occasion, Place
from programs.queries.occasions import occasion_with_details, read_occasion_token
from programs.states import COMES


@dataclass(frozen=True)
class Guest:
    """A participant, on their way to or from an occasion."""

    place: Place
    occasion: Occasion
    token: str

    @property
    def takes_part(self) -> bool:
        return self.place.state in COMES


def guest_behind(token: str) -> Guest:
    """404 for a link that we did not make, or whose person or occasion is gone."""
    found = read_occasion_token(token)
    occasion = occasion_with_details(found[1]) if found else None
    if found is None or occasion is None or found[0].cohort_id != occasion.cohort_id:
        raise Http404
    return Guest(found[0], occasion, token)
