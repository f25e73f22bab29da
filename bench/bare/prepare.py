"""`python -m bench.bare.prepare`: tables and the 311 organisations in the database of DATABASE_URL."""

import csv
import os

import django
from django.apps import apps
from django.core.management import call_command

from dev.steps import ROOT

ORGANISATIONS = ROOT / "portal" / "organisations" / "data" / "organisations.csv"


def main() -> None:
    os.environ["DJANGO_SETTINGS_MODULE"] = "bench.bare.settings"
    django.setup()
    call_command("migrate", run_syncdb=True, verbosity=0)
    model = apps.get_model("bare", "Organisation")
    with ORGANISATIONS.open(encoding="utf-8") as file:
        model._default_manager.bulk_create(model(code=row["code"], name=row["name"]) for row in csv.DictReader(file))


if __name__ == "__main__":
    main()
