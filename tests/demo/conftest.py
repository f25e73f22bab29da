"""Rate limits live in the cache's table, which no flush between transactional tests empties."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache


@pytest.fixture(autouse=True)
def fresh_cache(db: None) -> Iterator[None]:
    yield
    cache.clear()
