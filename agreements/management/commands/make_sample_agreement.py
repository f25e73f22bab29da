"""Make the sample paper anew, after its text or the look of papers has changed. The file is package data."""

from typing import Any

from django.core.management.base import BaseCommand

from agreements.pdf import agreement_pdf
from agreements.sample import FILE, sample_sheet


class Command(BaseCommand):
    help = "Make agreements/data/exempel.pdf of exempel.toml."

    def handle(self, *args: Any, **options: Any) -> None:
        FILE.write_bytes(agreement_pdf(sample_sheet()))
        self.stdout.write(f"{FILE.name}: {FILE.stat().st_size} byte")
