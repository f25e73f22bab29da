"""The page that tells whether a file is one of ours, without a script that reads the file in the browser."""

from __future__ import annotations

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

pytestmark = pytest.mark.django_db


def test_a_refused_page_says_that_the_file_has_to_be_chosen_anew(client: Client) -> None:
    address, file = reverse("agreement_check"), SimpleUploadedFile("avtal.pdf", b"%PDF-1.7")

    refused = client.post(address, {"fingerprint": "abc", "file": file})
    without = client.post(address, {"fingerprint": "abc"})

    assert (refused.status_code, without.status_code) == (422, 422)
    page = BeautifulSoup(refused.content, "html.parser")
    hint = page.select_one("#id_file_helptext")
    assert hint is not None
    assert hint.get_text().startswith("Välj filen en gång till. Den följde inte med när sidan visades igen.")
    assert hint["id"] in str(page.select("#id_file")[0]["aria-describedby"]).split()
    assert "en gång till" not in without.content.decode()
