"""What one process knows of all its open documents: it commits, relays, listens to the others, and looks into the
database every second for what it was not told."""

from __future__ import annotations

import asyncio
import dataclasses
import logging
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar
from weakref import WeakKeyDictionary

from django.db import Error, close_old_connections, connection

from agreements.collaboration import hints, protocol
from agreements.collaboration.access import DocumentStanding, Seat, Standing, look
from agreements.collaboration.committing import Committer, Edit, Outcome
from agreements.collaboration.compaction import SHORT_TAIL, compact_if_long
from agreements.collaboration.hints import Hint
from agreements.collaboration.protocol import CloseCode
from agreements.collaboration.reading import Reading, keep
from agreements.collaboration.redis_relay import RedisRelay
from agreements.collaboration.rooms import Peer, Room
from agreements.queries.documents import rows_after

logger = logging.getLogger(__name__)

# A permission that is taken away closes an open socket within two seconds, however it was taken away.
LOOK_EVERY = 1.0
# Other processes' hints may come in another order than their commits.
PATIENCE_WITH_A_GAP = 0.2
READERS = 4
# What people have read is kept together, and no sooner: each text is read for it once.
READINGS_EVERY = 3.0

Result = TypeVar("Result")


class Node:
    """One for each event loop, which is one for each process that holds sockets."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self.rooms: dict[uuid.UUID, Room] = {}
        self._readers = ThreadPoolExecutor(READERS, "co-editing")
        self._committer = Committer(lambda outcomes: self._from_thread(self._committed, outcomes))
        self._relay = RedisRelay(self.hear)
        self._look_now = asyncio.Event()
        self._compacting = asyncio.Lock()
        self._readings: set[Reading] = set()
        self._tasks: set[asyncio.Task[None]] = set()
        self._start(self._look_again_and_again())
        hints.listen(lambda hint: self._from_thread(self.hear, hint))

    async def read(self, question: Callable[[], Result]) -> Result:
        """Ask the database, in a thread of its own pool: the event loop waits for nobody."""
        return await self._loop.run_in_executor(self._readers, _with_kept_connection, question)

    def _from_thread(self, tell: Callable[[Result], None], what: Result) -> None:
        if not self._loop.is_closed():
            self._loop.call_soon_threadsafe(tell, what)

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = self._loop.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    # --- Coming and going --------------------------------------------------------------------------------------------
    def join(self, peer: Peer) -> Room:
        seat = peer.seat
        room = self.rooms.setdefault(seat.epoch, Room(seat.epoch, seat.document_id, seat.agreement_id))
        room.peers[peer] = None
        self._relay.publish({"kind": "joined", "epoch": str(room.epoch)})
        return room

    def leave(self, room: Room, peer: Peer) -> None:
        if farewell := room.forget(peer):
            self.tell(room, farewell, but=peer)
        self._close_if_empty(room)

    def _close_if_empty(self, room: Room) -> None:
        if not room.peers and not room.in_flight and self.rooms.get(room.epoch) is room:
            del self.rooms[room.epoch]
            self._start(self._compact(room.document_id))

    async def _compact(self, document_id: int) -> None:
        """When everybody has gone. A text that stays open is a worker's: here folding would hold up who types."""
        try:
            # One at a time: a whole course goes home in the same minute, and what others write now goes before.
            async with self._compacting:
                await self.read(lambda: compact_if_long(document_id, tail=SHORT_TAIL))
        except Error:
            logger.warning("co-editing: document %s was not compacted", document_id, exc_info=True)

    # --- Writing -----------------------------------------------------------------------------------------------------
    def write(self, edit: Edit) -> None:
        self._committer.put(edit)

    def _committed(self, outcomes: list[Outcome]) -> None:
        for outcome in outcomes:
            for edit in outcome.edits:
                if edit.token is not None:
                    edit.room.in_flight.pop(edit.token, None)
            if outcome.is_frozen or outcome.has_failed:
                outcome.room.close_all(CloseCode.FROZEN if outcome.is_frozen else CloseCode.TRY_AGAIN)
            else:
                self._acknowledge(outcome)
            self._close_if_empty(outcome.room)

    def _acknowledge(self, outcome: Outcome) -> None:
        for peer, number in {edit.peer: edit.number for edit in outcome.edits}.items():
            peer.acknowledge(number)
        if outcome.rows:
            updates = [row.data for row in outcome.rows]
            self._relay.publish(hints.log_hint(outcome.room.epoch, outcome.first, outcome.last, updates))
            self._advance(outcome.room, outcome.first, outcome.last)

    def note_reading(self, reading: Reading) -> None:
        if not self._readings:
            self._start(self._keep_readings())
        self._readings.add(reading)

    async def _keep_readings(self) -> None:
        await asyncio.sleep(READINGS_EVERY)
        readings, self._readings = self._readings, set()
        try:
            await self.read(lambda: keep(readings))
        except Error:
            # The page tells it again when something changes.
            logger.warning("co-editing: what was read is not noted", exc_info=True)

    # --- Other processes ---------------------------------------------------------------------------------------------
    def tell(self, room: Room, frame: bytes, *, but: Peer) -> None:
        """Presence and notices: best effort, and never stored."""
        room.relay(frame, but=but)
        self._relay.publish({"kind": "frame", "epoch": str(room.epoch), "frame": hints.pack(frame)})

    def hear(self, hint: Hint) -> None:
        if hint["kind"] == "look":
            self._look_now.set()
        elif hint["kind"] == "notice":
            self._hear_notice(hint)
        elif room := self.rooms.get(uuid.UUID(hint["epoch"])):
            self._hear_of(room, hint)

    def _hear_notice(self, hint: Hint) -> None:
        if hint["notice"].get("what") == "approvals":
            # Perhaps the second one: then everybody is to leave.
            self._look_now.set()
        frame = protocol.notice(hint["notice"])
        for room in self.rooms.values():
            if str(room.agreement_id) == hint["agreement"]:
                room.relay(frame)

    def _hear_of(self, room: Room, hint: Hint) -> None:
        if hint["kind"] == "frame":
            room.relay(hints.unpack(hint["frame"]))
        elif hint["kind"] == "joined":
            self._say_who_is_here(room)
        elif room.seq is None or hint["last"] > room.seq:
            for update in hint["frames"]:
                room.relay(protocol.content_update(hints.unpack(update)))
            self._advance(room, hint["first"], hint["last"])

    def _say_who_is_here(self, room: Room) -> None:
        present = tuple(peer.presence for peer in room.peers if peer.presence)
        if present:
            frame = hints.pack(protocol.presence_message(present))
            self._relay.publish({"kind": "frame", "epoch": str(room.epoch), "frame": frame})

    def _advance(self, room: Room, first: int, last: int) -> None:
        if not room.advance(first, last) and not room.is_healing:
            room.is_healing = True
            self._start(self._heal(room, PATIENCE_WITH_A_GAP))

    async def _heal(self, room: Room, patience: float) -> None:
        """Send everybody here what the log has and they were not sent."""
        await asyncio.sleep(patience)
        seq = room.seq
        try:
            if seq is not None:
                self._send_rows(room, seq, await self.read(lambda: rows_after(room.document_id, seq)))
        except Error:
            logger.warning("co-editing: document %s was not healed", room.document_id, exc_info=True)
        finally:
            room.is_healing = False

    def _send_rows(self, room: Room, seq: int, rows: list[tuple[int, bytes]]) -> None:
        if not rows:
            return
        if rows[0][0] != seq + 1:
            # The rows are gone into a snapshot: come again and get that.
            room.close_all(CloseCode.TRY_AGAIN)
            return
        for _, update in rows:
            room.relay(protocol.content_update(update))
        room.seq = max(room.seq or 0, rows[-1][0])

    # --- Looking -----------------------------------------------------------------------------------------------------
    async def _look_again_and_again(self) -> None:
        while True:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._look_now.wait(), LOOK_EVERY)
            self._look_now.clear()
            try:
                await self._look()
            except Exception:
                # Whatever happens, the next look comes: nobody else sees who may no longer be here.
                logger.exception("co-editing: could not look who may stay")

    async def _look(self) -> None:
        seats = [peer.seat for room in self.rooms.values() for peer in room.peers]
        rooms = list(self.rooms.values())
        if not rooms:
            return
        people, sessions = {seat.member_id for seat in seats}, {seat.session_key for seat in seats}
        standing = await self.read(lambda: look({room.document_id for room in rooms}, people, sessions))
        asked = {id(seat) for seat in seats}
        for room in rooms:
            self._apply(room, standing, asked)

    def _apply(self, room: Room, standing: Standing, asked: set[int]) -> None:
        document = standing.documents.get(room.document_id)
        for peer in [peer for peer in room.peers if id(peer.seat) in asked]:
            if code := _verdict(peer.seat, document, standing):
                peer.close(code)
            else:
                _update_seat(peer, standing)
        if document and _is_behind(room, document) and not room.is_healing:
            room.is_healing = True
            self._start(self._heal(room, 0))


def _is_behind(room: Room, document: DocumentStanding) -> bool:
    return document.epoch == room.epoch and room.seq is not None and document.head_seq > room.seq


def _verdict(seat: Seat, document: DocumentStanding | None, standing: Standing) -> int | None:
    """Why the socket may not stay open; None when it may."""
    if seat.session_key not in standing.sessions:
        return CloseCode.NOT_LOGGED_IN
    if seat.member_id not in standing.may_write:
        return CloseCode.NOT_ALLOWED
    if seat.member_id in standing.ended:
        return CloseCode.ENDED
    if document is None:
        # Of those in the room nobody loses a text but by its becoming part of the shared one.
        return CloseCode.SHOWN
    if document.epoch != seat.epoch:
        return CloseCode.OTHER_EPOCH
    return CloseCode.FROZEN if document.is_frozen else None


def _update_seat(peer: Peer, standing: Standing) -> None:
    may_write = standing.may_write[peer.seat.member_id]
    if peer.seat.may_write != may_write:
        peer.seat = dataclasses.replace(peer.seat, may_write=may_write)


def _with_kept_connection(question: Callable[[], Result]) -> Result:
    """These threads stay, so their connections may, whatever CONN_MAX_AGE says for those that come and go.

    One that broke is noticed, by the error that it gave or by its health check, and the next question gets a new one.
    """
    connection.close_at = None
    close_old_connections()
    return question()


_nodes: WeakKeyDictionary[asyncio.AbstractEventLoop, Node] = WeakKeyDictionary()


def this_node() -> Node:
    """The node of the running event loop, started when the first socket comes."""
    loop = asyncio.get_running_loop()
    if loop not in _nodes:
        _nodes[loop] = Node(loop)
    return _nodes[loop]
