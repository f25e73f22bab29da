"""`manage.py check` refuses settings with which nobody could register."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from portal.core.checks import captcha_has_what_it_needs


@pytest.mark.parametrize(
    ("provider", "public", "private", "found"),
    [
        ("altcha", "", "", []),
        ("recaptcha", "p", "s", []),
        ("recaptcha", "p", "", ["samspel.E002"]),
        ("recaptcha", "", "s", ["samspel.E002"]),
        ("hcaptcha", "p", "s", ["samspel.E001"]),
    ],
)
def test_the_captcha_has_what_it_needs(
    settings: Settings, provider: str, public: str, private: str, found: list[str]
) -> None:
    settings.CAPTCHA_PROVIDER = provider
    settings.RECAPTCHA_PUBLIC_KEY, settings.RECAPTCHA_PRIVATE_KEY = public, private

    assert [message.id for message in captcha_has_what_it_needs()] == found
