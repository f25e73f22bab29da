from typing import Any

from django.core.management import call_command
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def make_cache_table(apps: Any, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """The table of the database cache; Django has a command for it but no model. Does nothing when it is there."""
    call_command("createcachetable", database=schema_editor.connection.alias, verbosity=0)


class Migration(migrations.Migration):
    dependencies = [("core", "0003_secret_mail")]

    operations = [migrations.RunPython(make_cache_table, migrations.RunPython.noop)]
