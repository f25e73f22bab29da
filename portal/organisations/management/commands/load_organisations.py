"""`manage.py load_organisations`: load the municipalities and regions and say what changed."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.organisations.actions import load_organisations


class Command(BaseCommand):
    help = "Load the 290 municipalities and 21 regions; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        report = load_organisations()
        for change in report.changed:
            self.stdout.write(f"  {change.code}: {change.field} {change.before!r} -> {change.after!r}")
        for code in report.deactivated:
            self.stdout.write(f"  {code}: no longer in the list, made inactive")
        for code in report.reactivated:
            self.stdout.write(f"  {code}: in the list again, made active")
        self.stdout.write(
            f"Organisations: {len(report.added)} added, {len({change.code for change in report.changed})} changed, "
            f"{len(report.unchanged)} unchanged, {len(report.deactivated)} made inactive."
        )
