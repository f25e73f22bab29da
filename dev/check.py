"""`make check`: every linter, each on its own line; all of them run even when one complains."""

import os
import subprocess
import sys
import time
from subprocess import PIPE, STDOUT

from dev.steps import ROOT

BIN = ROOT / ".venv" / "bin"
# Linters start Django too; they need a key, but no secret one.
ENVIRONMENT = {"SECRET_KEY": "only-for-linters", "DEBUG": "1", "REDIS_URL": "redis://127.0.0.1:1/0"}
FRONTEND = [str(BIN / "python"), "-m", "dev.frontend"]
CHECKS: dict[str, list[str]] = {
    "ruff": [str(BIN / "ruff"), "check", "--quiet"],
    "ruff format": [str(BIN / "ruff"), "format", "--check", "--quiet"],
    "import contracts": [str(BIN / "lint-imports")],
    "templates": [str(BIN / "djlint"), "--lint", "--quiet", "templates"],
    "TypeScript and CSS": [*FRONTEND, "biome", "ci", "--colors=off"],
    "TypeScript types": [*FRONTEND, "tsc", "--noEmit"],
    "migrations": [str(BIN / "python"), "manage.py", "makemigrations", "--check", "--dry-run"],
    "Python types": [str(BIN / "mypy")],
}


def main() -> None:
    failed = [name for name, command in CHECKS.items() if not _passes(name, command)]
    if failed:
        sys.exit(f"make check: {', '.join(failed)} failed.")


def _passes(name: str, command: list[str]) -> bool:
    print(f"  {name} … ", end="", flush=True)
    started = time.monotonic()
    environment = os.environ | ENVIRONMENT
    done = subprocess.run(command, cwd=ROOT, env=environment, check=False, text=True, stdout=PIPE, stderr=STDOUT)
    print(f"{time.monotonic() - started:.1f} s" if done.returncode == 0 else f"failed\n{done.stdout}", flush=True)
    return done.returncode == 0


if __name__ == "__main__":
    main()
