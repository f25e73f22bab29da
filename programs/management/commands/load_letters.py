"""`manage.py load_letters`: add the letter templates that are missing, and say which."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from programs.actions.letters import load_letters


class Command(BaseCommand):
    help = "Load the templates of letters to a cohort; keeps what staff has worded; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        added = load_letters()
        for kind in added:
            self.stdout.write(f"  added {kind}")
        self.stdout.write(f"Letter templates: {len(added)} added.")
