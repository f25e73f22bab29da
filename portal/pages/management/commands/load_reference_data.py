"""`manage.py load_reference_data`: everything that the portal needs to know before its first visitor."""

from __future__ import annotations

from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand

# Each is safe to run again and reports what it did.
COMMANDS = (
    "load_roles",
    "load_organisations",
    "load_key_figures",
    "load_programmes",
    "load_letters",
    "load_templates",
    "load_media",
    "load_pages",
)


class Command(BaseCommand):
    help = "Load roles, organisations, programmes, templates and page texts; keeps what staff wrote; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        for name in COMMANDS:
            call_command(name, stdout=self.stdout, stderr=self.stderr)
