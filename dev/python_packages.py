"""The virtual environment and the locked packages in it."""

import sys
import venv
from pathlib import Path

from dev import stamps
from dev.steps import ROOT, run, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "samspel.json"
LOCKS = {"run": ROOT / "requirements" / "run.txt", "test": ROOT / "requirements" / "test.txt"}


def install(purpose: str) -> None:
    if not PYTHON.exists():
        with step("virtual environment .venv"):
            venv.create(VENV, with_pip=True, symlinks=True)
    if stamps.is_current(STAMP, purpose, _digest(purpose)):
        return
    with step(f"Python packages of requirements/{purpose}.txt (minutes the first time)"):
        run([PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", "--only-binary", ":all:",
             "--require-hashes", "-r", LOCKS[purpose]])  # fmt: skip
    # The repository is importable from everywhere: pytest, mypy and celery find it whatever the working folder is.
    (site_packages() / "samspel.pth").write_text(f"{ROOT}\n")
    stamps.write(STAMP, **{each: _digest(each) for each in _covered_by(purpose)})


def _covered_by(purpose: str) -> list[str]:
    """The test lock holds all that the run lock holds, in the same versions."""
    return ["run", "test"] if purpose == "test" else ["run"]


def _digest(purpose: str) -> str:
    return stamps.digest([LOCKS[purpose]], salt=sys.version)


def site_packages() -> Path:
    return Path(run([PYTHON, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"]).strip())
