"""One captcha field, whoever provides it; none of them can lose what a person typed.

`CAPTCHA_PROVIDER` is "altcha" (a proof of work from this very site; the default) or "recaptcha" (Google's checkbox; its
script is loaded only after the visitor agreed). Without JavaScript, or when the provider does not answer, the post is
accepted with an outcome that staff sees: then the honeypot, the signed time and the rate limit are what is left.
"""

from __future__ import annotations

import base64
import hashlib
import json
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.error import HTTPError

import altcha
from altcha.altcha import PayloadType
from django import forms
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, ValidationError
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_altcha import AltchaField, get_hmac_key
from django_recaptcha import client
from django_recaptcha.fields import ReCaptchaField
from django_recaptcha.widgets import ReCaptchaV2Checkbox

from portal.core.models import CaptchaOutcome

logger = logging.getLogger(__name__)

# A challenge lives a day: the phone may be locked through a whole meeting between reading and sending.
CHALLENGE_LIFETIME = timedelta(hours=24)
# About 0.2 s of work for a phone.
MAX_NUMBER = 50_000


class ProofAlreadyUsed(Exception):  # noqa: N818 - an answer to the caller, not a fault
    """The solved captcha was used before, by another form."""


@dataclass(frozen=True)
class CaptchaResult:
    """How the check went; `proof` is unique for each solved challenge, so that none counts twice."""

    outcome: CaptchaOutcome
    proof: str | None = None


NO_SCRIPT = CaptchaResult(CaptchaOutcome.NO_SCRIPT)
UNAVAILABLE = CaptchaResult(CaptchaOutcome.UNAVAILABLE)


def altcha_challenge(form: str) -> dict[str, Any]:
    """A fresh challenge that counts for the form of that name only."""
    options = altcha.ChallengeOptions(
        hmac_key=get_hmac_key(),
        max_number=MAX_NUMBER,
        expires=timezone.now() + CHALLENGE_LIFETIME,
        params={"form": form},
    )
    return altcha.create_challenge(options).to_dict()


class AltchaBox(forms.Widget):
    """The place that our script fills with ALTCHA's widget when the visitor begins to fill in the form."""

    template_name = "components/captcha_altcha.html"

    def __init__(self, form: str) -> None:
        super().__init__()
        self.form = form

    def get_context(self, name: str, value: Any, attrs: dict[str, Any] | None) -> dict[str, Any]:
        context = super().get_context(name, value, attrs)
        return {**context, "challenge_url": reverse("captcha_challenge", args=[self.form])}

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        """None when the script never ran (the key is missing), "" when it ran and has no proof."""
        value = data.get(name)
        return value if value is None else str(value)


class PortalAltchaField(AltchaField):
    """ALTCHA, with a proof that counts once: the row that it helped to make holds it (docs/adr/0007)."""

    def __init__(self, form: str) -> None:
        forms.Field.__init__(self, label=_("Kontroll"), required=False, widget=AltchaBox(form))
        self.form = form
        self.error_messages |= {
            "required": _("Kontrollen att du är en människa blev inte klar. Vänta någon sekund och skicka igen."),
            "invalid": _("Kontrollen att du är en människa gick inte att läsa. Skicka igen."),
        }

    def clean(self, value: Any) -> CaptchaResult:
        if value is None:
            return NO_SCRIPT
        if value == "":
            raise ValidationError(self.error_messages["required"], code="required")
        if not self._is_solved(value):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return CaptchaResult(CaptchaOutcome.SOLVED, _decoded(value)["challenge"][:64])

    def _is_solved(self, payload: str) -> bool:
        # The payload is whatever a client sent: JSON of any shape, which the library meets with any of these.
        try:
            solved, _reason = altcha.verify_solution(payload, get_hmac_key(), check_expires=True)
            return solved and altcha.extract_params(_decoded(payload))["form"] == [self.form]
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return False


def _decoded(payload: str) -> PayloadType:
    decoded: PayloadType = json.loads(base64.b64decode(payload))
    return decoded


class RecaptchaBox(ReCaptchaV2Checkbox):
    """A button that asks before anything is fetched from Google, and the place where the checkbox then appears."""

    template_name = "components/captcha_recaptcha.html"

    def value_from_datadict(self, data: Any, files: Any, name: str) -> str | None:
        value = data.get("g-recaptcha-response")
        return value if value is None else str(value)


class PortalRecaptchaField(ReCaptchaField):
    """Google's checkbox. Google refused, silent, slow or talking nonsense never costs a registration."""

    def __init__(self) -> None:
        super().__init__(label=_("Kontroll"), widget=RecaptchaBox(), required=False)
        self.required = False
        self.error_messages |= {
            "required": _("Visa att du är en människa: tryck på ”Visa kontrollen” och kryssa i rutan."),
            "captcha_invalid": _("Google kunde inte bekräfta att du är en människa. Försök igen."),
        }

    def clean(self, value: Any) -> CaptchaResult:
        if value is None:
            return NO_SCRIPT
        if value == "":
            raise ValidationError(self.error_messages["required"], code="required")
        try:
            # The visitor's address is not passed on: Google's check works without it.
            answer = client.submit(recaptcha_response=value, private_key=self.private_key, remoteip="")
        except (HTTPError, OSError, ValueError, LookupError, TypeError, AttributeError) as error:
            logger.warning("captcha unavailable: %s", type(error).__name__)
            return UNAVAILABLE
        if answer.is_valid is not True:
            raise ValidationError(self.error_messages["captcha_invalid"], code="captcha_invalid")
        return CaptchaResult(CaptchaOutcome.SOLVED, hashlib.sha256(value.encode()).hexdigest())


def captcha_field(form: str) -> forms.Field:
    """The captcha of the form with that name, from the provider that the settings choose."""
    if settings.CAPTCHA_PROVIDER == "altcha":
        return PortalAltchaField(form)
    if settings.CAPTCHA_PROVIDER == "recaptcha":
        return PortalRecaptchaField()
    raise ImproperlyConfigured(f"CAPTCHA_PROVIDER is {settings.CAPTCHA_PROVIDER!r}, not altcha or recaptcha")
