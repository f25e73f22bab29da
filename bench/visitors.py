"""What the simulated visitors do: look at a page, register their interest."""

from __future__ import annotations

import base64
import itertools
import json
import os
import random
import re
from datetime import UTC, datetime, timedelta

import altcha

from bench.load import Client, Reply, Unit
from bench.stack import SECRET_KEY

FORM = "/program/intresse/"
HIDDEN = re.compile(rb'<input type="hidden" name="([a-z]+)"(?: value="([^"]*)")?')
_numbers = itertools.count()


def new_email() -> str:
    """An address that nobody else has, in whichever process."""
    return f"besokare-{os.getpid()}-{next(_numbers)}-{random.randrange(10**9)}@kommun.example"


def new_network_address() -> str:
    """Each visitor comes from an address of their own, so that the rate limit sees people and no flood."""
    return f"10.{random.randrange(256)}.{random.randrange(256)}.{random.randrange(1, 255)}"


def proof(form: str = "interest") -> str:
    """A proof of work as the browser sends it. We know the key and so the answer: the server's part is as always."""
    options = altcha.ChallengeOptions(
        hmac_key=SECRET_KEY, number=4711, expires=datetime.now(UTC) + timedelta(hours=1), params={"form": form}
    )
    challenge = altcha.create_challenge(options)
    found = {name: getattr(challenge, name) for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**found, "number": 4711}).encode()).decode()


def hidden_fields(page: Reply) -> dict[str, str | list[str]]:
    return {name.decode(): value.decode() for name, value in HIDDEN.findall(page.body)}


def answers(email: str) -> dict[str, str | list[str]]:
    """What a visitor types."""
    return {
        "name": "Åsa Lind-Öberg",
        "email": email,
        "phone": "070-174 06 05",
        "organisation": "0180",
        "role": "kso",
        "programmes": ["toppolitikerprogrammet"],
        "message": "Hej! Jag vill veta mer.",
    }


def look_at(path: str) -> Unit:
    def look(client: Client) -> None:
        page = client.get(path)
        assert page.status == 200, f"{path}: {page.status}"

    return look


def register(client: Client, path: str = FORM) -> None:
    """Three requests: the form, the post, the receipt. The visitor comes without cookies and has solved the captcha."""
    who = {"X_Forwarded_For": new_network_address()}
    page = client.get(path, **who)
    assert page.status == 200, f"form: {page.status}"
    fields = hidden_fields(page) | answers(new_email()) | {"altcha": proof()}
    posted = client.post(path, fields, Cookie=page.cookies(), **who)
    assert posted.status in {302, 303}, f"post: {posted.status} {posted.body[:200]!r}"
    receipt = client.get(posted.header("Location"), Cookie=page.cookies(), **who)
    assert receipt.status == 200, f"receipt: {receipt.status}"
    assert b"SAM-" in receipt.body, "no reference on the receipt"
