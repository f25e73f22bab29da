"""The floors and layers of docs/architecture.md, as written in pyproject.toml."""

import subprocess

from dev.steps import ROOT


def test_all_import_contracts_are_kept() -> None:
    done = subprocess.run(
        [ROOT / ".venv" / "bin" / "lint-imports", "--no-cache"], cwd=ROOT, check=False, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout
