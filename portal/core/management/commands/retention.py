"""`manage.py retention`: what goes by its last day, without deleting anything; `--purge` does it now."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from portal.core import retention


class Command(BaseCommand):
    help = "Show what personal data goes until a day (a dry run), or purge what is past its last day."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--until", type=date.fromisoformat, help="look ahead to this day, YYYY-MM-DD (today)")
        parser.add_argument("--purge", action="store_true", help="delete what is past its last day now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["purge"]:
            disposal = retention.purge()
            for label, number in disposal.counts.items():
                self.stdout.write(f"  {label}: {number}")
            self.stdout.write(f"Deleted: {disposal.total} rows.")
            return
        until: date = options["until"] or timezone.localdate()
        due = retention.due(until)
        for each in due:
            self.stdout.write(f"  {each.label}  {each.last_day.isoformat()}  {each.number}")
        self.stdout.write(f"Would be deleted after {until.isoformat()}: {sum(each.number for each in due)} rows.")
