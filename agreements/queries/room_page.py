"""All that the page of a room shows, read in a few queries."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.safestring import SafeString

from agreements.collaboration.content import Content, Meeting, to_html
from agreements.models import Agreement, Comment, CommentThread, Document, Member, PrivateNote, SectionRead
from agreements.queries.agreeing import AgreeingState, SectionState, agreeing_state
from agreements.queries.documents import current_content
from agreements.queries.rooms import people_of
from agreements.queries.visits import is_new, others_changed
from portal.core.windows import stamp


@dataclass(frozen=True)
class RoomSection:
    """One heading with its text, its questions, and what each has said of it."""

    key: str
    heading: str
    html: SafeString
    meetings: tuple[Meeting, ...] | None
    questions: list[str]
    state: SectionState
    threads: list[CommentThread]
    read_by: list[Member]
    is_changed: bool
    marked_by_me: bool
    # Each of the two writes it alone first.
    is_silent: bool = False
    # The person's own, of nobody else's.
    note: str = ""

    @property
    def note_place(self) -> str:
        """What the controls of the note are called on a page."""
        return f"note-{self.key}"

    @property
    def note_stamp(self) -> str:
        """What the form of the note is made from."""
        return stamp({"text": self.note})

    @property
    def open_threads(self) -> int:
        return sum(thread.resolved_at is None for thread in self.threads)


@dataclass(frozen=True)
class RoomPage:
    """A room as one member sees it."""

    content: Content
    document: Document
    seq: int
    people: list[Member]
    sections: list[RoomSection]
    agreeing: AgreeingState
    approved_by_me: bool

    @property
    def changed(self) -> list[RoomSection]:
        return [section for section in self.sections if section.is_changed]


def note_values(member: Member, key: str) -> dict[str, str]:
    """The person's own note, as its form shows it."""
    note = PrivateNote.objects.filter(member=member, section_key=key).first()
    return {"text": note.text} if note else {}


def room_page(agreement: Agreement, member: Member) -> RoomPage:
    """The room now."""
    document = Document.objects.get(agreement=agreement, owner__isnull=True)
    content, seq = current_content(document)
    people = people_of(agreement)
    agreeing = agreeing_state(agreement, content)
    parts = _Parts(agreement, member, people, agreeing, others=others_changed(member, document, seq))
    return RoomPage(
        content=content,
        document=document,
        seq=seq,
        people=people,
        sections=[parts.section(section.key, content) for section in content.sections],
        agreeing=agreeing,
        approved_by_me=any(one.pk == member.pk for one in agreeing.approved_by),
    )


class _Parts:
    """What belongs to each section, fetched once for all of them."""

    def __init__(
        self,
        agreement: Agreement,
        member: Member,
        people: list[Member],
        agreeing: AgreeingState,
        *,
        others: frozenset[str],
    ) -> None:
        self.member, self.people, self.agreeing = member, people, agreeing
        self.now, self.others = timezone.now(), others
        self.silent_keys = agreement.silent_keys
        self.notes = dict(PrivateNote.objects.filter(member=member).values_list("section_key", "text"))
        rows = agreement.template_version.sections.all()
        self.questions = {row.key: row.question_lines for row in rows}
        self.threads: dict[str, list[CommentThread]] = defaultdict(list)
        for thread in _threads(agreement):
            self.threads[thread.section_key].append(thread)
        reads = SectionRead.objects.filter(member__in=people)
        self.reads = {(read.member_id, read.section_key): read for read in reads}

    def section(self, key: str, content: Content) -> RoomSection:
        section, state = content.section(key), self.agreeing.sections[key]
        mine = self.reads.get((self.member.pk, key))
        return RoomSection(
            key=key,
            heading=section.heading,
            html=to_html(section),
            meetings=section.meetings,
            questions=self.questions.get(key, []),
            state=state,
            threads=self.threads[key],
            read_by=[one for one in self.people if one.pk != self.member.pk and self._has_read(one, key)],
            is_changed=is_new(mine, state.hash, self.now, others=key in self.others),
            marked_by_me=any(one.pk == self.member.pk for one in state.marked_by),
            is_silent=key in self.silent_keys,
            note=self.notes.get(key, ""),
        )

    def _has_read(self, member: Member, key: str) -> bool:
        read = self.reads.get((member.pk, key))
        return read is not None and read.content_hash == self.agreeing.sections[key].hash


def _threads(agreement: Agreement) -> list[CommentThread]:
    comments = Prefetch("comments", Comment.objects.select_related("member"), to_attr="said")
    return list(agreement.threads.select_related("resolved_by").prefetch_related(comments))
