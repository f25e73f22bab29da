"""The files that belong to the repository, as git sees them."""

import subprocess
from functools import cache
from pathlib import Path

from dev.steps import ROOT


@cache
def tracked(*patterns: str) -> tuple[Path, ...]:
    """Also what is new and not ignored, so that a test speaks before the commit."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", *patterns]
    names = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout.split("\0")
    return tuple(ROOT / name for name in names if name and (ROOT / name).is_file())


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))
