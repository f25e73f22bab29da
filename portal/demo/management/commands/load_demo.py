"""`manage.py load_demo`: staff with a second step, made-up registrations, agreements and films, and how to get in."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from portal.demo.agreements import addresses, ensure_agreements
from portal.demo.cohorts import PARTICIPANT, ensure_cohorts
from portal.demo.media import ensure_media
from portal.demo.orders import ensure_orders
from portal.demo.registrations import ensure_registrations, ensure_summary
from portal.demo.staff import STAFF, ensure_staff


@contextmanager
def _without_warnings(*names: str) -> Iterator[None]:
    """Nobody listens while `make run` prepares the database; the first sweep sends these mails."""
    loggers = [logging.getLogger(name) for name in names]
    before = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for logger, level in zip(loggers, before, strict=True):
            logger.setLevel(level)


class Command(BaseCommand):
    help = "Load the demo's staff, registrations, agreements and films; keeps what exists; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        with _without_warnings("portal.core.doorbell", "agreements.collaboration.hints"):
            self._load()

    def _load(self) -> None:
        ensure_staff()
        added = ensure_registrations()
        ensure_summary()
        placed = ensure_cohorts()
        shown = ensure_media()
        ordered = ensure_orders()
        self.stdout.write(f"  Demo registrations added: {added}")
        self.stdout.write(f"  Demo cohorts filled with people: {placed}")
        self.stdout.write(f"  Demo films and episodes added: {shown}")
        self.stdout.write(f"  Demo agreements added: {ensure_agreements()}")
        self.stdout.write(f"  Demo orders added: {ordered}")
        self.stdout.write(f"  Staff logs in at {settings.SITE_URL}/admin/ with one of these addresses:")
        for member in STAFF:
            self.stdout.write(f"    {member.email}")
        self.stdout.write(f"  Two pairs log in at {settings.SITE_URL}/overenskommelser/ with one of these addresses:")
        for address in addresses():
            self.stdout.write(f"    {address}")
        self.stdout.write(f"  A participant logs in at {settings.SITE_URL}/mina-sidor/ with:")
        self.stdout.write(f"    {PARTICIPANT}")
        self.stdout.write(f"  The code of the mail is in {settings.SITE_URL}/demo/brevlada/")
        self.stdout.write(f"  The code of staff's second step is at {settings.SITE_URL}/demo/")
