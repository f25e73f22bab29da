"""Requests that no form or link of ours makes are refused early, and a dead database gets a kind word."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.contrib.auth import get_user
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, UnreadablePostError
from django.middleware.gzip import GZipMiddleware

from portal.core import views

logger = logging.getLogger(__name__)

GetResponse = Callable[[HttpRequest], HttpResponse]

FORM_TYPES = {"application/x-www-form-urlencoded", "multipart/form-data"}
REPORT_TYPES = {"application/csp-report", "application/reports+json", "application/json"}
JSON_TYPES = {"application/json"}
# Read and thrown away before a refusal, so that the sender gets to hear it instead of a broken connection.
MOST_DRAINED = 32 * 1024 * 1024


class RefuseOddRequests:
    """413 for a body that is too large, 415 for a post that is no form in UTF-8. Other methods are for the views."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"POST", "PUT", "PATCH"} and (status := self._fault(request)):
            _drain(request)
            return views.refusal(request, status)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Whoever went away while sending: nobody reads the answer, and it is no fault of ours."""
        return views.refusal(request, 400) if isinstance(exception, UnreadablePostError) else None

    def _fault(self, request: HttpRequest) -> int:
        length = request.META.get("CONTENT_LENGTH") or "0"
        if not length.isdecimal() or request.META.get("HTTP_TRANSFER_ENCODING"):
            return 400
        if int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE and not _may_upload(request, int(length)):
            return 413
        if request.method != "POST":
            return 0
        types = _types_at(request.path_info)
        charset = (request.content_params or {}).get("charset", "utf-8").strip("\"'").lower()
        return 0 if request.content_type in types and charset in {"utf-8", "utf8"} else 415


def _may_upload(request: HttpRequest, length: int) -> bool:
    """Staff that is logged in, where files are uploaded: nobody else fills our disk. Asked before the body is read."""
    most = (max(settings.UPLOAD_MEBIBYTES.values()) + 1) * 1024 * 1024
    if length > most or not any(re.match(pattern, request.path_info) for pattern in settings.UPLOAD_PATHS):
        return False
    request.session = SessionStore(request.COOKIES.get(settings.SESSION_COOKIE_NAME))
    user = get_user(request)
    return user.is_active and getattr(user, "is_staff", False)


def _types_at(path: str) -> set[str]:
    if path == settings.CSP_REPORT_PATH:
        return REPORT_TYPES
    return JSON_TYPES if any(re.match(pattern, path) for pattern in settings.JSON_PATHS) else FORM_TYPES


def _drain(request: HttpRequest) -> None:
    left = MOST_DRAINED
    # Whoever goes away in the middle does not hear the refusal.
    with suppress(UnreadablePostError):
        while left > 0 and (chunk := request.read(min(65536, left))):
            left -= len(chunk)


class CompressPages(GZipMiddleware):
    """Django's, but for what streams: a private file is packed already, and its length and ranges must stay."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        return response if response.streaming else super().process_response(request, response)


# PostgreSQL's code for "read-only transaction": it stands in for another server, or was told to write no more.
READ_ONLY = "25006"


def _is_down(exception: Exception) -> bool:
    read_only = getattr(exception.__cause__, "pgcode", "") == READ_ONLY
    return read_only or isinstance(exception, OperationalError | InterfaceError)


class SayWhenDown:
    """503 with a way back, rather than 500, when the database cannot be reached or cannot write."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_down(exception):
            return None
        logger.error("database: %s", type(exception).__name__)
        return views.refusal(request, 503, retry_after=30)
