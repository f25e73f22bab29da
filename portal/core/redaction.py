"""What every line of the log goes through: no addresses of people, no links that open somebody's page."""

from __future__ import annotations

import copy
import logging
import re

EMAIL = re.compile(r"[^\s@<>()\[\]'\",;:=]+@[^\s@<>()\[\]'\",;:=]+\.[^\s@<>()\[\]'\",;:=]+")
# Links in mails, receipts and calendars carry a token: long, with digits in it (a programme's slug has none).
TOKEN_IN_PATH = re.compile(r"(?<=/)(?=[^/\s]*\d)[^/\s?#'\"]{24,}")
# What gunicorn says of a request that it could not read begins with where it came from.
SENDER = re.compile(r"(?<=\bip=)[0-9A-Fa-f.:]*[0-9A-Fa-f]")
# Django refuses what strangers send (a foreign host, more fields than any form of ours has) under names that begin so.
REFUSALS = "django.security."
LONGEST_REFUSAL = 300
QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")


def redacted(text: str) -> str:
    """The text with e-mail addresses, tokens in paths, query strings and where a request came from masked."""
    return SENDER.sub("…", QUERY.sub(r"\1?…", TOKEN_IN_PATH.sub("…", EMAIL.sub("…@…", text))))


class RedactingFormatter(logging.Formatter):
    """Masks the finished line, with the traceback in it: a database's error message quotes the row."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(_short(record) if record.name.startswith(REFUSALS) else record))


def _short(record: logging.LogRecord) -> logging.LogRecord:
    """A refusal in one line: where in Django it was refused tells nothing, and anybody could fill the log with it."""
    short = copy.copy(record)
    short.levelno, short.levelname = logging.WARNING, "WARNING"
    short.msg, short.args = record.getMessage()[:LONGEST_REFUSAL], ()
    short.exc_info = short.exc_text = short.stack_info = None
    return short


class WithoutSockets(logging.Filter):
    """uvicorn says at info from which address each socket came, whatever is said about its access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return '"WebSocket ' not in str(record.msg)
