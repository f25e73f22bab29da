"""The database refuses to change an approved version. (Deleting is for the purge, which takes the whole agreement.)"""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARDS = {
    "postgresql": """
        CREATE FUNCTION agreements_version_never_changes() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'A version never changes.' USING ERRCODE = 'integrity_constraint_violation'; END $$;
        CREATE TRIGGER version_never_changes BEFORE UPDATE ON agreements_version
        FOR EACH ROW EXECUTE FUNCTION agreements_version_never_changes();
    """,
    "sqlite": """
        CREATE TRIGGER version_never_changes BEFORE UPDATE ON agreements_version
        BEGIN SELECT RAISE(ABORT, 'A version never changes.'); END;
    """,
}
BACKWARDS = {
    "postgresql": (
        "DROP TRIGGER version_never_changes ON agreements_version; DROP FUNCTION agreements_version_never_changes();"
    ),
    "sqlite": "DROP TRIGGER version_never_changes;",
}


def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(FORWARDS[editor.connection.vendor])


def backwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(BACKWARDS[editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("agreements", "0002_constraints")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
