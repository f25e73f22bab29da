"""Who and what is not let in: a closed socket with a reason, nothing stored, the others undisturbed."""

import uuid
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pycrdt import XmlElement, XmlFragment, XmlText

from agreements.actions import members, silence
from agreements.collaboration import protocol
from agreements.models import Agreement, Document, Member, MemberRole, Update, Version
from portal.accounts.models import User
from portal.core.normalisation import clean_address
from tests.agreements.builders import Pair, make_pair
from tests.agreements.collaboration.pages import Page, converge, session_of, shared
from tests.agreements.collaboration.servers import SocketServer


def _stored() -> list[tuple[int, bytes]]:
    return [(row.seq, bytes(row.data)) for row in Update.objects.order_by("document_id", "seq")]


def _reader(pair: Pair, until: str = "2099-01-01", email: str = "lasare@example.se") -> Member:
    user = User.objects.create_user(email, name="Lena Läsare")
    return Member.objects.create(
        agreement=pair.agreement, user=user, role=MemberRole.READER, name=user.name, access_until=until
    )


def test_without_a_session_4001(server: SocketServer, pair: Pair) -> None:
    assert Page(server.url, shared(pair.agreement)).open().wait_closed() == 4001
    # Nor does the log tell who came from where.
    assert "/ws/" not in server.output


def test_from_another_site_4003(server: SocketServer, pair: Pair) -> None:
    page = Page(server.url, shared(pair.agreement), session_of(pair.chair), origin="https://evil.example")
    assert page.open().wait_closed() == 4003


def test_everybody_else_4003(server: SocketServer, pair: Pair) -> None:
    other = make_pair("other-")
    gone = _reader(pair, until="2020-01-01")
    staff = User.objects.create_superuser("chef@skr.example")
    outsider = Member(user=staff)
    former = pair.chief
    former.left_at = timezone.now()
    former.save()
    for member in (other.chair, gone, outsider, former):
        assert Page(server.url, shared(pair.agreement), session_of(member)).open().wait_closed() == 4003


def test_the_silent_text_of_another_does_not_exist(server: SocketServer, pair: Pair) -> None:
    own = Document.objects.create(agreement=pair.agreement, owner=pair.chair)
    assert Page(server.url, own, session_of(pair.chief)).open().wait_closed() == 4003


def test_another_epoch_4011(server: SocketServer, pair: Pair) -> None:
    document = shared(pair.agreement)
    document.epoch = uuid.uuid4()
    assert Page(server.url, document, session_of(pair.chair)).open().wait_closed() == 4011


def test_a_reader_sees_all_and_writes_nothing(server: SocketServer, pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    chair.type("till alla")
    reader = Page(server.url, shared(pair.agreement), session_of(_reader(pair))).join()
    before = _stored()
    reader.type("smugglat")
    chair.type("mer")
    converge(chair, chief)
    assert "smugglat" not in chief.text()
    assert len(_stored()) == len(before) + 1
    assert "till alla" in reader.text()
    assert reader.acked < reader.sent
    reader.go_offline()


MALFORMED = [b"", b"\x07", b"\x00\x09\x00", b"\x00\x02\x05a", protocol.ack(3), protocol.notice({"kind": "changed"})]
NO_UPDATES = [b"", b"\xff" * 12, b"\x80\x80\x80\x20", b"\x01\x01\x01\x00"]
BAD_FRAMES = [
    *((frame, 4002) for frame in MALFORMED),
    *((protocol.content_update(update), 4002) for update in NO_UPDATES),
    (protocol.state_request(b"\xff\xff"), 4002),
    (b"".join(protocol.parts(b"\x07", 9)), 4002),
    (protocol.parts(protocol.parts(b"\x07", 9)[0], 9)[0], 4002),
    (protocol.parts(b"x" * 100, 1)[0], 4010),
    (protocol.content_update(b"\x00" * 256 * 1024), 4010),
]


def test_a_bad_frame_closes_its_own_socket_only(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    for frame, code in BAD_FRAMES:
        before = _stored()
        chair.send(frame)
        assert chair.wait_closed() == code
        assert _stored() == before
        chief.type("ostörd")
        chief.wait_until(lambda: chief.is_saved, "the other writes on")
        chair.join()


def test_a_long_paste_comes_in_parts_and_is_one_message(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    before = chair.doc.get_state()
    chair.doc.get("s:fokus", type=XmlFragment).children.append(
        XmlElement("paragraph", contents=[XmlText("å" * 200_000)])
    )
    message = protocol.content_update(chair.doc.get_update(before))
    chair.sent += 1
    for part in protocol.parts(message, 200 * 1024):
        chair.send(part)
    assert converge(chair, chief).count("å") == 200_000


def test_a_message_above_one_megabyte_closes_its_own_socket_only(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    before = _stored()
    for part in protocol.parts(protocol.content_update(b"x" * 1_200_000), 200 * 1024):
        chair.send(part)
    assert chair.wait_closed() == 4010
    chief.type("ostörd")
    chief.wait_until(lambda: chief.is_saved, "the other writes on")
    assert len(_stored()) == len(before) + 1


def test_a_part_that_does_not_follow_closes_the_socket(pages: tuple[Page, Page]) -> None:
    first, _second, third = protocol.parts(protocol.content_update(b"x" * 60_000), 25_000)
    pages[0].send(first)
    pages[0].send(third)
    assert pages[0].wait_closed() == 4002


def test_text_frames_close_the_socket(pages: tuple[Page, Page]) -> None:
    pages[0].send_text("hej")
    assert pages[0].wait_closed() == 4002


def test_too_many_messages_4029(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    for clock in range(1500):
        chair.be_at({"section": "fokus"}, client_id=5, clock=clock)
    assert chair.wait_closed() == 4029
    chief.type("ostörd")
    chief.wait_until(lambda: chief.is_saved, "the other writes on")


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.binary(max_size=80), kind=st.sampled_from([b"", b"\x00\x00", b"\x00\x01", b"\x00\x02", b"\x01", b"e"]))
def test_any_bytes_store_nothing_or_an_update(
    server: SocketServer, pages: tuple[Page, Page], pair: Pair, data: bytes, kind: bytes
) -> None:
    chair, chief = pages
    if chair.close_code is not None:
        chair.join()
    chair.send(kind + data)
    chair.read(0.01)
    before = chief.sent
    chief.type("x")
    chief.wait_until(lambda: chief.acked > before, "the other writes on")


def test_a_frozen_text_takes_nothing_more_4009(pages: tuple[Page, Page], pair: Pair) -> None:
    chair, chief = pages
    version = Version.objects.create(agreement=pair.agreement, number=1, content={}, content_hash="0" * 64, upto_seq=1)
    Document.objects.filter(pk=shared(pair.agreement).pk).update(frozen_version=version)
    before = _stored()
    chair.type("för sent")
    assert chair.wait_closed() == 4009
    assert chief.wait_closed() == 4009
    assert _stored() == before
    assert chair.acked < chair.sent


WAYS: dict[str, Callable[[Member], object]] = {
    "left": lambda reader: Member.objects.filter(pk=reader.pk).update(left_at=timezone.now()),
    "time is up": lambda reader: Member.objects.filter(pk=reader.pk).update(access_until="2020-01-01"),
    "inactive": lambda reader: User.objects.filter(pk=reader.user_id).update(is_active=False),
}


def test_a_permission_taken_away_closes_the_socket_within_two_seconds(
    server: SocketServer, pages: tuple[Page, Page], pair: Pair
) -> None:
    """Without Redis, and without anybody telling the server."""
    chair, chief = pages
    for place, take_away in enumerate(WAYS.values()):
        reader = _reader(pair, email=f"lasare{place}@example.se")
        page = Page(server.url, shared(pair.agreement), session_of(reader)).join()
        take_away(reader)
        assert page.wait_closed(patience=2.0) == 4003
    chair.type("kvar")
    converge(chair, chief)


def test_what_one_person_wrote_never_goes_in_as_anothers_4012(server: SocketServer, pair: Pair) -> None:
    """A page of the chair's, in whose browser the chief has logged in since."""
    document, before = shared(pair.agreement), _stored()
    for whose in (pair.chair.pk, 0, "x", "9" * 40):
        page = Page(server.url, document, session_of(pair.chief))
        page.url += f"&member={whose}"
        page.doc.get("s:fokus", type=XmlFragment).children.append(XmlElement("paragraph", contents=[XmlText("mitt")]))
        assert page.open().wait_closed() == 4012
    assert _stored() == before
    own = Page(server.url, document, session_of(pair.chief))
    own.url += f"&member={pair.chief.pk}"
    own.join().go_offline()


def test_an_agreement_that_is_ended_closes_open_pages_and_lets_nobody_back_4013(
    server: SocketServer, pages: tuple[Page, Page], pair: Pair
) -> None:
    members.end_agreement(pair.agreement, by=pair.chief)
    assert [page.wait_closed(patience=2.0) for page in pages] == [4013, 4013]
    assert pages[0].open().wait_closed() == 4013


def test_a_draft_that_both_have_finished_is_closed_as_shown_4014(server: SocketServer, pair: Pair) -> None:
    """Not before, and not to somebody who is let go meanwhile."""
    silence.open_silent_start(pair.agreement, by=pair.chair)
    draft = Document.objects.get(owner=pair.chair)
    page = Page(server.url, draft, session_of(pair.chair)).join()
    silence.finish_silent_draft(pair.agreement, by=pair.chair)
    page.join()
    silence.finish_silent_draft(pair.agreement, by=pair.chief)
    assert page.wait_closed(patience=2.0) == 4014
    assert page.open().wait_closed() == 4014

    silence.open_silent_start(pair.agreement, by=pair.chair)
    again = Page(server.url, Document.objects.get(owner=pair.chair), session_of(pair.chair)).join()
    members.hand_over(pair.chair, clean_address("ny@kommun.example"), "Nils Ny", "", by=pair.chair)
    assert again.wait_closed(patience=2.0) == 4003


def test_logging_out_closes_the_socket_within_two_seconds(pages: tuple[Page, Page]) -> None:
    chair, chief = pages
    Session.objects.filter(session_key=_key(chair)).delete()
    assert chair.wait_closed(patience=2.0) == 4001
    chief.type("kvar")
    chief.wait_until(lambda: chief.is_saved, "the other writes on")


def _key(page: Page) -> str:
    return page.headers["Cookie"].partition("=")[2]


def test_no_other_address_is_open(server: SocketServer, pair: Pair) -> None:
    page = Page(server.url, shared(pair.agreement), session_of(pair.chair))
    page.url = f"{server.url}/ws/annat/"
    with pytest.raises(Exception, match="403"):
        page.open()


def test_an_agreement_that_does_not_exist_4003(server: SocketServer, pair: Pair) -> None:
    document = shared(pair.agreement)
    Agreement.objects.filter(pk=pair.agreement.pk)
    document.agreement_id = uuid.uuid4()
    assert Page(server.url, document, session_of(pair.chair)).open().wait_closed() == 4003
