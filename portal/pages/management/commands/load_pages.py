"""`manage.py load_pages`: add the content pages that are missing, and say which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.pages.actions.content import load_pages


class Command(BaseCommand):
    help = "Load the texts of the content pages; keeps what staff has written; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_pages()
        for key in report.added:
            self.stdout.write(f"  added {key}")
        self.stdout.write(f"Pages: {len(report.added)} added, {len(report.kept)} kept.")
