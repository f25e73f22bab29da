"""Whatever two people do in any order: nothing enters a frozen text, no approval stands beside other content."""

from __future__ import annotations

import itertools

import hypothesis.strategies as st
import pytest
from hypothesis import settings
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agreements.actions import agreeing
from agreements.collaboration.content import Content, content_hash, section_hash
from agreements.collaboration.writing import Frozen
from agreements.models import Approval, Member, SectionMark, Update, Version
from agreements.queries.agreeing import agreeing_state
from agreements.queries.documents import current_content
from tests.agreements.builders import Pair, make_pair

KEYS = ("fokus", "samarbete")
NUMBERS = itertools.count()
WHO = st.sampled_from(["chair", "chief"])


class Agreeing(RuleBasedStateMachine):
    """Both write, mark, take back, look, approve what they looked at, and begin anew."""

    def __init__(self) -> None:
        super().__init__()
        self.pair: Pair = make_pair(f"par-{next(NUMBERS)}-")
        self.shown = {"chair": self.content(), "chief": self.content()}
        self.versions: dict[int, tuple[str, int]] = {}

    def content(self) -> Content:
        return current_content(self.pair.document)[0]

    def member(self, who: str) -> Member:
        return self.pair.chair if who == "chair" else self.pair.chief

    @property
    def is_frozen(self) -> bool:
        return self.pair.document.frozen_version_id is not None

    @rule(who=WHO, key=st.sampled_from(KEYS), text=st.sampled_from(["", "Skolan", "Vägarna å ä ö"]))
    def write(self, who: str, key: str, text: str) -> None:
        before, frozen = self.pair.document.head_seq, self.is_frozen
        answer = self.pair.write(self.member(who), key, text)
        assert isinstance(answer, Frozen) == frozen
        assert self.pair.document.head_seq == before + (not frozen)

    @rule(who=WHO)
    def look(self, who: str) -> None:
        self.shown[who] = self.content()

    @rule(who=WHO)
    def mark_everything_shown(self, who: str) -> None:
        for section in self.shown[who].sections:
            try:
                agreeing.mark_section(self.pair.agreement, section.key, section_hash(section), by=self.member(who))
            except (agreeing.ContentChanged, agreeing.NotAllowed):
                assert self.is_frozen or section != self.content().section(section.key)

    @rule(who=WHO, key=st.sampled_from(KEYS))
    def take_a_mark_back(self, who: str, key: str) -> None:
        try:
            agreeing.unmark_section(self.pair.agreement, key, by=self.member(who))
        except agreeing.NotAllowed:
            assert self.is_frozen

    @rule(who=WHO)
    def approve_what_was_shown(self, who: str) -> None:
        shown = content_hash(self.shown[who])
        try:
            version = agreeing.approve(self.pair.agreement, shown, by=self.member(who))
        except agreeing.NotAllowed:
            assert self.is_frozen
        except agreeing.ContentChanged:
            assert shown != content_hash(self.content())
        except agreeing.NotAgreedYet:
            assert not agreeing_state(self.pair.agreement, self.content()).may_be_approved
        else:
            assert shown == content_hash(self.content())
            assert version is None or version.content_hash == shown

    @rule(first=WHO)
    def both_look_and_mark_and_one_approves(self, first: str) -> None:
        """What chance alone would seldom come to."""
        for who in ("chair", "chief"):
            self.look(who)
            self.mark_everything_shown(who)
        self.approve_what_was_shown(first)

    @precondition(lambda self: self.is_frozen)
    @rule(who=WHO)
    def begin_anew(self, who: str) -> None:
        agreeing.start_revision(self.pair.agreement, by=self.member(who))

    @invariant()
    def what_stands_was_given_for_what_is_there(self) -> None:
        state = agreeing_state(self.pair.agreement, self.content())
        shown = {member.pk for member in state.approved_by}
        pending = Approval.objects.filter(member__agreement=self.pair.agreement, version=None)
        given = set(pending.filter(content_hash=state.hash).values_list("member_id", flat=True))
        assert shown == given
        for section in state.sections.values():
            for member in section.marked_by:
                mark = SectionMark.objects.get(member=member, section_key=section.key)
                assert mark.content_hash == section.hash

    @invariant()
    def versions_stay_and_have_two_approvals_of_their_own_content(self) -> None:
        for version in Version.objects.filter(agreement=self.pair.agreement):
            facts = (version.content_hash, version.upto_seq)
            assert self.versions.setdefault(version.number, facts) == facts
            assert content_hash(Content.from_json(version.content)) == version.content_hash
            approvals = list(version.approvals.values_list("content_hash", flat=True))
            assert approvals == [version.content_hash] * 2

    @invariant()
    def the_log_has_no_gaps_and_ends_at_a_frozen_version(self) -> None:
        document = self.pair.document
        seqs = list(Update.objects.filter(document=document).order_by("seq").values_list("seq", flat=True))
        assert seqs == list(range(1, document.head_seq + 1))
        if document.frozen_version is not None:
            assert document.head_seq == document.frozen_version.upto_seq


@pytest.mark.django_db
def test_any_order_of_writing_marking_approving_and_beginning_anew() -> None:
    run_state_machine_as_test(
        Agreeing,
        settings=settings(max_examples=8, stateful_step_count=20, deadline=None, derandomize=True, database=None),
    )
