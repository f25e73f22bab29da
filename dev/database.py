"""Brings the database of `make run` up to date: tables, reference data, demo data. Runs inside Django."""

import os
from io import StringIO
from pathlib import Path

import django
from django.core.management import call_command

from dev.steps import VAR, step

# What the demo loader says about who can log in; `dev.run` shows it beside the address.
LOG_IN = VAR / "log-in.txt"


def main() -> None:
    with step("database tables"):
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
        django.setup()
        call_command("migrate", verbosity=0, interactive=False)
    with step("reference data"):
        call_command("load_reference_data", stdout=StringIO())
    with step("demo data"):
        call_command("load_demo", stdout=(said := StringIO()))
    Path(LOG_IN).write_text(said.getvalue())


if __name__ == "__main__":
    main()
