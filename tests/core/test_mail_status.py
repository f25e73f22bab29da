"""What the receipt and admin say of a mail, for every state that it can be in."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from portal.core.mail_status import Mood, status_of
from portal.core.models import OutgoingMail
from portal.core.states import MAIL_TRANSITIONS, MailState, TransitionRefused

# 14.32 in Swedish winter time.
AT = datetime(2026, 11, 21, 13, 32, tzinfo=UTC)


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
