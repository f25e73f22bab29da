"""What the receipt and admin say of a mail, for every state that it can be in."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from portal.core.mail_status import Mood, status_of, told_to_staff
from portal.core.models import OutgoingMail
from portal.core.states import MAIL_TRANSITIONS, MailState, TransitionRefused

# 14.32 in Swedish winter time.
AT = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)


@pytest.fixture(autouse=True)
def clock() -> Iterator[time_machine.Traveller]:
    """The same day; a test that wants another one moves on."""
    with time_machine.travel(AT - timedelta(minutes=5), tick=False) as coordinates:
        yield coordinates


@pytest.mark.parametrize(
    ("mail", "mood", "said"),
    [
        (OutgoingMail(state=MailState.QUEUED), Mood.WAITING, "på väg"),
        (OutgoingMail(state=MailState.SENDING, attempts=2), Mood.WAITING, "på väg"),
        (OutgoingMail(state=MailState.QUEUED, attempts=1, not_before=AT), Mood.WAITING, "försöker igen kl. 14.32"),
        (OutgoingMail(state=MailState.SENT, sent_at=AT), Mood.GOOD, "mottagen av e-postservern kl. 14.32"),
        (OutgoingMail(state=MailState.FAILED), Mood.BAD, "tog inte emot"),
        (OutgoingMail(state=MailState.UNCERTAIN, not_before=AT), Mood.BAD, "skickar vi den igen kl. 14.32"),
        (OutgoingMail(state=MailState.UNCERTAIN, not_before=None), Mood.BAD, "har inte svarat att den kommit fram."),
    ],
)
def test_what_is_said(mail: OutgoingMail, mood: Mood, said: str) -> None:
    status = status_of(mail)
    assert status.mood is mood
    assert said in status.text


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (OutgoingMail(state=MailState.QUEUED, attempts=5, not_before=AT), "igen den 21 november 2026 kl. 14.32"),
        (OutgoingMail(state=MailState.SENT, sent_at=AT), "e-postservern den 21 november 2026 kl. 14.32"),
        (OutgoingMail(state=MailState.UNCERTAIN, not_before=AT), "den igen den 21 november 2026 kl. 14.32"),
    ],
)
@pytest.mark.parametrize("away", [timedelta(hours=-22), timedelta(days=3)], ids=str)
def test_another_day_is_named(mail: OutgoingMail, said: str, away: timedelta, clock: time_machine.Traveller) -> None:
    clock.shift(away)
    assert said in status_of(mail).text


@pytest.mark.parametrize(
    ("mail", "said"),
    [
        (OutgoingMail(state=MailState.QUEUED), "På väg."),
        (OutgoingMail(state=MailState.SENDING, attempts=2), "På väg."),
        (OutgoingMail(state=MailState.QUEUED, attempts=1, not_before=AT), "skickas igen kl. 14.32."),
        (OutgoingMail(state=MailState.SENT, sent_at=AT), "Mottaget av e-postservern kl. 14.32."),
        (OutgoingMail(state=MailState.FAILED), "Serverns svar står på mejlets sida"),
        (OutgoingMail(state=MailState.UNCERTAIN, attempts=1, not_before=AT), "skickas igen kl. 14.32."),
        (OutgoingMail(state=MailState.UNCERTAIN, attempts=3), "har inte svarat att det kommit fram."),
    ],
)
def test_staff_is_not_spoken_to_as_the_one_who_waits(mail: OutgoingMail, said: str) -> None:
    text = told_to_staff(mail)
    assert said in text
    assert "din " not in text.lower()


def test_every_state_has_its_words() -> None:
    texts = {status_of(OutgoingMail(state=state, sent_at=AT, attempts=0)).text for state in MailState}
    # Waiting and being sent look the same to the one who waits.
    assert len(texts) == len(MailState) - 1


def test_a_sent_mail_and_a_failed_one_stay_so() -> None:
    for last in (MailState.SENT, MailState.FAILED):
        for state in MailState:
            with pytest.raises(TransitionRefused):
                MAIL_TRANSITIONS.check(last, state)


def test_only_a_claimed_mail_is_settled() -> None:
    for state in (MailState.SENT, MailState.FAILED, MailState.UNCERTAIN):
        assert [before for before in MailState if MAIL_TRANSITIONS.allows(before, state)] == [MailState.SENDING]
