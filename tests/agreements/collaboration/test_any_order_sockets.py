"""Two people at a real server, in any order: edits, tunnels, reconnects, marks, approvals, freezes and new drafts.

The same story without sockets, and many more of them, is in test_any_order.py.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from pycrdt import Doc

from agreements.actions.agreeing import (
    ContentChanged,
    NotAgreedYet,
    NotAllowed,
    approve,
    mark_section,
    start_revision,
)
from agreements.collaboration.content import Content, content_hash, section_hash
from agreements.collaboration.document import content_of
from agreements.collaboration.protocol import CloseCode
from agreements.models import Agreement, Member, Version
from agreements.queries.documents import current_content, frames_of
from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.pages import Page, session_of
from tests.agreements.collaboration.promises import no_approval_beside_other_content, nothing_enters_a_version
from tests.agreements.collaboration.servers import SocketServer

# Long: it says what must happen, not how fast a loaded machine does it.
PATIENCE = 40.0
NUMBERS = count()
KEYS = st.sampled_from(["fokus", "moten"])
PEOPLE = st.integers(0, 1)
STEPS = st.one_of(
    st.tuples(st.sampled_from(["write", "delete"]), PEOPLE, KEYS),
    st.tuples(st.sampled_from(["offline", "online", "mark", "approve", "revise"]), PEOPLE, st.just("")),
    st.just(("agree", 0, "")),
)
# Random steps alone would seldom come as far as a version.
TO_A_VERSION = [(verb, who, "") for verb in ("online", "settle", "mark", "approve") for who in (0, 1)]


class Person:
    """Somebody with an open page: what they mark and approve is what that page shows."""

    def __init__(self, server: SocketServer, pair: Pair, member: Member) -> None:
        self.server, self.pair, self.member = server, pair, member
        self.frames = frames_of(pair.agreement)
        self.session = session_of(member)
        self.approved = ""
        self.page = self._new_page()

    def _new_page(self) -> Page:
        self.epoch = self.pair.document.epoch
        return Page(self.server.url, self.pair.document, self.session)

    @property
    def content(self) -> Content:
        return content_of([self.page.doc.get_update()], self.frames)

    def write(self, key: str) -> None:
        self.page.type(f"å{next(NUMBERS)}", key)
        self.page.read(0.01)

    def delete(self, key: str) -> None:
        if "<paragraph" in self.page.text(key):
            self.page.delete_first(key)
        self.page.read(0.01)

    def offline(self, _key: str) -> None:
        self.page.go_offline()

    def online(self, _key: str) -> None:
        """Join what is being written now; a page of an older draft is loaded anew, one of a locked text stays out."""
        if self.pair.document.epoch != self.epoch:
            self.page.go_offline()
            self.page = self._new_page()
        self.page.open()
        self.settle("")

    def settle(self, _key: str) -> None:
        """Wait until all is saved, or the text is locked."""
        self.page.wait_until(self._is_settled, "saved", PATIENCE)
        assert self.page.close_code in {None, CloseCode.FROZEN, CloseCode.OTHER_EPOCH}

    def _is_settled(self) -> bool:
        if self.page.close_code == CloseCode.TRY_AGAIN:
            # A busy machine; browsers do as they are told, too.
            self.page.open()
        return self.page.close_code is not None or (self.page.has_all and self.page.is_saved)

    def mark(self, _key: str) -> None:
        self.page.read(0.01)
        for section in self.content.sections:
            try:
                mark_section(self.pair.agreement, section.key, section_hash(section), by=self.member)
            except (ContentChanged, NotAllowed):
                continue

    def approve(self, _key: str) -> None:
        self.page.read(0.01)
        shown = content_hash(self.content)
        try:
            approve(self.pair.agreement, shown, by=self.member)
        except (ContentChanged, NotAgreedYet, NotAllowed):
            return
        self.approved = shown

    def revise(self, _key: str) -> None:
        try:
            start_revision(Agreement.objects.get(pk=self.pair.agreement.pk), by=self.member)
        except NotAllowed:
            return


@contextmanager
def at_their_pages(server: SocketServer) -> Iterator[tuple[Pair, list[Person]]]:
    pair = make_pair(f"par-{next(NUMBERS)}-")
    people = [Person(server, pair, member) for member in (pair.chair, pair.chief)]
    for person in people:
        person.online("")
    yield pair, people
    for person in people:
        person.page.go_offline()


@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(story=st.lists(STEPS, min_size=4, max_size=12))
@example(
    story=[
        ("write", 0, "fokus"),
        ("offline", 1, ""),
        ("write", 1, "fokus"),
        ("mark", 0, ""),
        ("agree", 0, ""),
        ("write", 1, "fokus"),
        ("revise", 1, ""),
        ("online", 0, ""),
        ("write", 0, "moten"),
        ("agree", 0, ""),
    ]
)
def test_whatever_the_order_the_promises_are_kept_at_a_real_server(
    server: SocketServer, story: list[tuple[str, int, str]]
) -> None:
    with at_their_pages(server) as (pair, people):
        for verb, who, key in story:
            for one_verb, one_who, one_key in TO_A_VERSION if verb == "agree" else [(verb, who, key)]:
                getattr(people[one_who], one_verb)(one_key)
                no_approval_beside_other_content(pair, {one.member.pk: one.approved for one in people})
                nothing_enters_a_version(pair)
        _check_ends(pair, people)


def _check_ends(pair: Pair, people: list[Person]) -> None:
    """When both are back, both show what the log says; a locked text says what was approved."""
    for person in people:
        person.online("")
    if pair.document.frozen_version_id is not None:
        assert [person.page.close_code for person in people] == [CloseCode.FROZEN] * 2
        return
    first, second = people
    first.page.wait_until(lambda: _is_same(first, second), "both show the same", PATIENCE)
    assert first.content == current_content(pair.document)[0]


def _is_same(first: Person, second: Person) -> bool:
    second.page.read(0.01)
    return first.content == second.content == current_content(first.pair.document)[0]


def test_the_steps_do_lead_to_a_version(server: SocketServer, transactional_db: None) -> None:
    """Else the promises above would be kept by nothing ever happening."""
    with at_their_pages(server) as (pair, people):
        people[0].write("fokus")
        for verb, who, key in TO_A_VERSION:
            getattr(people[who], verb)(key)
        version = Version.objects.get(agreement=pair.agreement)
        assert version.content_hash == content_hash(people[0].content)
        people[1].write("fokus")
        people[1].settle("")
        assert people[1].page.wait_closed(PATIENCE) == CloseCode.FROZEN
        nothing_enters_a_version(pair)


def test_an_epoch_of_its_own_keeps_the_old_page_out(server: SocketServer, transactional_db: None) -> None:
    with at_their_pages(server) as (pair, people):
        people[0].write("fokus")
        for verb, who, key in TO_A_VERSION:
            getattr(people[who], verb)(key)
        people[1].page.go_offline()
        people[1].write("fokus")
        people[0].revise("")
        old: Doc[Any] = people[1].page.doc
        people[1].page.open()
        assert people[1].page.wait_closed(PATIENCE) == CloseCode.OTHER_EPOCH
        people[1].online("")
        assert people[1].page.doc is not old
        assert people[1].content == current_content(pair.document)[0]
