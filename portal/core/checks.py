"""System checks: what `manage.py check` says of the settings."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def captcha_has_what_it_needs(**_kwargs: Any) -> list[CheckMessage]:
    """Without its keys Google would refuse everybody who ticks the box."""
    if settings.CAPTCHA_PROVIDER not in {"altcha", "recaptcha"}:
        return [Error("CAPTCHA_PROVIDER is neither altcha nor recaptcha.", id="samspel.E001")]
    keys = (settings.RECAPTCHA_PUBLIC_KEY, settings.RECAPTCHA_PRIVATE_KEY)
    if settings.CAPTCHA_PROVIDER == "recaptcha" and not all(keys):
        hint = "Set RECAPTCHA_PUBLIC_KEY and RECAPTCHA_PRIVATE_KEY, or CAPTCHA_PROVIDER=altcha."
        return [Error("reCAPTCHA is chosen but a key is missing.", hint=hint, id="samspel.E002")]
    return []


@register()
def bucket_has_what_it_needs(**_kwargs: Any) -> list[CheckMessage]:
    """A bucket without its address or keys would answer the first visitor with 500."""
    options = settings.STORAGES["private"].get("OPTIONS", {})
    names = {"endpoint_url": "ENDPOINT", "access_key": "ACCESS_KEY", "secret_key": "SECRET_KEY"}
    missing = [f"FILES_S3_{name}" for option, name in names.items() if not options.get(option)]
    if not settings.FILES_S3_BUCKET or not missing:
        return []
    return [Error(f"FILES_S3_BUCKET is set, but not {', '.join(missing)}.", id="samspel.E003")]
