"""Who logs out leaves nothing behind in the browser."""

import pytest
from django.test import Client
from django.urls import reverse

from portal.accounts.models import User
from tests.accounts.people import log_in, make_staff


@pytest.mark.django_db
@pytest.mark.parametrize("door", ["account_logout", "admin:logout"])
def test_logging_out_empties_what_the_browser_kept(client: Client, door: str) -> None:
    log_in(client, make_staff())
    response = client.post(reverse(door))
    assert response.status_code == 302
    assert response["Clear-Site-Data"] == '"storage"'
    assert "_auth_user_id" not in client.session


@pytest.mark.django_db
def test_asking_whether_one_wants_to_leave_empties_nothing(client: Client) -> None:
    client.force_login(User.objects.create_user("nn@kommun.example"))
    response = client.get(reverse("account_logout"))
    assert response.status_code == 200
    assert "Clear-Site-Data" not in response
