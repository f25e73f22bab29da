"""Where log-in here differs from allauth's: doors that we do not have, a way that is never lost, steps that count."""

from __future__ import annotations

import time
from typing import Any, NoReturn

from allauth.account.internal.flows.login import record_authentication
from allauth.account.internal.stagekit import clear_login, get_pending_stage
from allauth.account.mixins import NextRedirectMixin
from allauth.account.stages import LoginStage
from allauth.account.utils import get_next_redirect_url, passthrough_next_redirect_url
from allauth.account.views import ConfirmLoginCodeView, LoginView, LogoutView
from allauth.mfa.base.views import AuthenticateView, IndexView
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView
from allauth.mfa.webauthn.views import AddWebAuthnView, LoginWebAuthnView, ReauthenticateWebAuthnView
from django import forms
from django.contrib import messages
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.translation import gettext as _

from portal.accounts import forms as account_forms
from portal.accounts.actions import let_in_known
from portal.core.people import key_of

# The pages of log-in that lead to each other; allauth forgets on some of these ways where the person was going.
STEPS = ("account_login", "account_request_login_code", "account_confirm_login_code", "mfa_authenticate")


def not_here(_request: HttpRequest, **_address: str) -> NoReturn:
    """There are no passwords to change or reset, staff adds accounts, and staff changes addresses."""
    raise Http404


class KeepsTheWay:
    """Whoever is led to another page of log-in still ends where they were going; that is always a page of ours."""

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        if isinstance(response, HttpResponseRedirect) and response.url in map(reverse, STEPS):
            response["Location"] = passthrough_next_redirect_url(request, response.url, REDIRECT_FIELD_NAME)
        return response


class SaysWhenTooLate(KeepsTheWay):
    """A code that comes when nothing waits for it any more leads back to the log-in page, which says why."""

    came_in_time = False

    def dispatch(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        response = super().dispatch(request, *args, **kwargs)
        if request.method == "POST" and not self.came_in_time and not _goes_on(request):
            messages.info(request, _("Inloggningen avbröts eller tog för lång tid. Be om en ny kod."))
        return response

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        """Asked for only while the code counts."""
        self.came_in_time = True
        response: HttpResponseBase = super().post(request, *args, **kwargs)  # type: ignore[misc]  # the view's
        return response


def _goes_on(request: HttpRequest) -> bool:
    """Whether the log-in is done, or at another step: the button was pressed twice."""
    return request.user.is_authenticated or get_pending_stage(request) is not None


class LogIn(KeepsTheWay, LoginView):
    """Whoever has sent us a form with their address can log in with it, though nobody has added an account."""

    form_class = account_forms.LoginForm

    def post(self, request: HttpRequest, *args: object, **kwargs: object) -> HttpResponseBase:
        let_in_known(str(request.POST.get("login", "")))
        response: HttpResponseBase = super().post(request, *args, **kwargs)
        return response

    def _redirect_to_pending_stage(self, request: HttpRequest, stage: LoginStage) -> HttpResponseRedirect | None:
        """Another address than the one that waits for its code begins anew; the same one, pressed twice, does not."""
        typed = str(request.POST.get("login", ""))
        if typed and key_of(typed) != key_of(stage.login.email or ""):
            clear_login(request)
            return None
        response: HttpResponseRedirect | None = super()._redirect_to_pending_stage(request, stage)
        return response


class ConfirmLoginCode(SaysWhenTooLate, ConfirmLoginCodeView):
    """A new code counts as long as its mail says, and the page says that it is on its way."""

    form_class = account_forms.ConfirmLoginCodeForm

    def form_invalid(self, form: forms.Form) -> HttpResponse:
        """allauth's words after the last try ask people to wait, though a new code can be had at once."""
        if self._process.record_invalid_attempt():
            shown_again: HttpResponse = self.render_to_response(self.get_context_data(form=form))
            return shown_again
        messages.error(self.request, _("Koden skrevs fel för många gånger och gäller inte längre. Be om en ny."))
        return HttpResponseRedirect(reverse("account_login"))

    def _resend_form_valid(self, form: forms.Form) -> HttpResponse:
        self._process.state["at"] = time.time()
        messages.success(self.request, _("Finns kontot är en ny kod på väg. Den förra gäller inte längre."))
        response: HttpResponse = super()._resend_form_valid(form)
        return response


class Authenticate(SaysWhenTooLate, NextRedirectMixin, AuthenticateView):
    """The second step; `next` is in its page too, for whoever cancels or comes too late."""

    form_class = account_forms.AuthenticateForm
    webauthn_form_class = account_forms.KeyForm

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.stage.login.redirect_url = get_next_redirect_url(self.request) or self.stage.login.redirect_url
        response: HttpResponse = super().form_valid(form)
        return response


class LogInWithKey(KeepsTheWay, LoginWebAuthnView):
    """Log-in with a passkey alone."""

    form_class = account_forms.LoginKeyForm


class ReauthenticateWithKey(KeepsTheWay, ReauthenticateWebAuthnView):
    """The second step once more, with a passkey."""

    form_class = account_forms.ReauthenticateKeyForm


class LogOut(LogoutView):
    """Whoever leaves a shared computer leaves nothing in its browser, the copies of what they wrote included.

    Whoever only wants to log in with another address keeps them: what they wrote may wait there for the log-in.
    """

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        leaves = self.request.user.is_authenticated
        response: HttpResponse = super().post(*args, **kwargs)
        if leaves:
            response["Clear-Site-Data"] = '"storage"'
        return response


class KnowsTheWay(LoginRequiredMixin):
    """A page on the way to a second step: it knows where the person was going, if that is a page of ours."""

    request: HttpRequest

    def get_context_data(self, **kwargs: object) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]  # the view's
        way = passthrough_next_redirect_url(self.request, "", REDIRECT_FIELD_NAME)
        return {**context, "wanted": get_next_redirect_url(self.request) or "", "way": way}


class SecondStep(KnowsTheWay, IndexView):
    """What the person has as a second step, and the ways to one."""


class RecoveryCodes(KnowsTheWay, ViewRecoveryCodesView):
    """The codes for when the telephone is gone."""


class SecondStepCounts(KnowsTheWay):
    """Whoever has just shown a code of the new app, or used the new key, need not do it again at once."""

    kind: Authenticator.Type

    def get_success_url(self) -> str:
        """The codes for a rainy day come first; from their page the way goes on."""
        url: str = super().get_success_url()  # type: ignore[misc]  # the view that this is mixed into
        return str(passthrough_next_redirect_url(self.request, url, REDIRECT_FIELD_NAME))

    def form_valid(self, form: forms.Form) -> HttpResponse:
        response: HttpResponse = super().form_valid(form)  # type: ignore[misc]  # the view that this is mixed into
        record_authentication(self.request, self.request.user, "mfa", type=self.kind, reauthenticated=True)
        return response


class ActivateTOTP(SecondStepCounts, ActivateTOTPView):
    kind = Authenticator.Type.TOTP


class AddWebAuthn(SecondStepCounts, AddWebAuthnView):
    kind = Authenticator.Type.WEBAUTHN
