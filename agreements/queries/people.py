"""What the agreements hold about one address: the rooms that somebody is in or was in."""

from __future__ import annotations

from django.utils.translation import gettext as _

from agreements.models import AGREEMENT_RECORD, Comment, Member, PulseAnswer
from agreements.models.agreements import MemberQuerySet
from portal.core import formats
from portal.core.people import Entry, Reader, Section, is_address, section_about


def memberships_at(key: str) -> MemberQuerySet:
    members = Member.objects.filter(is_address("user__email", key)).order_by("pk")
    return members.select_related("agreement__organisation", "agreement__template_version__template")


def name_at(key: str) -> str | None:
    member = memberships_at(key).last()
    return member.name if member else None


def tell(key: str, reader: Reader) -> list[Section]:
    """That the person is in a room, and for themselves also what they have said there. Staff never sees that."""
    entries = [Entry(_facts(member, reader)) for member in memberships_at(key)]
    return [section_about(AGREEMENT_RECORD, entries)] if entries else []


def _facts(member: Member, reader: Reader) -> tuple[tuple[str, str], ...]:
    facts = [
        (_("Överenskommelse"), str(member.agreement)),
        (_("Roll"), str(member.get_role_display())),
        (_("Namn"), member.name),
        (_("Titel"), member.title),
        (_("Inbjuden"), formats.date(member.invited_at)),
        (_("Lämnade"), formats.date(member.left_at) if member.left_at else ""),
    ]
    if reader is Reader.PERSON:
        facts += [(_("Din kommentar"), comment.text) for comment in Comment.objects.filter(member=member)]
        facts += [(_("Svar om hur det går"), _answers(answer)) for answer in member.pulse_answers.all()]
        facts.append((_("Text"), _("Hela texten kan du spara ner i överenskommelsens rum.")))
    return tuple(fact for fact in facts if fact[1])


def _answers(answer: PulseAnswer) -> str:
    marks = (answer.direction, answer.cooperation, answer.support)
    return f"{formats.date(answer.quarter)}: {', '.join(str(mark) for mark in marks)}"
