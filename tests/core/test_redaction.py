"""No line of the log names a person or opens a person's page, whoever wrote it."""

from __future__ import annotations

import logging
import logging.config
import uuid

import pytest
from django.conf import settings
from django.test import Client

from portal.core.redaction import RedactingFormatter, redacted

TOKEN = f"{uuid.uuid4().hex}.q3Jx0lT7cA1kQm5nVf2sZ8yW4rB6dE9gH0iK2oP3uR5"


@pytest.mark.parametrize(
    ("line", "masked"),
    [
        (f"Not Found: /program/intresse/min/{TOKEN}/andra/", "Not Found: /program/intresse/min/…/andra/"),
        ("550 5.1.1 <asa.lind@kommun.example>: no such user", "550 5.1.1 <…@…>: no such user"),
        (
            "DETAIL: Key (email_key)=(åsa+x@malmö.example) already exists",
            "DETAIL: Key (email_key)=(…@…) already exists",
        ),
        ("GET /program/intresse/?email=a&name=Bo 200", "GET /program/intresse/?… 200"),
        ("Invalid request from ip=192.0.2.7: x", "Invalid request from ip=…: x"),
        ("Invalid request from ip=2001:db8::7: x", "Invalid request from ip=…: x"),
        ("mail 12 programs/interest_registered: sent", "mail 12 programs/interest_registered: sent"),
        ("Not Found: /program/toppolitikerprogrammet-ny/", "Not Found: /program/toppolitikerprogrammet-ny/"),
    ],
)
def test_private_parts_are_masked(line: str, masked: str) -> None:
    assert redacted(line) == masked


def _fail_with(text: str) -> None:
    raise ValueError(text)


def test_a_traceback_is_masked_too() -> None:
    with pytest.raises(ValueError, match="email") as caught:
        _fail_with("Key (email)=(asa@kommun.example)")
    trace = (caught.type, caught.value, caught.tb)
    record = logging.LogRecord("x", logging.ERROR, "x", 1, "fel", None, trace)

    text = RedactingFormatter("{message}", style="{").format(record)
    assert "asa@kommun.example" not in text
    assert "ValueError" in text


def test_every_handler_masks() -> None:
    assert {handler["formatter"] for handler in settings.LOGGING["handlers"].values()} == {"redacted"}
    assert settings.CELERY_WORKER_HIJACK_ROOT_LOGGER is False


@pytest.mark.django_db
def test_a_refused_link_does_not_reach_the_log(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(settings.LOGGING)

    client.get(f"/program/intresse/min/{TOKEN}/")
    Client(enforce_csrf_checks=True).post(f"/program/intresse/min/{TOKEN}/ta-tillbaka/")

    printed = capsys.readouterr().err
    assert printed.count("/program/intresse/min/…/") == 2
    assert TOKEN not in printed


def test_what_is_refused_before_any_page_is_one_short_line(client: Client, capsys: pytest.CaptureFixture[str]) -> None:
    logging.config.dictConfig(settings.LOGGING)

    client.get("/", headers={"host": "stranger.example"})
    client.get("/", headers={"host": "a" * 3000})

    lines = capsys.readouterr().err.splitlines()
    assert [line.split()[2:4] for line in lines] == [["WARNING", "django.security.DisallowedHost"]] * 2
    assert "'stranger.example'" in lines[0]
    assert max(map(len, lines)) < 400


def test_what_gunicorn_says_goes_through_the_masks(capsys: pytest.CaptureFixture[str]) -> None:
    logger = logging.getLogger("gunicorn.error")
    logger.propagate, logger.handlers = False, [logging.StreamHandler()]
    logging.config.dictConfig(settings.LOGGING)

    logger.warning("Invalid request from ip=192.0.2.7: Invalid HTTP request line: 'GET /min/%s/'", TOKEN)

    (line,) = capsys.readouterr().err.splitlines()
    assert line.endswith("WARNING gunicorn.error Invalid request from ip=…: Invalid HTTP request line: 'GET /min/…/'")
