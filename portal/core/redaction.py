"""What every line of the log goes through: no addresses of people, no links that open somebody's page."""

from __future__ import annotations

import logging
import re

EMAIL = re.compile(r"[^\s@<>()\[\]'\",;:=]+@[^\s@<>()\[\]'\",;:=]+\.[^\s@<>()\[\]'\",;:=]+")
# Links in mails, receipts and calendars carry a token: long, with digits in it (a programme's slug has none).
TOKEN_IN_PATH = re.compile(r"(?<=/)(?=[^/\s]*\d)[^/\s?#'\"]{24,}")
QUERY = re.compile(r"(/[^\s?'\"]*)\?[^\s'\"]+")


def redacted(text: str) -> str:
    """The text with e-mail addresses, tokens in paths and query strings masked."""
    return QUERY.sub(r"\1?…", TOKEN_IN_PATH.sub("…", EMAIL.sub("…@…", text)))


class RedactingFormatter(logging.Formatter):
    """Masks the finished line, with the traceback in it: a database's error message quotes the row."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


class WithoutSockets(logging.Filter):
    """uvicorn says at info from which address each socket came, whatever is said about its access log."""

    def filter(self, record: logging.LogRecord) -> bool:
        return '"WebSocket ' not in str(record.msg)
