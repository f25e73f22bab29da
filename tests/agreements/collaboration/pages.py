"""An open page of one person, over a real socket, with a Yjs document of its own (pycrdt as the other end)."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from django.conf import settings
from pycrdt import Doc, XmlElement, XmlFragment, XmlText
from websockets import Origin
from websockets.exceptions import ConnectionClosed
from websockets.sync.client import ClientConnection, connect

from agreements.collaboration import protocol
from agreements.collaboration.content import Paragraph
from agreements.collaboration.document import fragment_name
from agreements.collaboration.protocol import (
    Ack,
    ContentMessage,
    Notice,
    Presence,
    PresenceMessage,
    StateRequest,
    decode,
)
from agreements.models import Agreement, Document, Member
from agreements.queries.documents import current_content
from tests.agreements.builders import logged_in

PATIENCE = 10.0
ORIGIN = "http://localhost"


def session_of(member: Member) -> str:
    """The value of the cookie of somebody who has just logged in."""
    return logged_in(member).cookies[settings.SESSION_COOKIE_NAME].value


class Page:
    """Holds what was typed while the socket is gone, and sends it when it is back, as the browser does."""

    def __init__(self, server: str, document: Document, session: str = "", *, origin: str = ORIGIN) -> None:
        silent = "tyst/" if document.owner_id else ""
        self.url = f"{server}/ws/overenskommelser/{document.agreement_id}/{silent}?epoch={document.epoch}"
        self.headers = {"Cookie": f"{settings.SESSION_COOKIE_NAME}={session}"} if session else {}
        self._origin = origin
        self.doc: Doc[Any] = Doc()
        self.presences: dict[int, dict[str, Any] | None] = {}
        self.notices: list[dict[str, Any]] = []
        self.sent = self.acked = 0
        self.has_all = False
        self.close_code: int | None = None
        self._socket: ClientConnection | None = None
        self._closing = ExitStack()

    # --- The socket --------------------------------------------------------------------------------------------------
    def open(self) -> Page:
        self.go_offline()
        self.sent = self.acked = 0
        self.has_all = False
        self.close_code = None
        headers, origin = self.headers, Origin(self._origin)
        connection = connect(self.url, additional_headers=headers, origin=origin, compression=None, close_timeout=0.5)
        self._socket = self._closing.enter_context(connection)
        self.send(protocol.state_request(self.doc.get_state()))
        return self

    def join(self) -> Page:
        """Open, and wait until the page has all and the server has all of it."""
        self.open()
        self.wait_until(lambda: self.has_all and self.is_saved, "the page is joined")
        return self

    @property
    def is_saved(self) -> bool:
        return 0 < self.sent == self.acked

    def send(self, frame: bytes) -> None:
        if self._socket is None or self.close_code is not None:
            return
        try:
            self._socket.send(frame)
        except ConnectionClosed as closed:
            self.close_code = closed.rcvd.code if closed.rcvd else 1006

    def send_text(self, text: str) -> None:
        assert self._socket is not None
        self._socket.send(text)

    def go_offline(self) -> None:
        self._closing.close()
        self._socket = None

    def read(self, seconds: float = 0.0) -> None:
        """Take in what has come, waiting at most so long for the first of it."""
        while self._socket is not None and self.close_code is None:
            try:
                frame = self._socket.recv(timeout=seconds)
            except TimeoutError:
                return
            except ConnectionClosed as closed:
                self.close_code = closed.rcvd.code if closed.rcvd else 1006
                return
            assert isinstance(frame, bytes)
            self._take(frame)
            seconds = 0.0

    def _take(self, frame: bytes) -> None:
        message = decode(frame)
        if isinstance(message, ContentMessage):
            self.has_all = self.has_all or frame[1] == protocol.STEP2
            self.doc.apply_update(message.update)
        elif isinstance(message, StateRequest):
            self.send_content(protocol.missing_part(self.doc.get_update(message.state)))
        elif isinstance(message, Ack):
            assert self.acked < message.number <= self.sent
            self.acked = message.number
        elif isinstance(message, PresenceMessage):
            self.presences.update({one.client_id: one.state for one in message.presences})
        elif isinstance(message, Notice):
            self.notices.append(message.data)

    def send_content(self, frame: bytes) -> None:
        self.sent += 1
        self.send(frame)

    def wait_until(self, condition: Callable[[], bool], what: str, patience: float = PATIENCE) -> None:
        deadline = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < deadline, f"Waited {patience:.0f} s in vain: {what} (closed: {self.close_code})"
            self.read(0.02)

    def wait_closed(self, patience: float = PATIENCE) -> int | None:
        self.wait_until(lambda: self.close_code is not None, "the socket is closed", patience)
        return self.close_code

    # --- Typing ------------------------------------------------------------------------------------------------------
    def change(self, edit: Callable[[Any], None], section: str = "fokus") -> None:
        before = self.doc.get_state()
        edit(self.doc.get(fragment_name(section), type=XmlFragment).children)
        self.send_content(protocol.content_update(self.doc.get_update(before)))

    def type(self, text: str, section: str = "fokus") -> None:
        """A paragraph more, at the end."""
        self.change(lambda children: _append(children, text), section)

    def delete_first(self, section: str = "fokus") -> None:
        self.change(lambda children: children.__delitem__(0), section)

    def text(self, section: str = "fokus") -> str:
        return str(self.doc.get(fragment_name(section), type=XmlFragment))

    def be_at(self, state: dict[str, Any] | None, client_id: int, clock: int = 1) -> None:
        self.send(protocol.presence_message((Presence(client_id, clock, state),)))


def _append(children: Any, text: str) -> None:
    children.append(XmlElement("paragraph")).children.append(XmlText(text))


def converge(*pages: Page, patience: float = PATIENCE) -> str:
    """Wait until all show the same and everything is saved; what they show."""
    deadline = time.monotonic() + patience
    while True:
        for page in pages:
            page.read(0.01)
        texts = {page.text() + page.text("moten") for page in pages}
        if len(texts) == 1 and all(page.is_saved for page in pages):
            return pages[0].text()
        assert time.monotonic() < deadline, f"No agreement after {patience} s: {[p.close_code for p in pages]} {texts}"


def shared(agreement: Agreement) -> Document:
    return Document.objects.get(agreement=agreement, owner__isnull=True)


def stored_words(document: Document) -> list[str]:
    """The paragraphs of "fokus" in which something is written, from the log alone."""
    content, _seq = current_content(document)
    blocks = content.section("fokus").blocks
    return [block.text for block in blocks if isinstance(block, Paragraph) and block.text]
