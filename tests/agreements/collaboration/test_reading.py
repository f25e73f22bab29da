"""Where somebody reads is kept, seldom, and for nobody but the people of the room."""

import pytest

from agreements.collaboration import protocol
from agreements.collaboration.content import section_hash
from agreements.collaboration.reading import Reading, keep
from agreements.models import Document, SectionRead
from agreements.queries.documents import current_content
from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.pages import Page, shared
from tests.services.processes import wait_until


def hash_now(pair: Pair, key: str) -> str:
    return section_hash(current_content(pair.document)[0].section(key))


def test_an_open_page_tells_what_was_read(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    chief.type("nytt")
    chief.wait_until(lambda: chief.is_saved, "the chief has written")
    chair.send(protocol.notice({"kind": "reading", "section": "fokus"}))
    reads = SectionRead.objects.filter(member=pair.chair, section_key="fokus")
    wait_until(reads.exists, "it is kept")
    assert reads.get().content_hash == hash_now(pair, "fokus")
    told = {"kind": "changed", "what": "read"}
    chief.wait_until(lambda: told in chief.notices, "the other hears of it")
    assert shared(pair.agreement).head_seq > 1


@pytest.fixture
def room(db: None) -> Pair:
    return make_pair()


def test_reading_again_keeps_what_the_visit_began_with(room: Pair) -> None:
    keep([Reading(room.document.pk, room.chair.pk, "fokus")])
    before = hash_now(room, "fokus")
    room.write(room.chief, "fokus", "Skolan")
    keep([Reading(room.document.pk, room.chair.pk, "fokus")])
    read = SectionRead.objects.get()
    assert (read.before_hash, read.content_hash) == (before, hash_now(room, "fokus"))


def test_the_same_text_read_again_writes_nothing(room: Pair) -> None:
    keep([Reading(room.document.pk, room.chair.pk, "fokus")])
    first = SectionRead.objects.get()
    keep([Reading(room.document.pk, room.chair.pk, "fokus")])
    assert SectionRead.objects.get().at == first.at


def test_nobody_else_no_other_heading_and_no_silent_draft_is_noted(room: Pair) -> None:
    other = make_pair("other-")
    draft = Document.objects.create(agreement=room.agreement, owner=room.chair)
    keep(
        [
            Reading(room.document.pk, other.chair.pk, "fokus"),
            Reading(room.document.pk, room.chair.pk, "finns-inte"),
            Reading(draft.pk, room.chair.pk, "fokus"),
            Reading(0, room.chair.pk, "fokus"),
        ]
    )
    assert not SectionRead.objects.exists()
