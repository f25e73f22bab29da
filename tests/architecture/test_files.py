"""What every file of the house keeps to."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.files import name, tracked

MOST_LINES = 400
LONGEST_FUNCTION = 50
# Written in pieces, so that this file is not the one place that names them.
REGISTRIES = ("pypi" + ".org", "python" + "hosted.org", "registry." + "npmjs.org")
MACHINE_PATH = re.compile(r"(?<![\w.~}])/(home|root|work|Users)/\w")
# A block of JSON is data: it is never run and our policy lets it be.
INLINE = re.compile(
    r"<script(?![^>]*\b(?:src=|type=\"application/(?:ld\+)?json\"))|<style\b|\sstyle\s*=|\son[a-z]+\s*=\s*[\"']|javascript:",
    re.IGNORECASE,
)
# A mail program applies no style sheet of ours, so letters carry their styles themselves.
LETTERS = "templates/mail/"
TEXT = (
    "*.py",
    "*.ts",
    "*.css",
    "*.html",
    "*.txt",
    "*.md",
    "*.toml",
    "*.json",
    "*.yml",
    "*.mjs",
    "Makefile",
    "Dockerfile",
)


def _lines(*patterns: str) -> Iterator[tuple[str, str]]:
    """Each line with its place."""
    for path in tracked(*patterns):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            yield f"{name(path)}:{number}", line


def test_no_file_grows_beyond_reading() -> None:
    sizes = {name(path): len(path.read_text().splitlines()) for path in tracked("*.py", "*.ts")}
    assert {path: size for path, size in sizes.items() if size > MOST_LINES} == {}


def test_no_function_grows_beyond_reading() -> None:
    found = {
        f"{name(path)}:{node.lineno} {node.name}": length
        for path in tracked("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or 0) - node.lineno + 1) > LONGEST_FUNCTION
    }
    assert found == {}


def test_no_page_carries_script_or_style_inside() -> None:
    found = [
        f"{place}: {line.strip()}"
        for place, line in _lines("templates/*.html", "*/templates/*.html")
        if INLINE.search(line) and not place.startswith(LETTERS)
    ]
    assert found == []


def test_no_python_writes_inline_script_or_style() -> None:
    found = [
        f"{place}: {line.strip()}"
        for place, line in _lines("portal/*.py", "programs/*.py")
        if re.search(r"<script|<style\b|\bstyle=[\"'\\]|\bon(click|change|submit|load)=", line)
        and "re.compile" not in line
    ]
    assert found == []


def test_nothing_names_a_registry_or_a_machine() -> None:
    found = [
        f"{place}: {line.strip()[:120]}"
        for place, line in _lines(*TEXT, ".ci/*", "requirements/*")
        if MACHINE_PATH.search(line) or any(host in line for host in REGISTRIES)
    ]
    assert found == []


def test_generic_drawers_do_not_appear() -> None:
    drawers = {"utils", "helpers", "common", "services"}
    modules = tracked("portal/*.py", "programs/*.py")
    assert [name(path) for path in modules if drawers & {path.stem, *_folders(path)}] == []


def _folders(path: Path) -> set[str]:
    return set(Path(name(path)).parts[:-1])
