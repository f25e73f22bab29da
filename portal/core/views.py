"""Pages of the ground: refusals, health, the captcha's challenge, reports of the content security policy."""

from __future__ import annotations

import json
import logging
import re
import smtplib
from collections.abc import Callable
from typing import Any

import redis
from django.conf import settings
from django.core.mail.backends.smtp import EmailBackend
from django.db import Error as DatabaseError
from django.db import connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST, require_safe

from portal.core import captcha
from portal.core.logged_out import typed

logger = logging.getLogger(__name__)

# What a browser may write into our log: the name of a directive.
DIRECTIVE = re.compile("[a-z-]{1,40}")
# Templates that need neither database nor context.
PAGES = {400: "400.html", 403: "403.html", 413: "413.html", 415: "400.html", 429: "429.html", 503: "503.html"}
# What was posted was read and is a form of ours. The others are refused before anybody looks into the body.
WORTH_ANOTHER_TRY = {429, 503}


def refusal(request: HttpRequest, status: int, *, retry_after: int = 0) -> HttpResponse:
    """A friendly page for a request that we do not answer; `retry_after` in seconds.

    Where it is worth sending again later, the page keeps what was typed.
    """
    context = _sent_again(request) if status in WORTH_ANOTHER_TRY else {}
    response = HttpResponse(loader.get_template(PAGES[status]).render(context), status=status)
    response["Cache-Control"] = "no-store"
    if retry_after:
        response["Retry-After"] = str(retry_after)
    return response


def too_many_requests(request: HttpRequest) -> HttpResponse:
    """The page for whoever has come to a page of log-in too often; the limits there count by the minute."""
    return refusal(request, 429, retry_after=60)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page for a post without a valid token: nothing was saved. A public form can be sent again from it."""
    return HttpResponse(loader.get_template("403_csrf.html").render(_sent_again(request)), status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """The page for a fault of ours, which keeps what was typed. It asks no database, which may be what broke."""
    response = HttpResponse(loader.get_template("500.html").render(_kept(request)), status=500)
    response["Cache-Control"] = "no-store"
    return response


def _kept(request: HttpRequest) -> dict[str, Any]:
    """The form to send again, and the longer texts to copy should that break too. Reading them must not add a fault."""
    try:
        texts = typed(request.POST) if _is_from_our_page(request) else []
        return {**_sent_again(request), "typed": texts}
    except Exception:
        logger.exception("what was typed could not be read")
        return {}


def _sent_again(request: HttpRequest) -> dict[str, Any]:
    """What a page needs to offer the same form once more."""
    fields = _typed(request)
    return {"fields": fields, "csrf_token": get_token(request)} if fields else {}


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """What a public form of ours holds (it carries a submission token), if a page of ours, and no other site, sent it.

    The browser shows the page of before with its old token, or anew without what was typed: only this keeps the text.
    """
    if not _is_from_our_page(request) or "token" not in request.POST:
        return []
    return [(name, value) for name, values in request.POST.lists() if name != "csrfmiddlewaretoken" for value in values]


def _is_from_our_page(request: HttpRequest) -> bool:
    return request.method == "POST" and request.headers.get("Origin") == f"{request.scheme}://{request.get_host()}"


@never_cache
@require_GET
def captcha_challenge(request: HttpRequest, form: str) -> HttpResponse:
    """A fresh proof of work for the form of that name."""
    return JsonResponse(captcha.altcha_challenge(form))


@csrf_exempt
@require_POST
def csp_report(request: HttpRequest) -> HttpResponse:
    """A browser tells that our own policy stopped something. Only the directive is logged: addresses can be private."""
    try:
        report = json.loads(request.body)
        directive = str(report["csp-report"]["effective-directive"])
    except (ValueError, KeyError, TypeError):
        return HttpResponse(status=400)
    if not DIRECTIVE.fullmatch(directive):
        return HttpResponse(status=400)
    logger.warning("csp: %s", directive)
    return HttpResponse(status=204)


@never_cache
@require_safe
def health_live(request: HttpRequest) -> HttpResponse:
    """The process is up and answers."""
    return JsonResponse({"status": "ok"})


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _broker() -> None:
    client = redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)
    try:
        client.ping()
    finally:
        client.close()


def _outgoing_mail() -> None:
    backend = EmailBackend(timeout=2)
    try:
        backend.open()
    finally:
        backend.close()


PARTS: dict[str, Callable[[], None]] = {"database": _database, "broker": _broker, "outgoing_mail": _outgoing_mail}


def _works(part: str) -> bool:
    try:
        PARTS[part]()
    except (DatabaseError, redis.RedisError, smtplib.SMTPException, OSError) as error:
        logger.warning("health: %s: %s", part, type(error).__name__)
        return False
    return True


@never_cache
@require_safe
def health_ready(request: HttpRequest) -> HttpResponse:
    """Whether database, broker and mail server can be reached; 503 with the parts that cannot."""
    parts = {part: _works(part) for part in PARTS}
    failed = [part for part, works in parts.items() if not works]
    body = {"status": "ok" if not failed else "failed", "failed": failed}
    return JsonResponse(body, status=503 if failed else 200)
