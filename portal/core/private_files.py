"""Files that nobody reaches by an address of their own: a view decides, and `serve` hands out what it allows.

They lie in the storage "private": a folder on this machine, or a bucket of S3's kind. Reasons: docs/adr/0012.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path, PurePath
from typing import BinaryIO, Self
from urllib.parse import quote
from uuid import uuid4

from django.conf import settings
from django.core.files.storage import FileSystemStorage, Storage, storages
from django.db import models, transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.http.response import StreamingHttpResponse
from django.utils.cache import get_conditional_response
from django.utils.deconstruct import deconstructible
from django.utils.http import content_disposition_header, quote_etag

from portal.core.byte_ranges import Span, UnsatisfiableRangeError, requested_span

logger = logging.getLogger(__name__)

CHUNK = 128 * 1024


def private_storage() -> Storage:
    """For `FileField(storage=private_storage)`: the settings decide when the portal starts, not the migration."""
    return storages["private"]


class PrivateFolder(FileSystemStorage):
    """A folder on this machine. Its files have no address: views call `serve`, and the fields of forms show no link."""

    def url(self, name: str | None) -> str:
        return ""


@deconstructible
class StoredUnder:
    """`upload_to`: a folder and a random name. What somebody called the file never becomes part of a path."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, _instance: models.Model, filename: str) -> str:
        return f"{self.folder}/{uuid4().hex}{PurePath(filename).suffix.lower()}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, StoredUnder) and other.folder == self.folder

    def __hash__(self) -> int:
        return hash(self.folder)


def delete_after_commit(name: str) -> None:
    """Delete a stored file once the transaction that made it useless has come through."""
    transaction.on_commit(partial(private_storage().delete, name), robust=True)


class Pieces:
    """The bytes of a span of an open file, read when they are asked for. Closing it closes the file."""

    def __init__(self, file: BinaryIO, span: Span) -> None:
        self._file = file
        self._left = span.length
        file.seek(span.start)

    def __iter__(self) -> Self:
        return self

    def __next__(self) -> bytes:
        piece = self._file.read(min(CHUNK, self._left))
        if not piece:
            raise StopIteration
        self._left -= len(piece)
        return piece

    def close(self) -> None:
        self._file.close()


class FileSpan(StreamingHttpResponse):
    """A part of a file, read piece by piece from where it begins, under WSGI and ASGI alike.

    Django would read the whole of a plain iterator into memory under ASGI; here a thread fetches each piece while the
    server's loop does other things, and only as fast as the visitor takes them.
    """

    async def __aiter__(self) -> AsyncIterator[bytes]:
        pieces = iter(self)
        while piece := await asyncio.to_thread(next, pieces, b""):
            yield piece


def serve(
    request: HttpRequest,
    name: str,
    *,
    content_type: str,
    filename: str | None = None,
    etag: str | None = None,
    inline: bool = True,
) -> HttpResponseBase:
    """The stored file of that name, to whoever the calling view has let through. GET and HEAD, whole or a range.

    `etag` names the content (its SHA-256, say); `filename` is what a download is called. `Cache-Control` may be set
    anew on the answer. A row whose file is gone is a 404 and a line in the log.
    """
    storage = private_storage()
    headers = _headers(content_type, content_disposition_header(not inline, filename or ""))
    if not isinstance(storage, FileSystemStorage):
        return _signed_redirect(request, storage, name, headers)
    if settings.FILES_ACCEL:
        return _handed_to_the_proxy(name, headers)
    return _streamed(request, storage, name, headers, etag)


def _headers(content_type: str, disposition: str | None) -> dict[str, str]:
    headers = {"Content-Type": content_type, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    return headers | ({"Content-Disposition": disposition} if disposition else {})


def _handed_to_the_proxy(name: str, headers: dict[str, str]) -> HttpResponse:
    """The proxy reads the file and does ranges, conditions and HEAD; this process is free at once."""
    return HttpResponse(headers=headers | {"X-Accel-Redirect": settings.FILES_ACCEL + quote(name)})


def _signed_redirect(request: HttpRequest, storage: Storage, name: str, headers: dict[str, str]) -> HttpResponseBase:
    """To the bucket, by an address that is signed for this file and runs out. It is signed for GET: HEAD is answered
    here."""
    if request.method == "HEAD":
        return HttpResponse(headers=headers | {"Content-Length": str(_size(storage, name))})
    parameters = {
        "ResponseContentType": headers["Content-Type"],
        "ResponseContentDisposition": headers.get("Content-Disposition", "inline"),
        "ResponseCacheControl": headers["Cache-Control"],
    }
    # Every storage of django-storages that signs takes these; Django's base class knows the name only.
    address = storage.url(name, parameters=parameters)  # type: ignore[call-arg]
    return HttpResponseRedirect(address, headers={"Cache-Control": "no-store"})


def _size(storage: Storage, name: str) -> int:
    try:
        return storage.size(name)
    except FileNotFoundError:
        logger.error("private files: a stored file is missing")  # noqa: TRY400 - the trace would name it
        raise Http404("The stored file is missing.") from None


def _streamed(
    request: HttpRequest, storage: FileSystemStorage, name: str, headers: dict[str, str], etag: str | None
) -> HttpResponseBase:
    size = _size(storage, name)
    tag = quote_etag(etag or f"{storage.get_modified_time(name).timestamp():.6f}-{size}")
    whole = HttpResponse(headers=headers | {"Content-Length": str(size), "ETag": tag})
    # Asks If-Match and If-None-Match in the order of RFC 9110, 13.2.2; the range comes last.
    answer = get_conditional_response(request, etag=tag, response=whole)
    if answer and (answer is not whole or request.method == "HEAD"):
        return answer
    try:
        span = requested_span(_range_that_counts(request, tag), size)
    except UnsatisfiableRangeError:
        return HttpResponse(status=416, headers=headers | {"Content-Range": f"bytes */{size}", "ETag": tag})
    return _opened(storage, name, span, size, headers | {"ETag": tag})


def _range_that_counts(request: HttpRequest, tag: str) -> str | None:
    """The Range header, unless If-Range names another content. A date never matches: we send none (13.1.5)."""
    return request.headers.get("Range") if request.headers.get("If-Range", tag) == tag else None


def _opened(
    storage: FileSystemStorage, name: str, span: Span | None, size: int, headers: dict[str, str]
) -> HttpResponseBase:
    part = span or Span(0, size)
    headers |= {"Content-Length": str(part.length)}
    if span:
        headers |= {"Content-Range": f"bytes {span.start}-{span.end - 1}/{size}"}
    file = Path(storage.path(name)).open("rb")  # noqa: SIM115 - the response closes it
    return FileSpan(Pieces(file, part), status=206 if span else 200, headers=headers)
