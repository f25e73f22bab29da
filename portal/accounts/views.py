"""Where log-in here differs from allauth's: doors that we do not have, and a new second step that counts at once."""

from __future__ import annotations

from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import LoginView, LogoutView
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView
from django import forms
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from portal.accounts.actions import let_in_known


def not_here(_request: HttpRequest, **_address: str) -> NoReturn:
    """There are no passwords to change or reset, staff adds accounts, and staff changes addresses."""
    raise Http404


class LogIn(LoginView):
    """Whoever has sent us a form with their address can log in with it, though nobody has added an account."""

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        let_in_known(str(request.POST.get("login", "")))
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response


class LogOut(LogoutView):
    """Whoever leaves a shared computer leaves nothing in its browser, the copies of what they wrote included."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().post(*args, **kwargs)
        response["Clear-Site-Data"] = '"storage"'
        return response


class SecondStepCounts(LoginRequiredMixin):
    """Whoever has just shown a code of the new app, or used the new key, need not do it again at once."""

    kind: Authenticator.Type
    request: HttpRequest

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # the view that this is mixed into
        record_authentication(self.request, self.request.user, "mfa", type=self.kind, reauthenticated=True)
        return response


class ActivateTOTP(SecondStepCounts, ActivateTOTPView):
    kind = Authenticator.Type.TOTP


class AddWebAuthn(SecondStepCounts, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN
