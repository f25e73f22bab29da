"""The proof of work: solved, wrong, old, for another form, or anything that a client may send instead."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import altcha
import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from portal.core.captcha import CHALLENGE_LIFETIME, CaptchaResult, PortalAltchaField, altcha_challenge, captcha_field
from portal.core.models import CaptchaOutcome


def solved(form: str = "interest", **changes: Any) -> str:
    challenge = altcha_challenge(form)
    found = altcha.solve_challenge(
        challenge["challenge"], challenge["salt"], challenge["algorithm"], challenge["maxNumber"], 0
    )
    assert found is not None
    payload = {key: challenge[key] for key in ("algorithm", "challenge", "salt", "signature")}
    return encoded({**payload, "number": found.number, **changes})


def encoded(payload: Any) -> str:
    return base64.b64encode(json.dumps(payload).encode()).decode()


def refused(value: Any, form: str = "interest") -> str | None:
    """The code of the error."""
    with pytest.raises(ValidationError) as caught:
        PortalAltchaField(form).clean(value)
    return caught.value.code


def test_a_solved_one_counts_and_has_a_proof_of_its_own() -> None:
    first, second = (PortalAltchaField("interest").clean(solved()) for _number in range(2))
    assert first.outcome == second.outcome == CaptchaOutcome.SOLVED
    assert first.proof != second.proof


def test_without_javascript_it_is_missing_and_noted() -> None:
    assert PortalAltchaField("interest").clean(None) == CaptchaResult(CaptchaOutcome.NO_SCRIPT)


def test_an_unfinished_one_is_refused_with_its_own_words() -> None:
    assert refused("") == "required"


def test_one_for_another_form_is_refused() -> None:
    assert refused(solved("contact"), "interest") == "invalid"


def test_it_lives_a_day() -> None:
    value = solved()
    with time_machine.travel(timezone.now() + CHALLENGE_LIFETIME - timedelta(minutes=1), tick=False):
        assert PortalAltchaField("interest").clean(value).outcome == CaptchaOutcome.SOLVED
    with time_machine.travel(timezone.now() + CHALLENGE_LIFETIME + timedelta(minutes=1), tick=False):
        assert refused(value) == "invalid"


@pytest.mark.parametrize(
    "changes",
    [
        {"number": -1},
        {"number": "1"},
        {"signature": "0" * 64},
        {"challenge": "0" * 64},
        {"salt": ""},
        {"algorithm": "MD5"},
    ],
)
def test_a_tampered_one_is_refused(changes: dict[str, Any]) -> None:
    assert refused(solved(**changes)) == "invalid"


@pytest.mark.parametrize("payload", [{}, [], None, 1, "x", {"algorithm": []}, {"number": {}, "salt": 1}, [[[]]] * 50])
def test_json_of_any_shape_is_refused(payload: Any) -> None:
    assert refused(encoded(payload)) == "invalid"


@given(st.text(min_size=1) | st.binary(min_size=1).map(lambda raw: base64.b64encode(raw).decode()))
def test_nothing_that_is_sent_raises_anything_else(value: str) -> None:
    assert refused(value) == "invalid"


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from(["algorithm", "salt", "number"]), inner),
        max_leaves=8,
    )
)
def test_no_json_raises_anything_else(payload: Any) -> None:
    assert refused(encoded(payload)) == "invalid"


def test_the_challenge_is_fresh_and_never_cached(client: Client) -> None:
    address = reverse("captcha_challenge", args=["interest"])
    first, second = client.get(address), client.get(address)
    assert first.json()["challenge"] != second.json()["challenge"]
    assert "no-store" in first.headers["Cache-Control"]
    assert client.post(address).status_code == 405


def test_an_unknown_provider_is_said_at_once(settings: Settings) -> None:
    settings.CAPTCHA_PROVIDER = "nobody"
    with pytest.raises(ImproperlyConfigured):
        captcha_field("interest")
