"""What the scripts decide without a page is tested by Node's own test runner, on what esbuild makes of them."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from dev.steps import ROOT

HERE = Path(__file__).parent
MODULES = ROOT / "node_modules" / ".bin"


@pytest.mark.parametrize("name", ["provider", "meeting_list", "empty_paragraph", "spelling", "choices"])
def test_in_node(name: str, tmp_path: Path) -> None:
    bundle = tmp_path / f"{name}.mjs"
    build = [str(MODULES / "esbuild"), str(HERE / f"{name}.test.mjs"), "--bundle", "--platform=node", "--format=esm"]
    subprocess.run([*build, f"--outfile={bundle}", "--log-level=warning"], cwd=ROOT, check=True)
    done = subprocess.run(
        ["node", "--test", str(bundle)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
