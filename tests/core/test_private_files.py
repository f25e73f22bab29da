"""Private files: no address of their own, handed out by a view, by the proxy or by a bucket."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.exceptions import SuspiciousFileOperation
from django.core.files.base import ContentFile
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from portal.core.middleware import CompressPages
from portal.core.models import RateCounter
from portal.core.private_files import CHUNK, FileSpan, StoredUnder, delete_after_commit, private_storage, serve
from tests.core.test_byte_ranges import body

MEBIBYTE = 1024 * 1024
S3 = {
    "bucket_name": "samspel",
    "endpoint_url": "https://lagring.example.se",
    "region_name": "eu-north-1",
    "access_key": "key",
    "secret_key": "secret",
    "querystring_expire": 600,
    "addressing_style": "path",
    "signature_version": "s3v4",
}


def stored(content: bytes, name: str = "films/film.mp4") -> str:
    private_storage().delete(name)
    return private_storage().save(name, ContentFile(content))


def served(name: str, method: str = "GET", **headers: str) -> HttpResponseBase:
    return serve(request(method, **headers), name, content_type="video/mp4", etag="v1")


def request(method: str = "GET", **words: str) -> HttpRequest:
    headers = {name.replace("_", "-"): value for name, value in words.items()}
    return RequestFactory().generic(method, "/", headers=headers)


def test_the_whole_file_with_what_a_player_wants_to_know() -> None:
    response = served(stored(b"film"))
    assert response.status_code == 200
    assert dict(response.items()) == {
        "Content-Type": "video/mp4",
        "Content-Length": "4",
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "ETag": '"v1"',
    }
    assert body(response) == b"film"


def test_head_says_what_get_would_say_and_reads_nothing() -> None:
    name = stored(b"film")
    get, head = served(name), served(name, "HEAD", range="bytes=1-2")
    assert (head.status_code, dict(head.items()), body(head)) == (200, dict(get.items()), b"")
    get.close()


def test_what_the_visitor_already_has_is_not_sent_again() -> None:
    response = served(stored(b"film"), if_none_match='"v0", "v1"', range="bytes=1-")
    assert (response.status_code, response["ETag"], body(response)) == (304, '"v1"', b"")


def test_another_content_than_the_visitor_wants_to_go_on_with_is_412() -> None:
    assert served(stored(b"film"), if_match='"v0"').status_code == 412


def test_without_a_name_for_the_content_size_and_time_of_the_file_are_its_name() -> None:
    def tag(content: bytes) -> str:
        response = serve(request("HEAD"), stored(content), content_type="video/mp4")
        return response["ETag"]

    assert tag(b"film") != tag(b"films")


def test_a_download_has_a_name_with_all_its_letters() -> None:
    response = serve(request(), stored(b"x"), content_type="application/pdf", filename="Åsas råd.pdf", inline=False)
    assert response["Content-Disposition"] == "attachment; filename*=utf-8''%C3%85sas%20r%C3%A5d.pdf"
    response.close()


def test_a_seek_in_a_large_film_reads_what_is_asked_for() -> None:
    """500 MB with a scene at 400 MB; the kernel counts what this process reads."""
    name, start = stored(b""), 400 * MEBIBYTE
    with Path(private_storage().path(name)).open("r+b") as file:
        file.truncate(500 * MEBIBYTE)
        file.seek(start)
        file.write(b"the scene")
    before = bytes_read()
    response = served(name, range=f"bytes={start}-{start + 8}")
    assert body(response) == b"the scene"
    assert bytes_read() - before < CHUNK
    private_storage().delete(name)


def bytes_read() -> int:
    return int(Path("/proc/self/io").read_text().split("rchar: ")[1].split()[0])


def test_under_asgi_the_film_comes_in_pieces_and_only_when_they_are_taken() -> None:
    name = stored(b"a" * CHUNK + b"b" * CHUNK + b"c")

    async def first_pieces() -> tuple[list[bytes], int]:
        response = served(name)
        before = bytes_read()
        assert isinstance(response, FileSpan)
        pieces = response.__aiter__()
        taken = [await anext(pieces), await anext(pieces)]
        read = bytes_read() - before
        response.close()
        return taken, read

    taken, read = asyncio.run(first_pieces())
    assert [piece[:1] * len(piece) == piece for piece in taken] == [True, True]
    assert [len(piece) for piece in taken] == [CHUNK, CHUNK]
    assert read < 3 * CHUNK


def test_the_file_is_closed_when_the_visitor_leaves() -> None:
    response = served(stored(b"film"))
    (closer,) = response._resource_closers  # type: ignore[attr-defined] # not in the stubs
    pieces = closer.__self__
    response.close()
    assert pieces._file.closed


def test_a_film_is_not_compressed_on_its_way() -> None:
    compress = CompressPages(lambda _request: HttpResponse())
    response = compress.process_response(request(accept_encoding="gzip"), served(stored(b"a" * 5000)))
    assert (response["Content-Length"], response.has_header("Content-Encoding")) == ("5000", False)
    response.close()


def test_a_row_whose_file_is_gone_is_404_and_said_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    with pytest.raises(Http404):
        served("films/none.mp4")
    assert caplog.record_tuples == [
        ("portal.core.private_files", logging.ERROR, "private files: a stored file is missing")
    ]


def test_nobody_leaves_the_folder() -> None:
    with pytest.raises(SuspiciousFileOperation):
        served("../tests.sqlite3")


def test_a_stored_file_has_no_address() -> None:
    assert private_storage().url(stored(b"film")) == ""


def test_the_proxy_reads_the_file_where_there_is_one(settings: Settings) -> None:
    settings.FILES_ACCEL = "/privat/"
    response = serve(request(range="bytes=1-2"), "films/å b.mp4", content_type="video/mp4", filename="film.mp4")
    assert (response.status_code, body(response)) == (200, b"")
    assert dict(response.items()) == {
        "Content-Type": "video/mp4",
        "Content-Disposition": 'inline; filename="film.mp4"',
        "Accept-Ranges": "bytes",
        "Cache-Control": "private, no-cache",
        "X-Accel-Redirect": "/privat/films/%C3%A5%20b.mp4",
    }


def test_a_bucket_is_opened_by_a_signed_address_that_runs_out(settings: Settings) -> None:
    settings.STORAGES = settings.STORAGES | {"private": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": S3}}
    response = serve(request(), "films/film.mp4", content_type="video/mp4", filename="film.mp4", inline=False)
    address = urlsplit(response["Location"])
    query = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (response.status_code, response["Cache-Control"]) == (302, "no-store")
    assert f"{address.scheme}://{address.netloc}{address.path}" == "https://lagring.example.se/samspel/films/film.mp4"
    assert (query["X-Amz-Expires"], len(query["X-Amz-Signature"])) == ("600", 64)
    assert query["response-content-disposition"] == 'attachment; filename="film.mp4"'


def test_what_a_file_was_called_is_no_part_of_where_it_lies() -> None:
    upload_to = StoredUnder("films")
    names = {upload_to(RateCounter(), "../Åsa Öst.MP4") for _ in range(3)}
    assert len(names) == 3
    assert {(name.split("/")[0], name[-4:], len(name)) for name in names} == {("films", ".mp4", 42)}


@pytest.mark.django_db(transaction=True)
def test_a_file_is_deleted_with_the_transaction_and_not_before() -> None:
    name = stored(b"film")
    with transaction.atomic():
        delete_after_commit(name)
        assert private_storage().exists(name)
    assert not private_storage().exists(name)
