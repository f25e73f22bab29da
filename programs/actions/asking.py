"""What beat asks of the participants: before each occasion whether they come, after it what they thought.

Each letter goes once to each person: its key says for whom, and a second one is never made.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from portal.core.models import OutgoingMail
from programs import mail_occasions
from programs.models import Occasion, Place
from programs.queries import occasions as queries

# Two weeks: venues want the number of rooms about ten days before, and whoever travels has not booked the train.
ASKED_DAYS_BEFORE = 14
# Once more when it is late but not too late: the kitchen can still be told the next working day.
REMINDED_DAYS_BEFORE = 5
# Nobody is reminded of a question that they have had for less than this, having joined late.
DAYS_TO_ANSWER = 3
# The evaluation is asked for on the day after; a week of trying covers a beat that stood still.
EVALUATION_DAYS_AFTER = 7

Send = Callable[[Place, Occasion], OutgoingMail]


def ask_before_occasions(today: date | None = None) -> int:
    """Ask everybody who has not answered whether they come; how many mails that made."""
    coming = queries.starting_within(ASKED_DAYS_BEFORE, today or timezone.localdate())
    return sum(_ask(occasion, queries.without_answer(occasion), mail_occasions.occasion_asked) for occasion in coming)


def remind_before_occasions(today: date | None = None) -> int:
    """Ask once more those who were asked a while ago and have not answered."""
    today = today or timezone.localdate()
    coming = queries.starting_within(REMINDED_DAYS_BEFORE, today)
    return sum(_ask(occasion, _asked_in_time(occasion, today), mail_occasions.occasion_reminded) for occasion in coming)


def ask_after_occasions(today: date | None = None) -> int:
    """Ask those who were there what they thought, from the day after the last day."""
    over = queries.ended_within(EVALUATION_DAYS_AFTER, today or timezone.localdate())
    ask = mail_occasions.evaluation_asked
    return sum(_ask(occasion, queries.without_evaluation(occasion), ask) for occasion in over)


def _asked_in_time(occasion: Occasion, today: date) -> list[Place]:
    """Who has had the question for some days: the first mail was made before them."""
    asked = OutgoingMail.objects.filter(key__startswith=f"occasion_asked:{occasion.pk}:", resend_of=None)
    old = set(asked.filter(created_at__date__lte=today - timedelta(days=DAYS_TO_ANSWER)).values_list("key", flat=True))
    places = queries.without_answer(occasion)
    return [place for place in places if f"occasion_asked:{mail_occasions.once(place, occasion)}" in old]


def _ask(occasion: Occasion, places: Iterable[Place], send: Send) -> int:
    name = send.__name__
    made = queries.sent_keys(f"{name}:{occasion.pk}")
    wanted = [place for place in places if f"{name}:{mail_occasions.once(place, occasion)}" not in made]
    return sum(_sent(place, occasion, send) for place in wanted)


def _sent(place: Place, occasion: Occasion, send: Send) -> bool:
    """One transaction for each person: what fails for one is no reason to forget the others."""
    try:
        with transaction.atomic():
            send(place, occasion)
    except IntegrityError:
        # Another worker made the same letter in this moment: the database lets only one be.
        return False
    return True
