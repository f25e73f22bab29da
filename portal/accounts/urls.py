"""Addresses of log-in: allauth's, without the doors that we do not have. The names are allauth's too."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.generic import RedirectView

from portal.accounts import views

CLOSED = ("signup", "email", "confirm-email", "password")

urlpatterns: list[URLPattern | URLResolver] = [
    *(path(f"{door}/", views.not_here) for door in CLOSED),
    *(path(f"{door}/<path:rest>", views.not_here) for door in CLOSED),
    # Log-in sends whoever is logged in on to what is theirs.
    path("", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("login/", views.LogIn.as_view(), name="account_login"),
    path("login/code/", RedirectView.as_view(pattern_name="account_login", query_string=True)),
    path("login/code/confirm/", views.ConfirmLoginCode.as_view()),
    path("2fa/authenticate/", views.Authenticate.as_view()),
    path("2fa/webauthn/login/", views.LogInWithKey.as_view()),
    path("2fa/webauthn/reauthenticate/", views.ReauthenticateWithKey.as_view()),
    path("logout/", views.LogOut.as_view()),
    path("2fa/", views.SecondStep.as_view()),
    path("2fa/totp/activate/", views.ActivateTOTP.as_view()),
    path("2fa/webauthn/add/", views.AddWebAuthn.as_view()),
    path("2fa/recovery-codes/", views.RecoveryCodes.as_view()),
    path("", include("allauth.urls")),
]
