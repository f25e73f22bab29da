"""`manage.py person show|export|erase`: one person across everything. The address is read from the standard input."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from portal.core import audit, people
from portal.core.normalisation import BadAddress, clean_address
from portal.core.people import Reader


class Command(BaseCommand):
    help = "Show, export or erase what we hold about an address. The address is no argument: shells remember those."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", choices=["show", "export", "erase"])

    def handle(self, *args: Any, **options: Any) -> None:
        self.stderr.write("E-mail address:")
        try:
            key = clean_address(sys.stdin.readline().strip()).key
        except BadAddress as error:
            raise CommandError("That is no e-mail address.") from error
        {"show": self._show, "export": self._export, "erase": self._erase}[options["what"]](key)

    def _show(self, key: str) -> None:
        for section in people.tell(key, Reader.STAFF):
            self.stdout.write(f"  {section.title}: {len(section.entries)}")
        for kept in people.keeps(key, Reader.STAFF):
            self.stdout.write(f"  Would stay: {kept.what}. {kept.why}")

    def _export(self, key: str) -> None:
        sections = [asdict(section) for section in people.tell(key, Reader.STAFF)]
        self.stdout.write(json.dumps({"uppgifter": sections}, ensure_ascii=False, indent=2))

    def _erase(self, key: str) -> None:
        disposal, kept = people.erase(key, Reader.STAFF, by=audit.SYSTEM)
        for label, number in disposal.counts.items():
            self.stdout.write(f"  {label}: {number}")
        for each in kept:
            self.stdout.write(f"  Stays: {each.what}. {each.why}")
        for label, number in people.traces(key).items():
            self.stdout.write(f"  The address still stands in {label}: {number}")
        self.stdout.write(f"Deleted: {disposal.total} rows.")
