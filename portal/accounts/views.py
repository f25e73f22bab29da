"""Addresses of allauth that have no meaning in a house without passwords and without sign-up."""

from __future__ import annotations

from typing import NoReturn

from django.http import Http404, HttpRequest


def not_here(request: HttpRequest, rest: str = "") -> NoReturn:
    """There are no passwords to change or reset, staff adds accounts, and staff changes addresses."""
    raise Http404
