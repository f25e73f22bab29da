"""The paper of a version is made once, by one worker, and never again."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from celery import current_app
from django.db import IntegrityError, connections, transaction
from django.utils import timezone

from agreements import tasks
from agreements.actions.papers import make_paper
from agreements.models import Paper, Version
from agreements.models.papers import LEASE, MOST_ATTEMPTS
from agreements.pdf import version_pdf
from agreements.queries.papers import check_fingerprint, file_of, versions_to_print
from agreements.schedules import sweep_papers
from agreements.states import PaperState
from agreements.tasks import make_pdf
from portal.core import doorbell
from portal.core.models import AuditEvent
from tests.agreements.builders import Pair, make_pair
from tests.agreements.test_agreeing import approve_both
from tests.services.pdf_validator import assert_archival_and_accessible
from tests.services.processes import wait_until

pytestmark = pytest.mark.django_db


def approved() -> tuple[Pair, Version]:
    pair = make_pair()
    pair.write(pair.chair, "fokus", "Skolan 👍")
    return pair, approve_both(pair)


@pytest.fixture
def renderings(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The versions that were rendered."""
    made: list[int] = []
    real = version_pdf

    def counted(version: Version) -> bytes:
        made.append(version.pk)
        return real(version)

    monkeypatch.setattr(tasks, "version_pdf", counted)
    return made


def broken(version: Version) -> bytes:
    raise OSError("no room on the disk")


def test_a_worker_makes_and_stores_it_with_its_fingerprint() -> None:
    _pair, version = approved()
    make_pdf(version.pk)

    paper = Paper.objects.get(version=version)
    content = bytes(paper.content or b"")
    assert (paper.state, paper.sha256) == (PaperState.DONE, hashlib.sha256(content).hexdigest())
    assert_archival_and_accessible(content)
    event = AuditEvent.objects.get(event="agreements.paper_made")
    assert event.data == {"version": 1, "sha256": paper.sha256, "bytes": len(content)}


def test_it_is_never_rendered_anew(renderings: list[int]) -> None:
    pair, version = approved()
    make_pdf(version.pk)
    first = file_of(version)
    make_pdf(version.pk)
    sweep_papers()
    make_paper(version, by=pair.chair)
    pair.chair.name = "Någon annan"
    pair.chair.save()
    make_pdf(version.pk)

    assert renderings == [version.pk]
    assert file_of(version) == first


def test_what_is_stored_is_not_replaced() -> None:
    _pair, version = approved()
    make_pdf(version.pk)
    paper = Paper.objects.get(version=version)

    assert Paper.objects.keep(paper.pk, b"annat", "0" * 64, timezone.now()) is False
    assert paper.content is not None
    assert file_of(version) == bytes(paper.content)


def test_a_version_that_is_gone_is_no_fault() -> None:
    make_pdf(4711)

    assert not Paper.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_several_workers_one_makes_it(renderings: list[int]) -> None:
    _pair, version = approved()
    Paper.objects.create(version=version)

    def work(_number: int) -> None:
        make_pdf(version.pk)
        connections.close_all()

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(work, range(4)))

    assert renderings == [version.pk]
    assert Paper.objects.get().attempts == 1


def test_a_failure_is_tried_again_and_at_last_told(monkeypatch: pytest.MonkeyPatch) -> None:
    pair, version = approved()
    with monkeypatch.context() as patch:
        patch.setattr(tasks, "version_pdf", broken)
        for _ in range(MOST_ATTEMPTS):
            with pytest.raises(OSError, match="no room"):
                make_pdf(version.pk)
        make_pdf(version.pk)
    assert Paper.objects.get().state == PaperState.FAILED

    make_paper(version, by=pair.chief)
    make_pdf(version.pk)

    assert Paper.objects.get().state == PaperState.DONE
    assert AuditEvent.objects.filter(event="agreements.paper_retried").count() == 1


def test_what_a_dead_worker_held_is_taken_over() -> None:
    _pair, version = approved()
    now = timezone.now()
    paper = Paper.objects.create(version=version)
    assert Paper.objects.claim(paper.pk, now)

    assert versions_to_print(now) == []
    assert versions_to_print(now + LEASE + timedelta(seconds=1)) == [version.pk]


def test_a_paper_that_takes_every_worker_with_it_is_given_up() -> None:
    _pair, version = approved()
    past = timezone.now() - 2 * LEASE
    Paper.objects.create(version=version, state=PaperState.MAKING, attempts=MOST_ATTEMPTS, claimed_until=past)
    Paper.objects.give_up(timezone.now())

    assert Paper.objects.get().state == PaperState.FAILED


def test_the_sweep_finds_versions_that_nobody_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    _pair, version = approved()
    sent: list[tuple[Any, ...]] = []
    monkeypatch.setattr(make_pdf, "delay", lambda *args: sent.append(args))
    sweep_papers()

    assert sent == [(version.pk,)]


@pytest.mark.django_db(transaction=True)
def test_the_second_approval_rings_for_the_paper(monkeypatch: pytest.MonkeyPatch) -> None:
    rings: list[tuple[Any, ...]] = []
    monkeypatch.setattr(doorbell, "ring", lambda *args: rings.append(args))
    _pair, version = approved()

    assert (version.pk, make_pdf.name) in rings
    assert make_pdf.name in current_app.tasks


@pytest.mark.parametrize(
    "values", [{"state": "done"}, {"state": "waiting", "sha256": "0" * 64}, {"state": "odd"}], ids=str
)
def test_the_database_refuses_half_a_paper(values: dict[str, str]) -> None:
    _pair, version = approved()
    with pytest.raises(IntegrityError), transaction.atomic():
        Paper.objects.create(version=version, **values)


def test_a_fingerprint_is_known_by_the_file_and_by_what_is_printed() -> None:
    _pair, version = approved()
    make_pdf(version.pk)
    paper = Paper.objects.get()

    by_file, by_content = check_fingerprint(paper.sha256), check_fingerprint(version.content_hash)
    assert (by_file.approved_at, by_file.is_file) == (version.frozen_at, True)
    assert (by_content.approved_at, by_content.is_file) == (version.frozen_at, False)
    assert not check_fingerprint("0" * 64).is_known


@pytest.mark.faults
@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("celery_worker_process")
def test_after_the_second_approval_a_real_worker_makes_it_within_seconds() -> None:
    _pair, version = approved()

    wait_until(lambda: file_of(version) is not None, "the paper is made")
    assert hashlib.sha256(file_of(version) or b"").hexdigest() == Paper.objects.get().sha256
