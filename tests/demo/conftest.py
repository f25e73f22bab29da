"""The demo, loaded as `make run` does. Rate limits live in the cache's table, which no flush empties."""

from collections.abc import Iterator
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import call_command

LOADED_FIRST = ("load_organisations", "load_key_figures", "load_programmes", "load_templates")


@pytest.fixture(autouse=True)
def fresh_cache(db: None) -> Iterator[None]:
    yield
    cache.clear()


@pytest.fixture
def demo() -> str:
    """What the command said."""
    for name in LOADED_FIRST:
        call_command(name, stdout=StringIO())
    call_command("load_demo", stdout=(said := StringIO()))
    return said.getvalue()
