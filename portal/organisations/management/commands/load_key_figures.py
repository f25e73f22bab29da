"""`manage.py load_key_figures`: which key figures we show; their values come from Kolada."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.organisations.actions import load_key_figures


class Command(BaseCommand):
    help = "Load the list of key figures (no values); safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"Key figures: {load_key_figures()}.")
