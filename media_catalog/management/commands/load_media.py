"""`manage.py load_media`: add the films, episodes and publications that are missing, and say which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from media_catalog.actions.catalogue import load_media


class Command(BaseCommand):
    help = "Load the known films, episodes and publications; keeps what exists; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_media()
        for name in report.added:
            self.stdout.write(f"  added {name}")
        self.stdout.write(f"Films, episodes and publications: {len(report.added)} added, {len(report.kept)} kept.")
