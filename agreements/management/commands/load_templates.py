"""`manage.py load_templates`: add the agreement templates that are missing, and say which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from agreements.actions.templates import load_templates


class Command(BaseCommand):
    help = "Load the templates of agreements; keeps what exists; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_templates()
        for slug in report.added:
            self.stdout.write(f"  added {slug}")
        self.stdout.write(f"Templates: {len(report.added)} added, {len(report.kept)} kept.")
