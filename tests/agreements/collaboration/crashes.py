"""Pairs that type while their server or its database is killed: what was acknowledged must be in the log, once."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from agreements.models import Document, Member
from tests.agreements.builders import Pair
from tests.agreements.collaboration.pages import Page, session_of, stored_words
from tests.agreements.collaboration.servers import SocketServer

SLOWEST_AGREEMENT = 60.0


@dataclass
class Reckoning:
    """What was found after all crashes. Everything but `acknowledged` and `crashes` should be nothing."""

    crashes: int = 0
    acknowledged: int = 0
    lost: list[str] = field(default_factory=list)
    undeleted: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    diverged: list[int] = field(default_factory=list)

    @property
    def is_clean(self) -> bool:
        return not (self.lost or self.undeleted or self.doubled or self.diverged) and self.acknowledged > 0


class Typist(Page):
    """A page that remembers which of its messages wrote and deleted what."""

    def __init__(self, document: Document, member: Member) -> None:
        super().__init__("", document, session_of(member))
        self.path = self.url
        self.document = document
        self.name = f"m{member.pk}"
        self.written: dict[str, int] = {}
        self.deleted: dict[str, int] = {}
        self.count = 0

    def visit(self, server: SocketServer) -> None:
        """Open at this server. Whatever is acknowledged from now on has a number of this connection."""
        self.url = server.url + self.path
        self.written, self.deleted = {}, {}
        self.open()

    def come_again(self) -> None:
        """As a browser does when it was told to: the server may not have its database back yet."""
        if self.close_code is not None:
            self.open()

    @property
    def is_joined(self) -> bool:
        return self.has_all and self.is_saved

    def act(self, chance: random.Random) -> None:
        """Mostly write a paragraph, now and then delete one of one's own."""
        own = [word for word in self.written if word not in self.deleted]
        if own and chance.random() < 0.25:
            word = chance.choice(own)
            self.change(lambda children: _delete(children, word))
            self.deleted[word] = self.sent
        else:
            self.count += 1
            word = f"{self.name}-{self.count}"
            self.type(word)
            self.written[word] = self.sent

    def kept(self) -> list[str]:
        """Acknowledged, and not deleted by anything that was sent."""
        return [word for word, number in self.written.items() if number <= self.acked and word not in self.deleted]

    def gone(self) -> list[str]:
        return [word for word, number in self.deleted.items() if number <= self.acked]


def _delete(children: Any, word: str) -> None:
    place = next(place for place, node in enumerate(children) if f">{word}<" in str(node))
    del children[place]


def crash_again_and_again(pairs: list[Pair], server: SocketServer, rounds: int, seed: int = 1) -> Reckoning:
    """So many times: everybody types, the server is killed, the log is compared with what was acknowledged."""
    found, chance = Reckoning(), random.Random(seed)
    couples = _couples(pairs)
    typists = [typist for couple in couples for typist in couple]
    for _ in range(rounds):
        server.start()
        _open_all(typists, server)
        _type_for_a_while(typists, chance)
        server.kill()
        # What was acknowledged is what reached the page, however late it reads it.
        _until_all(typists, lambda typist: typist.close_code is not None)
        found.crashes += 1
        _compare(found, typists)
    server.start()
    _end(found, couples, server)
    server.stop()
    return found


def lose_the_database_again_and_again(
    pairs: list[Pair], server: SocketServer, losses: Sequence[Callable[[], None]], seed: int = 1
) -> Reckoning:
    """The same when the database goes and comes back, and the server stays. Each loss returns when it is back."""
    found, chance = Reckoning(), random.Random(seed)
    couples = _couples(pairs)
    typists = [typist for couple in couples for typist in couple]
    server.start()
    for lose in losses:
        _open_all(typists, server)
        _type_for_a_while(typists, chance)
        with ThreadPoolExecutor(1) as thread:
            loss = thread.submit(lose)
            _type_for_a_while(typists, chance, until=loss.done)
            loss.result()
        for typist in typists:
            typist.read(0.05)
            typist.go_offline()
        connection.close()
        found.crashes += 1
        _compare(found, typists)
    _end(found, couples, server)
    server.stop()
    return found


def _couples(pairs: list[Pair]) -> list[tuple[Typist, Typist]]:
    return [(Typist(pair.document, pair.chair), Typist(pair.document, pair.chief)) for pair in pairs]


def _open_all(typists: list[Typist], server: SocketServer) -> None:
    for typist in typists:
        typist.visit(server)
    _until_all(typists, _is_joined_or_comes_again)


def _is_joined_or_comes_again(typist: Typist) -> bool:
    typist.come_again()
    return typist.is_joined


def _type_for_a_while(typists: list[Typist], chance: random.Random, until: Callable[[], bool] = lambda: True) -> None:
    end = time.monotonic() + chance.uniform(1.0, 2.5)
    while time.monotonic() < end or not until():
        for typist in typists:
            typist.act(chance)
            typist.read()


def _end(found: Reckoning, couples: list[tuple[Typist, Typist]], server: SocketServer) -> None:
    """The pages come back for the last time, and both of a pair have the same."""
    typists = [typist for couple in couples for typist in couple]
    _open_all(typists, server)
    for couple in couples:
        _compare_couple(found, *couple)
    for typist in typists:
        typist.go_offline()


def _until_all(typists: list[Typist], condition: Callable[[Typist], bool]) -> None:
    deadline = time.monotonic() + SLOWEST_AGREEMENT
    while not all(condition(typist) for typist in typists):
        assert time.monotonic() < deadline, [typist.close_code for typist in typists]
        for typist in typists:
            typist.read(0.001)


def _compare(found: Reckoning, typists: list[Typist]) -> None:
    logs = {typist.document.pk: stored_words(typist.document) for typist in typists}
    for typist in typists:
        stored = logs[typist.document.pk]
        found.acknowledged += len(typist.kept()) + len(typist.gone())
        found.lost += [word for word in typist.kept() if word not in stored]
        found.undeleted += [word for word in typist.gone() if word in stored]
    found.doubled += [word for stored in logs.values() for word in set(stored) if stored.count(word) > 1]


def _compare_couple(found: Reckoning, first: Typist, second: Typist) -> None:
    deadline = time.monotonic() + SLOWEST_AGREEMENT
    while time.monotonic() < deadline:
        for typist in (first, second):
            typist.read(0.005)
        if first.is_saved and second.is_saved and first.text() == second.text():
            break
    else:
        found.diverged.append(first.document.pk)
    stored = stored_words(first.document)
    if [word for word in stored if f">{word}<" not in first.text()] or len(stored) != len(set(stored)):
        found.doubled += stored
