"""Accounts are found by their address in small letters; those made before are written so too."""

from django.db import migrations
from django.db.models.functions import Lower


def write_small(apps, _schema_editor):
    apps.get_model("accounts", "User").objects.update(email=Lower("email"))


class Migration(migrations.Migration):
    dependencies = [("accounts", "0002_accounts_have_a_last_day")]
    operations = [migrations.RunPython(write_small, migrations.RunPython.noop)]
