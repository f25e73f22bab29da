"""Fixtures for the tests of the ground."""

from __future__ import annotations

from pathlib import Path

import pytest
from pytest_django import Settings

from tests.core.letters import write_templates


@pytest.fixture
def letters(settings: Settings, tmp_path: Path) -> None:
    """The letter `tests/hello` can be queued."""
    write_templates(tmp_path / "templates")
    (engine,) = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path / "templates", *engine["DIRS"]]}]
