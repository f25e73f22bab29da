"""The HTML part of a mail as a page of its own for a sandboxed frame: it runs nothing and fetches nothing."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable
from typing import TypeVar, cast

from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpResponse

_STYLE = re.compile(r"<style[^>]*>(.*?)</style>", re.DOTALL | re.IGNORECASE)

View = TypeVar("View", bound=Callable[..., HttpResponse])


def may_frame_previews(view: View) -> View:
    """For the page that holds the frame."""
    return cast("View", csp_replace({"frame-src": [SELF]})(view))


def style_hashes(html: str) -> list[str]:
    """What a policy must name so that the mail's own style blocks count, and nothing else does."""
    digests = (hashlib.sha256(style.encode()).digest() for style in _STYLE.findall(html))
    return [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]


def policy(html: str) -> str:
    styles = " ".join(style_hashes(html)) or "'none'"
    sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox"
    return f"default-src 'none'; img-src 'none'; style-src {styles}; frame-ancestors 'self'; {sandbox}"


def preview(html: str) -> HttpResponse:
    """Exactly that HTML, with its own policy in place of the site's."""
    headers = {"Content-Security-Policy": policy(html), "X-Frame-Options": "SAMEORIGIN", "Cache-Control": "no-store"}
    return HttpResponse(html, headers=headers)
