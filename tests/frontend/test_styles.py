"""The built sheets, as browsers get them."""

from __future__ import annotations

import pytest

from dev.steps import ROOT

SHEET = ROOT / "static" / "dist" / "portal.css"


@pytest.mark.parametrize("declaration", ["hyphens:auto", "text-size-adjust:100%"])
def test_an_older_iphone_is_told_in_its_own_words(declaration: str) -> None:
    """Long words break with a hyphen, and text keeps its size when the phone is turned: there only with the prefix."""
    sheet = SHEET.read_text(encoding="utf-8")
    assert f"-webkit-{declaration}" in sheet
    assert sheet.count(declaration) > sheet.count(f"-webkit-{declaration}")
