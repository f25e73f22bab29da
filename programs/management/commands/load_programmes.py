"""`manage.py load_programmes`: add the programmes and cohorts that are missing, and say which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from programs.actions.catalogue import load_programmes


class Command(BaseCommand):
    help = "Load the known programmes and cohorts; keeps what exists; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_programmes()
        for name in report.added:
            self.stdout.write(f"  added {name}")
        self.stdout.write(f"Programmes and cohorts: {len(report.added)} added, {len(report.kept)} kept.")
