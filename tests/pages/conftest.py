"""The pages as they are after `load_reference_data`, without the organisations that no page here shows."""

from __future__ import annotations

import pytest

from portal.pages.actions.content import load_pages
from programs.actions.catalogue import load_programmes


@pytest.fixture
def pages(db: None) -> None:
    load_programmes()
    load_pages()
