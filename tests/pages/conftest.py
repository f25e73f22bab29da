"""The pages as they are after `load_reference_data`, without the organisations that no page here shows."""

from __future__ import annotations

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from portal.accounts.models import User
from portal.pages.actions.content import load_pages
from programs.actions.catalogue import load_programmes


@pytest.fixture
def pages(db: None) -> None:
    load_programmes()
    load_pages()


@pytest.fixture
def staff_client(db: None) -> Client:
    """A member of staff who has passed the second step of the log-in, which is tested elsewhere."""
    user = User.objects.create_superuser("redaktor@skr.example")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={})
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = client.session
    session["account_authentication_methods"] = [{"method": "mfa", "at": 0.0}]
    session["account_authentication_methods_user"] = str(user.pk)
    # Tests travel in time; the session does not end under way.
    session.set_expiry(10 * 365 * 24 * 3600)
    session.save()
    return client
