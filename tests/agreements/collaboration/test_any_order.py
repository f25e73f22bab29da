"""Edits, offline spells, marks, approvals and new drafts in any order keep what an agreement promises."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from agreements.actions.agreeing import (
    ContentChanged,
    NotAgreedYet,
    NotAllowed,
    approve,
    mark_section,
    start_revision,
)
from agreements.collaboration.content import Content, content_hash, section_hash
from agreements.collaboration.document import content_of, fragment_name
from agreements.collaboration.writing import Frozen, append
from agreements.models import Agreement, Document, Member, Update, Version
from agreements.queries.documents import current_content, frames_of, read_log
from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.promises import no_approval_beside_other_content, nothing_enters_a_version

PEOPLE = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.just("write"), PEOPLE, st.sampled_from(["fokus", "moten"])),
    st.tuples(st.just("delete"), PEOPLE, st.sampled_from(["fokus", "moten"])),
    st.tuples(st.just("sync"), PEOPLE, st.just("")),
    st.tuples(st.just("mark"), PEOPLE, st.just("")),
    st.tuples(st.just("approve"), PEOPLE, st.just("")),
    st.tuples(st.just("revise"), PEOPLE, st.just("")),
)
# Random steps alone would seldom come as far as a version.
TO_A_VERSION = [(verb, who, "") for verb in ("sync", "sync", "mark", "approve") for who in (0, 1)]
STORIES = st.lists(STEPS | st.just(("agree", 0, "")), max_size=14)


class OpenPage:
    """A page that is offline except at the moments when it syncs, and the hash of what its person approved."""

    def __init__(self, pair: Pair, member: Member) -> None:
        self.agreement, self.member = pair.agreement, member
        self.frames = frames_of(pair.agreement)
        self.approved = ""
        self.begin()

    def begin(self) -> None:
        """As a page that is opened, or that finds another epoch: what it kept of the old one is dropped."""
        self.doc: Doc[Any] = Doc()
        document = self.document
        self.epoch = document.epoch
        self._pull(document)

    @property
    def document(self) -> Document:
        return Document.objects.get(agreement=self.agreement, owner__isnull=True)

    def _pull(self, document: Document) -> None:
        for update in read_log(document.pk).updates:
            self.doc.apply_update(update)

    @property
    def content(self) -> Content:
        return content_of([self.doc.get_update()], self.frames)

    def write(self, key: str) -> None:
        children = self.doc.get(fragment_name(key), type=XmlFragment).children
        children.append(XmlElement("paragraph")).children.append(XmlText("å"))

    def delete(self, key: str) -> None:
        children = self.doc.get(fragment_name(key), type=XmlFragment).children
        if len(children):
            del children[0]

    def sync(self, _key: str) -> None:
        document = self.document
        if document.epoch != self.epoch:
            self.begin()
            return
        before = Update.objects.filter(document=document).count()
        head = append(document.pk, self.member.pk, [self.doc.get_update()])
        if isinstance(head, Frozen):
            assert document.frozen_version_id is not None
            assert Update.objects.filter(document=document).count() == before
            return
        self._pull(document)

    def mark(self, _key: str) -> None:
        for section in self.content.sections:
            try:
                mark_section(self.agreement, section.key, section_hash(section), by=self.member)
            except (ContentChanged, NotAllowed):
                continue

    def approve(self, _key: str) -> None:
        shown = content_hash(self.content)
        try:
            approve(self.agreement, shown, by=self.member)
        except (ContentChanged, NotAgreedYet, NotAllowed):
            return
        self.approved = shown

    def revise(self, _key: str) -> None:
        try:
            start_revision(Agreement.objects.get(pk=self.agreement.pk), by=self.member)
        except NotAllowed:
            return


@pytest.fixture
def pair(db: None) -> Pair:
    return make_pair()


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(story=STORIES)
@example(story=[("write", 0, "fokus"), ("agree", 0, ""), ("write", 1, "fokus"), ("revise", 1, ""), ("agree", 0, "")])
def test_whatever_the_order_the_promises_are_kept(pair: Pair, story: list[tuple[str, int, str]]) -> None:
    with transaction.atomic():
        pages = [OpenPage(pair, pair.chair), OpenPage(pair, pair.chief)]
        for verb, who, key in story:
            for one_verb, one_who, one_key in TO_A_VERSION if verb == "agree" else [(verb, who, key)]:
                getattr(pages[one_who], one_verb)(one_key)
                no_approval_beside_other_content(pair, {page.member.pk: page.approved for page in pages})
                nothing_enters_a_version(pair)
        _check_ends(pair, pages)
        transaction.set_rollback(True)


def _check_ends(pair: Pair, pages: list[OpenPage]) -> None:
    """When both are back, both show what the log says; or, when it is frozen, the log says what was approved."""
    for page in pages * 2:
        page.sync("")
    content, _seq = current_content(pages[0].document)
    if pages[0].document.frozen_version_id is None:
        assert pages[0].content == pages[1].content == content


def test_the_steps_do_lead_to_a_version(pair: Pair) -> None:
    """Else the promises above would be kept by nothing ever happening."""
    pages = [OpenPage(pair, pair.chair), OpenPage(pair, pair.chief)]
    pages[0].write("fokus")
    for verb, who, key in TO_A_VERSION:
        getattr(pages[who], verb)(key)
    assert Version.objects.get(agreement=pair.agreement).content_hash == content_hash(pages[0].content)
    pages[1].write("fokus")
    pages[1].sync("")
    assert pages[1].document.frozen_version is not None
