"""Two people in one text, over real sockets, against a real server process."""

from pathlib import Path

from pycrdt import Doc

from agreements.collaboration import protocol
from agreements.collaboration.compaction import LONG_TAIL, SHORT_TAIL
from agreements.models import Document, Update
from agreements.schedules import fold_long_texts
from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.crashes import crash_again_and_again
from tests.agreements.collaboration.pages import Page, converge, session_of, shared, stored_words
from tests.agreements.collaboration.servers import SocketServer
from tests.services.processes import wait_until


def test_what_both_type_at_the_same_moment_is_with_both_and_in_the_log(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    for number in range(10):
        chair.type(f"ordförande {number} åäö")
        chief.type(f"direktör {number} 🙂")
    text = converge(chair, chief)
    assert text.count("ordförande") == text.count("direktör") == 10
    document = shared(pair.agreement)
    assert sorted(stored_words(document)) == sorted([f"{who} {n} {end}" for n in range(10) for who, end in WHO])
    assert list(Update.objects.order_by("seq").values_list("seq", flat=True)) == list(range(1, document.head_seq + 1))
    assert set(Update.objects.filter(seq__gt=1).values_list("member_id", flat=True)) == {pair.chair.pk, pair.chief.pk}


WHO = [("ordförande", "åäö"), ("direktör", "🙂")]


def test_what_is_acknowledged_is_committed(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, _chief = pages
    for number in range(5):
        chair.type(f"rad {number}")
        chair.wait_until(lambda: chair.is_saved, "the server acknowledged")
        assert stored_words(shared(pair.agreement))[-1] == f"rad {number}"


def test_what_was_typed_offline_comes_in_once(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    chair.type("först")
    converge(chair, chief)
    chair.go_offline()
    chair.type("i tunneln")
    chair.delete_first()
    chief.type("under tiden")
    chair.join()
    text = converge(chair, chief)
    assert [text.count(words) for words in ("först", "i tunneln", "under tiden")] == [1, 1, 1]


def test_a_third_page_that_comes_in_between_gets_what_is_on_its_way(
    server: SocketServer, pages: tuple[Page, Page], pair: Pair
) -> None:
    chair, chief = pages
    session = session_of(pair.chief)
    late: list[Page] = []
    for number in range(6):
        for place in range(4):
            chair.type(f"rad {number}.{place}")
        late.append(Page(server.url, shared(pair.agreement), session).open())
    text = converge(chair, chief, *late)
    assert text.count("rad") == 24
    for page in late:
        page.go_offline()


def test_presence_carries_the_name_of_the_session_and_ends_with_the_socket(
    pages: tuple[Page, Page], pair: Pair
) -> None:
    chair, chief = pages
    chair.be_at({"user": {"name": "Någon annan", "id": pair.chief.pk}, "section": "fokus"}, client_id=11)
    chief.wait_until(lambda: 11 in chief.presences, "the chief sees the chair")
    user = {"id": pair.chair.pk, "name": pair.chair.name, "colour": 1}
    assert chief.presences[11] == {"user": user, "section": "fokus"}
    chair.be_at({}, client_id=11, clock=2)
    chief.wait_until(lambda: chief.presences[11] == {"user": user}, "an empty presence has a name, too")
    chief.be_at({"section": "moten"}, client_id=11)
    chief.be_at({"section": "moten"}, client_id=12)
    chair.wait_until(lambda: 12 in chair.presences, "the chair sees the chief")
    assert 11 not in chair.presences
    chair.go_offline()
    chief.wait_until(lambda: chief.presences[11] is None, "the chair is gone")


def test_the_log_is_folded_while_the_room_is_open_and_when_it_is_closed(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    for number in range(LONG_TAIL + 2):
        chair.type(f"rad {number}")
        chair.wait_until(lambda: chair.is_saved, "one row an edit")
        chief.read()
    assert tail_of(shared(pair.agreement)) > LONG_TAIL
    # What a worker does once a minute; the socket process goes on meanwhile.
    fold_long_texts()
    assert tail_of(shared(pair.agreement)) == 0
    chair.type("sedan")
    text = converge(chair, chief)
    chair.go_offline()
    chief.go_offline()
    wait_until(lambda: tail_of(shared(pair.agreement)) <= SHORT_TAIL, "and when they have left")
    chair.doc = Doc()
    assert chair.join().text() == text


def tail_of(document: Document) -> int:
    return document.head_seq - document.snapshot_seq


def test_where_somebody_reads_is_told_under_their_own_number(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    chair.send(protocol.notice({"kind": "reading", "section": "fokus", "member": 0}))
    chief.wait_until(lambda: bool(chief.notices), "the chief is told")
    assert chief.notices[0] == {"kind": "reading", "section": "fokus", "member": pair.chair.pk}


def test_after_kills_nothing_acknowledged_is_gone_nothing_comes_twice_and_all_agree(
    database_url: str, tmp_path: Path
) -> None:
    """A few pairs and rounds here; `python -m bench.coediting_crash` has twenty of each, on both databases."""
    pairs = [make_pair(f"p{number}-") for number in range(2)]
    found = crash_again_and_again(pairs, SocketServer(database_url, tmp_path), rounds=3)
    assert found.is_clean, found
    assert found.crashes == 3
