"""`manage.py load_roles`: make the staff roles, and let them do what `portal.accounts.permissions` says."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from portal.accounts.actions import ensure_groups


class Command(BaseCommand):
    help = "Make the staff roles; safe to run again."

    def handle(self, *args: Any, **options: Any) -> None:
        group = ensure_groups()
        self.stdout.write(f"Roles: {group.name} with {group.permissions.count()} permissions.")
