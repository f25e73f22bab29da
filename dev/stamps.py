"""Remembers what a step was done from, so that the next start can skip it."""

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path


def digest(paths: Iterable[Path], *, salt: str = "") -> str:
    """One hash over names and contents; a folder stands for all the files in it."""
    total = hashlib.sha256(salt.encode())
    for path in sorted(_files(paths)):
        total.update(f"{path.name}\0{path.parent.name}\0".encode())
        total.update(path.read_bytes())
    return total.hexdigest()


def _files(paths: Iterable[Path]) -> Iterable[Path]:
    for path in paths:
        if path.is_dir():
            yield from (inside for inside in path.rglob("*") if inside.is_file())
        elif path.exists():
            yield path


def is_current(stamp: Path, name: str, value: str) -> bool:
    return bool(_read(stamp).get(name) == value)


def write(stamp: Path, **values: str) -> None:
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(json.dumps(_read(stamp) | values, indent=1, sort_keys=True) + "\n")


def _read(stamp: Path) -> dict[str, str]:
    if not stamp.exists():
        return {}
    content: dict[str, str] = json.loads(stamp.read_text())
    return content
