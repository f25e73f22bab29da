"""Who wrote what, when: the log in sessions rather than keystrokes, and the text at any point of it."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from agreements.collaboration.content import Content
from agreements.collaboration.document import EMPTY_UPDATE, content_of, fold
from agreements.models import Agreement, Document, Member, Snapshot, Update, Version
from agreements.queries.differences import changed_keys
from agreements.queries.documents import frames_of

# Somebody who has not written for this long begins a new session.
PAUSE = timedelta(minutes=30)
NOW = "nu"


@dataclass(frozen=True)
class Session:
    """What one person wrote without a long pause. `point` names the text as it was afterwards."""

    member: Member
    began_at: datetime
    ended_at: datetime
    point: str
    before: str
    headings: tuple[str, ...]


@dataclass(frozen=True)
class Point:
    """A text that can be compared with another one."""

    name: str
    content: Content
    version: int | None = None


@dataclass
class Run:
    """Neighbouring rows of one person."""

    member_id: int | None
    rows: list[Update]


def shared_document(agreement: Agreement) -> Document:
    return Document.objects.select_related("agreement").get(agreement=agreement, owner__isnull=True)


def sessions(agreement: Agreement, version: Version | None = None) -> list[Session]:
    """The sessions of the draft that became the version, else of the newest draft; the newest first."""
    document = shared_document(agreement)
    end = version.upto_seq if version else document.head_seq
    members = {member.pk: member for member in agreement.members.all()}
    frames = frames_of(agreement)
    headings = {frame.key: frame.heading for frame in frames}
    state, start = beginning(document, end)
    content = content_of(state, frames)
    point, found = f"u{start}", []
    for run in runs(document, start, end):
        state = [fold([*state, *(bytes(row.data) for row in run.rows)])]
        after = content_of(state, frames)
        keys, before, point = changed_keys(content, after), point, f"u{run.rows[-1].seq}"
        content = after
        member = members.get(run.member_id or 0)
        if member is not None and keys:
            names = tuple(headings[key] for key in keys)
            found.append(Session(member, run.rows[0].created_at, run.rows[-1].created_at, point, before, names))
    return found[::-1]


def version_before(agreement: Agreement, version: Version | None = None) -> Version | None:
    """The version that the draft began from of which `sessions` tells; None when it was the first draft."""
    return _version_below(agreement.pk, version.upto_seq if version else shared_document(agreement).head_seq)


def _version_below(agreement_id: uuid.UUID, upto: int) -> Version | None:
    return Version.objects.filter(agreement_id=agreement_id, upto_seq__lt=upto).first()


def beginning(document: Document, upto: int) -> tuple[list[bytes], int]:
    """The state before anybody wrote in the draft that update belongs to, and its number: the server's first update.

    When the rows that followed it are no longer kept, the oldest state that can still be built.
    """
    last = _version_below(document.agreement_id, upto)
    base = last.upto_seq if last else 0
    oldest = Update.objects.filter(document=document, seq__gt=base, seq__lte=upto).order_by("seq").first()
    if oldest is not None and oldest.seq == base + 1:
        return [bytes(oldest.data)], oldest.seq
    kept = Snapshot.objects.filter(document=document, upto_seq__gt=base, upto_seq__lte=upto)
    snapshot = kept.order_by("upto_seq").first()
    return ([bytes(snapshot.state)], snapshot.upto_seq) if snapshot else ([], upto)


def runs(document: Document, after: int, upto: int) -> Iterator[Run]:
    current: Run | None = None
    for row in Update.objects.filter(document=document, seq__gt=after, seq__lte=upto).order_by("seq"):
        if current and current.member_id == row.member_id and _goes_on(current, row):
            current.rows.append(row)
            continue
        if current:
            yield current
        current = Run(row.member_id, [row])
    if current:
        yield current


def _goes_on(run: Run, row: Update) -> bool:
    """An empty row is where a session began of which the keystrokes are no longer kept."""
    last = run.rows[-1]
    return row.created_at - last.created_at < PAUSE or bytes(last.data) == EMPTY_UPDATE


def point_of(agreement: Agreement, name: str) -> Point | None:
    """The text at a point: "v2" is version 2, "u17" a draft after update 17, "nu" the draft now."""
    if name[:1] == "v" and name[1:].isdecimal():
        version = agreement.versions.filter(number=int(name[1:])).first()
        return Point(name, Content.from_json(version.content), version.number) if version else None
    document = shared_document(agreement)
    if name == NOW:
        return Point(name, _content_at(document, document.head_seq))
    if name[:1] == "u" and name[1:].isdecimal() and len(name) < len(str(2**62)):
        seq = int(name[1:])
        state, start = beginning(document, seq)
        is_kept = bool(state) and start <= seq <= document.head_seq
        return Point(name, _content_at(document, seq)) if is_kept else None
    return None


def _content_at(document: Document, seq: int) -> Content:
    state, start = beginning(document, seq)
    rows = Update.objects.filter(document=document, seq__gt=start, seq__lte=seq).order_by("seq")
    updates: Sequence[bytes] = [*state, *(bytes(data) for data in rows.values_list("data", flat=True))]
    return content_of(updates, frames_of(document.agreement))
