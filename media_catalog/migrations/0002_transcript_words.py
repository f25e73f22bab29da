"""An index of the words of every transcript, so that a search reads no transcript that it does not need.

A plain LIKE over the transcripts of 1,000 items (42 MB) takes 50 to 160 ms, with this index it takes one or two (bench/README.md).
Each database has its own kind: FTS5 of SQLite, kept by triggers, and a text index of PostgreSQL. Both index the same words: the
column holds nothing but folded words and spaces.
"""

from typing import ClassVar

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

FORWARDS = {
    "postgresql": [
        # Without fastupdate: a long list of what is not in the index yet would make the planner read everything instead.
        "CREATE INDEX transcript_words ON media_catalog_transcript"
        " USING gin (to_tsvector('simple', search_text)) WITH (fastupdate = off)"
    ],
    "sqlite": [
        "CREATE VIRTUAL TABLE media_catalog_transcript_words USING fts5(search_text,"
        " content='media_catalog_transcript', content_rowid='id', tokenize='unicode61 remove_diacritics 0')",
        "CREATE TRIGGER transcript_words_insert AFTER INSERT ON media_catalog_transcript BEGIN"
        " INSERT INTO media_catalog_transcript_words (rowid, search_text) VALUES (new.id, new.search_text); END",
        "CREATE TRIGGER transcript_words_delete AFTER DELETE ON media_catalog_transcript BEGIN"
        " INSERT INTO media_catalog_transcript_words (media_catalog_transcript_words, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text); END",
        "CREATE TRIGGER transcript_words_update AFTER UPDATE OF search_text ON media_catalog_transcript BEGIN"
        " INSERT INTO media_catalog_transcript_words (media_catalog_transcript_words, rowid, search_text)"
        " VALUES ('delete', old.id, old.search_text);"
        " INSERT INTO media_catalog_transcript_words (rowid, search_text) VALUES (new.id, new.search_text); END",
    ],
}
BACKWARDS = {
    "postgresql": ["DROP INDEX transcript_words"],
    "sqlite": [
        "DROP TRIGGER transcript_words_update",
        "DROP TRIGGER transcript_words_delete",
        "DROP TRIGGER transcript_words_insert",
        "DROP TABLE media_catalog_transcript_words",
    ],
}


def forwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in FORWARDS[editor.connection.vendor]:
        editor.execute(statement)


def backwards(_apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    for statement in BACKWARDS[editor.connection.vendor]:
        editor.execute(statement)


class Migration(migrations.Migration):
    dependencies: ClassVar = [("media_catalog", "0001_initial")]
    operations: ClassVar = [migrations.RunPython(forwards, backwards)]
