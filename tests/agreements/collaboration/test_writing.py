"""The log: numbers without gaps, nothing into a frozen text or an old draft, and what folds it up."""

import random
import threading
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection, transaction
from pycrdt import Doc, XmlElement, XmlFragment, XmlText

from agreements.collaboration.compaction import compact_if_long
from agreements.collaboration.document import fragment_name, state_of
from agreements.collaboration.writing import FROZEN, Log, Row, append, insert, store, take_numbers
from agreements.models import Document, Snapshot, Update, Version
from agreements.queries.documents import LogGapError, current_content, read_log
from tests.agreements.builders import Pair, begin, load_rows, make_pair
from tests.agreements.collaboration.pages import shared, stored_words


@pytest.fixture
def document(db: None) -> Document:
    return shared(make_pair().agreement)


def paragraph(document: Document, text: str) -> bytes:
    """What a page sends when somebody types a paragraph more."""
    doc: Doc[XmlFragment] = Doc()
    for update in read_log(document.pk).updates:
        doc.apply_update(update)
    before = doc.get_state()
    children = doc.get(fragment_name("fokus"), type=XmlFragment).children
    children.append(XmlElement("paragraph")).children.append(XmlText(text))
    return doc.get_update(before)


def test_each_update_gets_the_next_number(document: Document) -> None:
    assert append(document.pk, None, [paragraph(document, "ett")]) == 2
    assert append(document.pk, None, [paragraph(document, "två"), b"\x00\x00"]) == 4
    assert stored_words(document) == ["ett", "två"]
    assert current_content(document)[1] == 4


def test_what_is_no_update_is_not_stored_nor_what_came_with_it(document: Document) -> None:
    with pytest.raises(ValueError, match="authors"):
        append(document.pk, None, [paragraph(document, "ett"), b"\xff\xff\xff\xff\x0f"])
    assert Update.objects.filter(document=document).count() == 1


def test_nothing_gets_into_a_frozen_text(document: Document) -> None:
    version = Version.objects.create(
        agreement=document.agreement, number=1, content={}, content_hash="0" * 64, upto_seq=1
    )
    late = paragraph(document, "för sent")
    Document.objects.filter(pk=document.pk).update(frozen_version=version)
    assert append(document.pk, None, [late]) == FROZEN
    assert store(document.pk, document.epoch, [Row(None, late)]) == FROZEN
    assert Update.objects.filter(document=document).count() == 1


def test_what_comes_late_for_the_old_draft_does_not_get_into_the_new_one(document: Document) -> None:
    late = paragraph(document, "för sent")
    old = document.epoch
    Document.objects.filter(pk=document.pk).update(epoch=uuid.uuid4())
    assert store(document.pk, old, [Row(None, late)]) == FROZEN


def test_a_log_with_a_hole_is_never_taken_for_the_whole(document: Document) -> None:
    append(document.pk, None, [paragraph(document, "ett"), paragraph(document, "två")])
    Update.objects.filter(document=document, seq=2).delete()
    with pytest.raises(LogGapError):
        current_content(document)
    assert compact_if_long(document.pk, tail=0) is False
    assert not Snapshot.objects.filter(document=document).exists()


def test_a_snapshot_says_the_same_and_takes_no_row_away(document: Document) -> None:
    for number in range(5):
        append(document.pk, None, [paragraph(document, f"rad {number}")])
    assert compact_if_long(document.pk, tail=10) is False
    assert compact_if_long(document.pk, tail=2) is True
    assert Update.objects.filter(document=document).count() == 6
    assert Snapshot.objects.get(document=document).upto_seq == 6
    append(document.pk, None, [paragraph(document, "efter")])
    assert len(read_log(document.pk).updates) == 2
    assert stored_words(document) == [*(f"rad {number}" for number in range(5)), "efter"]


def test_no_snapshot_is_written_that_would_lose_what_waits_for_something(document: Document) -> None:
    first = paragraph(document, "ett")
    append(document.pk, None, [first])
    second = paragraph(document, "två")
    Update.objects.filter(document=document, seq=2).update(data=b"\x00\x00")
    append(document.pk, None, [second])
    assert compact_if_long(document.pk, tail=0) is False
    # What it waited for comes after all.
    append(document.pk, None, [first])
    assert compact_if_long(document.pk, tail=0) is True
    assert stored_words(document) == ["ett", "två"]


def test_many_writers_at_once_leave_no_gap(transactional_db: None) -> None:
    pair: Pair = make_pair()
    document = shared(pair.agreement)
    update = paragraph(document, "samma")

    def write(count: int) -> None:
        try:
            for _ in range(count):
                append(document.pk, pair.chair.pk, [update])
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, [10] * 4))
    assert list(Update.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, 42))
    assert stored_words(shared(pair.agreement)) == ["samma"]
    assert state_of(read_log(document.pk).updates)


def test_many_documents_at_once_get_numbers_only_where_something_is_taken(transactional_db: None) -> None:
    load_rows()
    one, old, frozen = (begin(name).document for name in ("a-", "b-", "c-"))
    version = Version.objects.create(
        agreement=frozen.agreement, number=1, content={}, content_hash="0" * 64, upto_seq=1
    )
    Document.objects.filter(pk=frozen.pk).update(frozen_version=version)
    with transaction.atomic():
        wanted = {(one.pk, one.epoch): 3, (one.pk, uuid.uuid4()): 7, (old.pk, uuid.uuid4()): 1}
        heads = take_numbers({**wanted, (frozen.pk, frozen.epoch): 1})
    assert heads == {(one.pk, one.epoch): one.head_seq + 3}
    assert {now.pk: now.head_seq for now in Document.objects.all()} == {
        one.pk: one.head_seq + 3,
        old.pk: old.head_seq,
        frozen.pk: frozen.head_seq,
    }


def test_a_document_that_is_frozen_while_its_numbers_are_waited_for_gives_none(transactional_db: None) -> None:
    load_rows()
    documents = [begin(name).document for name in ("a-", "b-", "c-")]
    _free, frozen, drafted = documents
    took: list[dict[Log, int]] = []

    def write() -> None:
        try:
            with transaction.atomic():
                took.append(take_numbers({(one.pk, one.epoch): 2 for one in documents}))
        finally:
            connection.close()

    writer = threading.Thread(target=write)
    with transaction.atomic():
        # All that another transaction can do to a document; this one holds the first row, so that the writer waits.
        held = {one.pk: one for one in Document.objects.select_for_update().order_by("pk")}
        writer.start()
        writer.join(0.3)
        assert not took
        version = Version.objects.create(
            agreement=frozen.agreement, number=1, content={}, content_hash="0" * 64, upto_seq=1
        )
        Document.objects.filter(pk=frozen.pk).update(frozen_version=version)
        Document.objects.filter(pk=drafted.pk).update(epoch=uuid.uuid4())
        Document.objects.filter(pk=documents[0].pk).update(head_seq=held[documents[0].pk].head_seq + 5)
    writer.join(20)
    free = held[documents[0].pk]
    assert took == [{(free.pk, free.epoch): free.head_seq + 5 + 2}]
    assert set(Document.objects.exclude(pk=free.pk).values_list("head_seq", flat=True)) == {frozen.head_seq}


def test_batches_of_the_same_documents_never_wait_for_each_other_for_ever(transactional_db: None) -> None:
    load_rows()
    documents = [begin(f"p{number}-").document for number in range(6)]
    update = paragraph(documents[0], "samma")

    def write(seed: int) -> None:
        order = random.Random(seed)
        try:
            for _ in range(15):
                some = {(one.pk, one.epoch): order.randint(1, 3) for one in order.sample(documents, 5)}
                with transaction.atomic():
                    heads = take_numbers(some)
                    insert((log[0], last, [Row(None, update)] * some[log]) for log, last in heads.items())
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    for document in documents:
        numbers = list(Update.objects.filter(document=document).order_by("seq").values_list("seq", flat=True))
        assert numbers == list(range(1, shared(document.agreement).head_seq + 1))
