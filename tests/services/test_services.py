"""The services that other tests trust: they start, they fail on demand, they end."""

import json
import smtplib
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest
from redis.exceptions import RedisError

from tests import environment
from tests.services.redis import RedisServer
from tests.services.servers import CeleryBeat, CeleryWorker, ProductionServer
from tests.services.smtp import Behaviour, SmtpServer


def _send() -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "a@example.se", "b@example.se", "Åse"
    message.set_content("Hej")
    with smtplib.SMTP("127.0.0.1", environment.SMTP_PORT, timeout=1) as client:
        client.send_message(message)


def test_smtp_keeps_what_arrives(smtp_server: SmtpServer) -> None:
    _send()
    (mail,) = smtp_server.wait_for(1)
    assert (mail.sender, mail.recipients) == ("a@example.se", ("b@example.se",))
    assert (mail.subject, mail.text) == ("Åse", "Hej\n")


@pytest.mark.parametrize(
    ("behaviour", "error", "kept"),
    [
        (Behaviour.REFUSE, smtplib.SMTPDataError, 0),
        (Behaviour.LATER, smtplib.SMTPDataError, 0),
        (Behaviour.REFUSE_RECIPIENT, smtplib.SMTPRecipientsRefused, 0),
        (Behaviour.RECIPIENT_LATER, smtplib.SMTPRecipientsRefused, 0),
        (Behaviour.HANG, smtplib.SMTPServerDisconnected, 0),
        (Behaviour.DROP, smtplib.SMTPServerDisconnected, 1),
    ],
)
def test_smtp_can_be_unkind(smtp_server: SmtpServer, behaviour: Behaviour, error: type[Exception], kept: int) -> None:
    smtp_server.behaviour = behaviour
    with pytest.raises(error):
        _send()
    assert len(smtp_server.mails) == kept


def test_smtp_is_down_between_stop_and_start(smtp_server: SmtpServer) -> None:
    smtp_server.stop()
    with pytest.raises(ConnectionRefusedError):
        _send()
    smtp_server.start()
    _send()
    assert len(smtp_server.wait_for(1)) == 1


def test_redis_can_hang_lose_all_and_die(redis_server: RedisServer) -> None:
    client = redis_server.client()
    client.set("key", "value")
    redis_server.pause()
    with pytest.raises(RedisError):
        client.get("key")
    redis_server.resume()
    redis_server.flush()
    assert redis_server.client().get("key") is None
    redis_server.kill()
    assert not redis_server.answers()
    redis_server.start()
    assert redis_server.answers()
    client.close()


@pytest.mark.django_db(transaction=True)
def test_the_worker_starts_dies_and_comes_back(celery_worker_process: CeleryWorker) -> None:
    celery_worker_process.kill()
    assert not celery_worker_process.running
    celery_worker_process.start()
    assert celery_worker_process.running


@pytest.mark.django_db(transaction=True)
def test_beat_starts(celery_beat_process: CeleryBeat) -> None:
    assert celery_beat_process.running


@pytest.mark.django_db(transaction=True)
def test_production_serves_hashed_files_and_no_debug_pages(
    production_server: Callable[..., ProductionServer], collected_static: Path
) -> None:
    server = production_server()
    hashed = json.loads((collected_static / "staticfiles.json").read_text())["paths"]["portal.css"]
    with httpx.Client(base_url=server.url) as client:
        style = client.get(f"/static/{hashed}")
        missing = client.get("/demo/komponenter/")
    assert (style.status_code, "immutable" in style.headers["Cache-Control"]) == (200, True)
    assert missing.status_code == 404
