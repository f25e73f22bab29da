"""How far the two agree: what each has marked and approved of the text as it now stands."""

from __future__ import annotations

from dataclasses import dataclass

from agreements.collaboration.content import Content, content_hash, section_hash
from agreements.models import PAIR, Agreement, Approval, Member, SectionMark
from agreements.states import AgreementState


@dataclass(frozen=True)
class SectionState:
    """Who has marked a section as it now stands."""

    key: str
    hash: str
    marked_by: tuple[Member, ...]
    is_agreed: bool


@dataclass(frozen=True)
class AgreeingState:
    """Everything about the two and this very text."""

    hash: str
    sections: dict[str, SectionState]
    approved_by: tuple[Member, ...]
    may_be_approved: bool

    @property
    def number_agreed(self) -> int:
        return sum(section.is_agreed for section in self.sections.values())


def agreeing_state(agreement: Agreement, content: Content) -> AgreeingState:
    """Marks and approvals count only for the content that they were given for."""
    pair = list(agreement.members.inside().pair())
    marks = set(SectionMark.objects.filter(member__in=pair).values_list("member_id", "section_key", "content_hash"))
    sections = {}
    for section in content.sections:
        now = section_hash(section)
        marked = tuple(member for member in pair if (member.pk, section.key, now) in marks)
        sections[section.key] = SectionState(section.key, now, marked, is_agreed=len(marked) == len(PAIR))
    whole = content_hash(content)
    approved = Approval.objects.filter(member__in=pair, version__isnull=True, content_hash=whole)
    by_id = {member.pk: member for member in pair}
    return AgreeingState(
        hash=whole,
        sections=sections,
        approved_by=tuple(by_id[pk] for pk in approved.values_list("member_id", flat=True)),
        may_be_approved=agreement.state == AgreementState.WRITING
        and not agreement.writes_silently
        and all(state.is_agreed for state in sections.values()),
    )
