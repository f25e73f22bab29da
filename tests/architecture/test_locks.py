"""The locks: exact versions with hashes, without addresses, and the same versions everywhere."""

import json
import re

import pytest

from dev.steps import ROOT

REQUIREMENTS = ROOT / "requirements"
PIN = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^]]*\])?==([^ ;\\]+)", re.MULTILINE)
ASKED = re.compile(r"^([A-Za-z][A-Za-z0-9._-]*)", re.MULTILINE)
NAMES = ("base", "run", "test")


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _pins(lock: str) -> dict[str, str]:
    return {_normal(name): version for name, version in PIN.findall((REQUIREMENTS / f"{lock}.txt").read_text())}


@pytest.mark.parametrize("lock", NAMES)
def test_every_wish_is_locked(lock: str) -> None:
    wishes = {_normal(name) for name in ASKED.findall((REQUIREMENTS / f"{lock}.in").read_text())}
    assert wishes - set(_pins(lock)) == set()


@pytest.mark.parametrize("lock", NAMES)
def test_every_pin_has_hashes_and_no_address(lock: str) -> None:
    text = (REQUIREMENTS / f"{lock}.txt").read_text()
    entries = [entry for entry in re.split(r"\n(?=\w)", text) if PIN.match(entry)]
    assert [entry.splitlines()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert re.findall(r"https?://\S+|file:\S+|--(?:extra-)?index-url.*|--find-links.*", text) == []


def test_what_runs_is_what_was_tested() -> None:
    tested, run, base = _pins("test"), _pins("run"), _pins("base")
    assert run.items() <= tested.items()
    assert base.items() <= run.items()


def test_django_cannot_meet_the_other_driver() -> None:
    """With psycopg 3 installed beside psycopg2 Django takes it without a word (docs/adr/0003)."""
    assert "psycopg" not in _pins("test")


def test_the_npm_lock_has_integrity_and_no_address() -> None:
    packages = json.loads((ROOT / "package-lock.json").read_text())["packages"]
    installed = {name: package for name, package in packages.items() if name}
    assert [name for name, package in installed.items() if not package.get("integrity")] == []
    assert [name for name, package in installed.items() if "resolved" in package] == []


def test_the_npm_lock_agrees_with_package_json() -> None:
    wishes = json.loads((ROOT / "package.json").read_text())
    root = json.loads((ROOT / "package-lock.json").read_text())["packages"][""]
    assert [root[kind] for kind in ("dependencies", "devDependencies")] == [
        wishes[kind] for kind in ("dependencies", "devDependencies")
    ]
