"""The database refuses to change a line of the audit trail. (Removing lines is refused by the model: a test database must
be emptied, which SQLite does with DELETE.)"""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARDS = {
    "postgresql": """
        CREATE FUNCTION core_audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'The audit trail is append-only.' USING ERRCODE = 'integrity_constraint_violation'; END $$;
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON core_auditevent
        FOR EACH ROW EXECUTE FUNCTION core_audit_is_append_only();
    """,
    "sqlite": """
        CREATE TRIGGER audit_is_append_only BEFORE UPDATE ON core_auditevent
        BEGIN SELECT RAISE(ABORT, 'The audit trail is append-only.'); END;
    """,
}
BACKWARDS = {
    "postgresql": "DROP TRIGGER audit_is_append_only ON core_auditevent; DROP FUNCTION core_audit_is_append_only();",
    "sqlite": "DROP TRIGGER audit_is_append_only;",
}


def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(FORWARDS[editor.connection.vendor])


def backwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    editor.execute(BACKWARDS[editor.connection.vendor])


class Migration(migrations.Migration):
    dependencies: ClassVar = [("core", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
