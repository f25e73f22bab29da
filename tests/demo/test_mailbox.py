"""The demo's mailbox: a real SMTP server as `make run` starts it, and the pages that show what arrived."""

from __future__ import annotations

import os
import smtplib
import subprocess
import sys
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from dev.services import free_port
from dev.steps import ROOT
from portal.demo import mailbox
from tests.services.processes import wait_until

pytestmark = pytest.mark.urls("tests.demo.urls")
HTML = "<html><head><style>p { color: red; }</style></head><body><p>Hej Åsa</p></body></html>"


@pytest.fixture(autouse=True)
def var_dir(settings: Settings, tmp_path: Path) -> Path:
    settings.VAR_DIR = tmp_path
    return tmp_path


def mail(subject: str = "Tack, Åsa") -> EmailMessage:
    message = EmailMessage()
    message["Subject"], message["From"], message["To"] = subject, "samspel@skr.example", "asa@kommun.example"
    message["Message-ID"] = "<abc@localhost>"
    message.set_content("Hej Åsa!\nÖppna http://localhost/program/\n<b>inte fet</b>")
    message.add_alternative(HTML, subtype="html")
    return message


@pytest.fixture
def server(var_dir: Path) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    port = free_port()
    environment = os.environ | {"VAR_DIR": str(var_dir), "EMAIL_HOST": "127.0.0.1", "EMAIL_PORT": str(port)}
    process = subprocess.Popen([sys.executable, "manage.py", "demo_mailbox"], cwd=ROOT, env=environment)
    wait_until(lambda: _answers(port), "the mailbox answers")
    yield process, port
    process.kill()
    process.wait()


def _answers(port: int) -> bool:
    try:
        smtplib.SMTP("127.0.0.1", port, timeout=5).quit()
    except OSError:
        return False
    return True


def test_a_mail_over_smtp_becomes_a_file_and_sigterm_ends_the_server(
    server: tuple[subprocess.Popen[bytes], int],
) -> None:
    process, port = server

    with smtplib.SMTP("127.0.0.1", port, timeout=5) as connection:
        connection.send_message(mail())
    process.terminate()

    assert process.wait(timeout=10) == 0
    [name] = mailbox.names()
    stored = mailbox.read(name)
    assert stored is not None
    assert (stored.subject, stored.recipient) == ("Tack, Åsa", "asa@kommun.example")
    assert stored.html.strip() == HTML


def test_the_list_shows_the_newest_first(client: Client) -> None:
    for number in (1, 2, 3):
        mailbox.store(mail(f"Brev {number}").as_bytes())

    page = client.get(reverse("demo_mailbox"))

    assert [shown.subject for shown in page.context["mails"]] == ["Brev 3", "Brev 2", "Brev 1"]


def test_an_empty_mailbox_says_so(client: Client) -> None:
    assert "Brevlådan är tom" in client.get(reverse("demo_mailbox")).content.decode()


def test_a_mail_is_shown_as_text_and_as_html_that_runs_nothing(client: Client) -> None:
    name = mailbox.store(mail().as_bytes())

    page = client.get(reverse("demo_message", args=[name]))
    frame = client.get(reverse("demo_message_html", args=[name]))

    text = page.content.decode()
    assert '<a href="http://localhost/program/"' in text
    assert "&lt;b&gt;inte fet&lt;/b&gt;" in text
    assert "&lt;abc@localhost&gt;" in text
    assert "default-src 'none'" in frame.headers["Content-Security-Policy"]
    assert '<base target="_blank">' in frame.content.decode()


@pytest.mark.parametrize("name", ["finns-inte", "settings", "log-in"])
def test_no_other_file_can_be_read(client: Client, var_dir: Path, name: str) -> None:
    (var_dir / "settings.eml").write_text("hemligt")

    assert client.get(f"/demo/brevlada/{name}/").status_code == 404
    assert client.get(f"/demo/brevlada/{name}/html/").status_code == 404
