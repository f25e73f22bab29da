"""The open documents of this process and who sits at them. Everything here happens in one event loop."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Protocol

from agreements.collaboration.access import Seat
from agreements.collaboration.protocol import Presence, presence_message


class Peer(Protocol):
    """A socket, as its room sees it."""

    seat: Seat
    presence: Presence | None

    def send(self, frame: bytes) -> None: ...

    def close(self, code: int) -> None: ...

    def acknowledge(self, number: int) -> None: ...


@dataclass(eq=False)
class Room:
    """The people at one document on this node. No document lives here: only what is on its way to the log.

    A new draft of the same document is another room: nobody who still sits at the old one is heard in it.
    """

    epoch: uuid.UUID
    document_id: int
    agreement_id: uuid.UUID
    peers: dict[Peer, None] = field(default_factory=dict)
    # Relayed to the others already, and not yet committed. Who joins now would find it neither in the log nor, later,
    # among what is relayed, so it is given along.
    in_flight: dict[int, bytes] = field(default_factory=dict)
    # Up to here everybody on this node has been sent everything; None until the log was read for the first time.
    seq: int | None = None
    stored_bytes: int = 0
    is_healing: bool = False
    _tokens: int = 0

    def relay(self, frame: bytes, *, but: Peer | None = None) -> None:
        for peer in tuple(self.peers):
            if peer is not but:
                peer.send(frame)

    def close_all(self, code: int) -> None:
        for peer in tuple(self.peers):
            peer.close(code)

    def put_in_flight(self, update: bytes) -> int:
        self._tokens += 1
        self.in_flight[self._tokens] = update
        self.stored_bytes += len(update)
        return self._tokens

    def advance(self, first: int, last: int) -> bool:
        """Note that everybody here was sent these numbers. False when some before them are missing."""
        if self.seq is None or first > self.seq + 1:
            return False
        self.seq = max(self.seq, last)
        return True

    def presences(self, *, but: Peer) -> tuple[Presence, ...]:
        return tuple(peer.presence for peer in self.peers if peer is not but and peer.presence is not None)

    def take_presence(self, peer: Peer, sent: Iterable[Presence]) -> bytes | None:
        """What the others are to be told of where this person is: one page of theirs, under their own name."""
        for one in sent:
            if not self._may_use(peer, one.client_id):
                continue
            state = None if one.state is None else one.state | {"user": user_field(peer.seat)}
            peer.presence = Presence(one.client_id, one.clock, state)
            return presence_message((peer.presence,))
        return None

    def _may_use(self, peer: Peer, client_id: int) -> bool:
        """The first number that a socket uses is its own, unless it is somebody else's."""
        if peer.presence is not None:
            return peer.presence.client_id == client_id
        users = (other for other in self.peers if other.presence and other.presence.client_id == client_id)
        return all(other.seat.member_id == peer.seat.member_id for other in users)

    def forget(self, peer: Peer) -> bytes | None:
        """What the others are to be told when a socket is gone, unless the same page is back by another one."""
        self.peers.pop(peer, None)
        gone = peer.presence
        if gone is None or any(p.presence and p.presence.client_id == gone.client_id for p in self.peers):
            return None
        return presence_message((Presence(gone.client_id, gone.clock + 1, None),))


def user_field(seat: Seat) -> dict[str, object]:
    return {"id": seat.member_id, "name": seat.name, "colour": seat.colour}


@dataclass
class Bucket:
    """Lets bursts through and refuses what goes on too fast."""

    per_second: float
    size: float
    level: float
    at: float

    def take(self, amount: float, now: float) -> bool:
        self.level = min(self.size, self.level + (now - self.at) * self.per_second)
        self.at = now
        if amount > self.level:
            return False
        self.level -= amount
        return True
