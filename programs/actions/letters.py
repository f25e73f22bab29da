"""The verbs of a letter to a cohort: begin, word, try out, send. Each recipient gets a mail of their own, once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable
from importlib import resources
from typing import Any

from django.db import transaction
from django.utils import timezone

from portal.accounts.models import User
from portal.core import audit
from programs import mail_letters
from programs.mail_letters import Shown
from programs.models import Cohort, CohortLetter, LetterKind, LetterRecipient, LetterTemplate, Occasion, Place
from programs.queries import letters as queries
from programs.queries.letters import Gap


class LetterIsSent(Exception):  # noqa: N818 - the pages handle it
    """What has gone out never changes."""


class BadText(Exception):  # noqa: N818
    """The text has fields that do not exist; `mistakes` says it in words for who wrote it."""

    def __init__(self, mistakes: list[str]) -> None:
        super().__init__(" ".join(mistakes))
        self.mistakes = mistakes


class HasGaps(Exception):  # noqa: N818
    """A field has no value for somebody; `gaps` names the person and the field. Nothing was sent."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(len(gaps))
        self.gaps = gaps


class NotARecipient(Exception):  # noqa: N818
    """Somebody of another cohort, or who is not to be written to."""


def known_templates() -> list[dict[str, Any]]:
    """The letters in programs/data/letters, one file each."""
    folder = resources.files("programs").joinpath("data", "letters")
    files = (file for file in folder.iterdir() if file.name.endswith(".toml"))
    return [tomllib.loads(file.read_text("utf-8")) for file in sorted(files, key=lambda file: file.name)]


@transaction.atomic
def load_letters() -> list[str]:
    """Add the templates that are missing and leave what staff has worded; returns the kinds that were added."""
    added = []
    for facts in known_templates():
        if not LetterTemplate.objects.filter(kind=facts["kind"]).exists():
            template = LetterTemplate(kind=facts["kind"], subject=facts["subject"], body=facts["body"].strip())
            _refuse_mistakes(template.subject, template.body)
            template.full_clean()
            template.save()
            added.append(template.kind)
    return added


def _refuse_mistakes(*texts: str) -> None:
    if found := [mistake for text in texts for mistake in queries.mistakes(text)]:
        raise BadText(found)


@transaction.atomic
def change_template(template: LetterTemplate, subject: str, body: str, *, by: audit.Actor) -> LetterTemplate:
    """Word a template anew, for the letters to come. Raises `BadText`."""
    _refuse_mistakes(subject, body)
    row = LetterTemplate.objects.select_for_update().get(pk=template.pk)
    row.subject, row.body, row.updated_at = subject, body, timezone.now()
    row.save()
    audit.record("programs.letter_template_changed", row, by=by, kind=row.kind)
    return row


@transaction.atomic
def draft_letter(
    cohort: Cohort, kind: LetterKind, *, by: audit.Actor, occasion: Occasion | None = None
) -> CohortLetter:
    """Begin a letter with the words of its template; an empty one when its kind has none."""
    template = LetterTemplate.objects.filter(kind=kind).first()
    letter = CohortLetter.objects.create(
        cohort=cohort,
        occasion=occasion,
        kind=kind,
        subject=template.subject if template else "",
        body=template.body if template else "",
        created_by_id=by.user_id,
    )
    audit.record("programs.letter_drafted", letter, by=by, cohort=cohort.pk, kind=kind.value)
    return letter


def _locked(letter: CohortLetter) -> CohortLetter:
    letters = CohortLetter.objects.select_for_update(of=("self",)).select_related("cohort__programme", "occasion")
    return letters.get(pk=letter.pk)


@transaction.atomic
def change_letter(
    letter: CohortLetter, subject: str, body: str, *, by: audit.Actor, occasion: Occasion | None = None
) -> CohortLetter:
    """Word a draft. Raises `LetterIsSent` or `BadText`."""
    row = _locked(letter)
    if row.sent_at is not None:
        raise LetterIsSent
    _refuse_mistakes(subject, body)
    row.subject, row.body, row.occasion = subject, body, occasion
    row.save()
    audit.record("programs.letter_changed", row, by=by, cohort=row.cohort_id)
    return row


@transaction.atomic
def discard_letter(letter: CohortLetter, *, by: audit.Actor) -> None:
    """Throw a draft away. Raises `LetterIsSent`."""
    row = _locked(letter)
    if row.sent_at is not None:
        raise LetterIsSent
    audit.record("programs.letter_discarded", row, by=by, cohort=row.cohort_id)
    row.delete()


def preview(letter: CohortLetter, place: Place) -> Shown:
    """The letter as that person would get it, but for their own link. Raises `BadText`."""
    _refuse_mistakes(letter.subject, letter.body)
    return mail_letters.shown(letter, place)


@transaction.atomic
def send_test(letter: CohortLetter, to: User, place: Place, *, by: audit.Actor) -> None:
    """Send it to a member of staff as that person would get it, but for their own link. Raises `BadText`."""
    row = _locked(letter)
    _refuse_mistakes(row.subject, row.body)
    line = audit.record("programs.letter_tested", row, by=by, cohort=row.cohort_id)
    mail_letters.letter_tested(row, place, to.email, line.pk)


@transaction.atomic
def send(letter: CohortLetter, places: Iterable[Place], *, by: audit.Actor) -> int:
    """Send it to each of them, in a mail of their own; who has it already gets no second one. How many it went to.

    All or nothing: raises `BadText`, `HasGaps` or `NotARecipient` before anything is queued.
    """
    row = _locked(letter)
    _refuse_mistakes(row.subject, row.body)
    wanted = {place.pk for place in places}
    found = list(queries.may_be_written_to(row).filter(pk__in=wanted))
    if len(found) != len(wanted):
        raise NotARecipient
    have_it = set(LetterRecipient.objects.filter(letter=row).values_list("place_id", flat=True))
    new = [place for place in found if place.pk not in have_it]
    if holes := queries.gaps(row, [mail_letters.recipient(row, place, is_real=True) for place in new]):
        raise HasGaps(holes)
    for place in new:
        _send_one(row, place)
    if new:
        row.sent_at = row.sent_at or timezone.now()
        row.save(update_fields=["sent_at"])
        audit.record("programs.letter_sent", row, by=by, cohort=row.cohort_id, recipients=len(new))
    return len(new)


def _send_one(letter: CohortLetter, place: Place) -> None:
    recipient = LetterRecipient(letter=letter, place=place)
    recipient.mail = mail_letters.letter_sent(letter, recipient)
    recipient.save(force_insert=True)
