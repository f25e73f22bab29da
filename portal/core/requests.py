"""What views want to know of a request, typed: whose it is, how often that address has been here."""

from __future__ import annotations

import hmac
import ipaddress
import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection
from django.http import HttpRequest, HttpResponseRedirect
from django.utils import timezone

from portal.core.models import RateCounter

logger = logging.getLogger(__name__)


def see_other(address: str) -> HttpResponseRedirect:
    """303: whatever was posted, go and look there (RFC 9110, 15.4.4)."""
    return HttpResponseRedirect(address, status=303)


def _parsed(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(address.strip())
    except ValueError:
        return None


def client_address(request: HttpRequest) -> str:
    """The address that a request comes from: the last one in X-Forwarded-For that our own proxies vouch for.

    What a client writes into the header itself stands further to the left and is never reached. An IPv6 client is its
    /64.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    if hops[0] in settings.TRUSTED_PROXIES:
        hops = [*request.META.get("HTTP_X_FORWARDED_FOR", "").split(","), *hops]
    for hop in reversed(hops):
        address = _parsed(hop)
        if address is None:
            break
        if str(address) not in settings.TRUSTED_PROXIES:
            return str(ipaddress.ip_network((address, 64), strict=False)) if address.version == 6 else str(address)
    return "unknown"


DAY = 24 * 3600
# Each window of time is this many buckets; it slides by one bucket at a time.
BUCKETS = 6


def _key(what: str, who: str, width: int, bucket: int) -> str:
    message = f"{what}|{who}|{width}|{bucket}".encode()
    return hmac.digest(settings.SECRET_KEY.encode(), message, "sha256").hex()


def count(what: str, who: str, windows: list[int], now: datetime | None = None) -> list[int]:
    """Count one `what` by `who` and return how many there were within each of the last `windows` seconds.

    Exact however many processes count at once, to the width of a bucket (a sixth of the window). Redis is not asked: a
    form must not depend on it (docs/adr/0007).
    """
    now = now or timezone.now()
    keys = [_keys(what, who, length, now) for length in windows]
    expiries = {row[0]: now + timedelta(seconds=length) for row, length in zip(keys, windows, strict=True)}
    return _add_one(expiries, [row[1:] for row in keys])


def _keys(what: str, who: str, length: int, now: datetime) -> list[str]:
    """The keys of the buckets that make up the window, the running one first."""
    width = length // BUCKETS
    newest = int(now.timestamp()) // width
    return [_key(what, who, width, newest - age) for age in range(BUCKETS)]


def _add_one(expiries: dict[str, datetime], older: list[list[str]]) -> list[int]:
    """Add one to each running bucket; how many each then has together with the older ones of its window. One statement.

    The rows are sorted, so that two requests lock them in the same order.
    """
    table = RateCounter._meta.db_table
    values = ", ".join(["(%s, 1, %s)"] * len(expiries))
    marks = ", ".join(["%s"] * (BUCKETS - 1))
    sums = ", ".join([f"(SELECT SUM(old.count) FROM {table} old WHERE old.key IN ({marks}))"] * len(older))  # noqa: S608
    statement = (
        f"INSERT INTO {table} (key, count, expires_at) VALUES {values} "  # noqa: S608 - our own table's name
        f"ON CONFLICT (key) DO UPDATE SET count = {table}.count + 1 RETURNING key, count, {sums}"
    )
    parameters = [value for row in sorted(expiries.items()) for value in row] + [key for keys in older for key in keys]
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        rows = {key: (number, sums) for key, number, *sums in cursor.fetchall()}
    return [rows[key][0] + int(rows[key][1][window] or 0) for window, key in enumerate(expiries)]


def note_robot(form: str) -> None:
    """Count who filled in the field that people do not see. They get a receipt like everybody's; nothing is stored."""
    (today,) = count("robot", form, [DAY])
    logger.info("honeypot: %s form, %s today", form, today)


def seconds_to_wait(form: str, request: HttpRequest) -> int:
    """Count a post of a public form; 0 when it may go on, else after how many seconds it is worth trying again."""
    limits: list[tuple[int, int]] = settings.FORM_RATE_LIMITS
    now = timezone.now()
    counts = count(f"form:{form}", client_address(request), [seconds for _allowed, seconds in limits], now)
    over = [seconds for (allowed, seconds), number in zip(limits, counts, strict=True) if number > allowed]
    return max((seconds // BUCKETS for seconds in over), default=0)
