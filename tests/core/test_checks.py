"""`manage.py check` refuses settings with which nobody could register."""

from __future__ import annotations

import pytest
from pytest_django import Settings

from portal.core.checks import bucket_has_what_it_needs, captcha_has_what_it_needs


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


@pytest.mark.parametrize(
    ("bucket", "options", "found"),
    [
        ("", {}, []),
        ("films", {"endpoint_url": "https://s3.example.se", "access_key": "a", "secret_key": "b"}, []),
        ("films", {"endpoint_url": "https://s3.example.se", "access_key": "a", "secret_key": ""}, ["samspel.E003"]),
    ],
)
def test_the_bucket_has_what_it_needs(
    settings: Settings, bucket: str, options: dict[str, str], found: list[str]
) -> None:
    settings.FILES_S3_BUCKET = bucket
    settings.STORAGES = settings.STORAGES | {
        "private": {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    }

    assert [message.id for message in bucket_has_what_it_needs()] == found
