"""Everything that staff reads in lists has a Swedish name: events of the trail, letters."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client

from portal.core.admin_site import site
from tests.accounts.people import log_in, make_staff

ROOT = Path(settings.BASE_DIR)
NAME = re.compile(r"[a-z]+(_[a-z]+)*")
APPS = ("portal", "programs", "agreements", "media_catalog")


def _events(source: Path) -> Iterator[str]:
    """The event of each `audit.record("…", …)` of a file, written there or given a name right before."""
    tree = ast.parse(source.read_text())
    for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
        if ast.unparse(call.func) == "audit.record":
            found = [*_texts(call.args[0], tree)]
            assert found, f"{source}:{call.lineno}"
            yield from found


def _texts(value: ast.expr, tree: ast.Module) -> Iterator[str]:
    given = [value]
    if isinstance(value, ast.Name):
        assigned = (node for node in ast.walk(tree) if isinstance(node, ast.Assign))
        given = [node.value for node in assigned if ast.unparse(node.targets[0]) == value.id]
    for one in given:
        if isinstance(one, ast.JoinedStr):
            yield from _put_together(one, tree)
        else:
            yield from _strings(one)


def _put_together(value: ast.JoinedStr, tree: ast.Module) -> Iterator[str]:
    """`f"programs.{step.name}"` with each name that the file gives to a function or a class of its own."""
    pieces = [piece.value if isinstance(piece, ast.Constant) else None for piece in value.values]
    assert pieces.count(None) == 1, ast.unparse(value)
    here = {node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef | ast.FunctionDef)}
    calls = (node for node in ast.walk(tree) if isinstance(node, ast.Call) and ast.unparse(node.func) in here)
    arguments = (argument for call in calls for argument in call.args if isinstance(argument, ast.Constant))
    texts = (argument.value for argument in arguments if isinstance(argument.value, str))
    for name in sorted({text for text in texts if NAME.fullmatch(text)}):
        yield "".join(name if piece is None else str(piece) for piece in pieces)


def _strings(value: ast.expr) -> Iterator[str]:
    texts = (node.value for node in ast.walk(value) if isinstance(node, ast.Constant))
    yield from (text for text in texts if isinstance(text, str))


def recorded_events() -> list[str]:
    files = (file for app in APPS for file in (ROOT / app).rglob("*.py"))
    return sorted({event for file in files for event in _events(file)})


def letters() -> list[str]:
    folder = ROOT / "templates" / "mail"
    return sorted(str(path.relative_to(folder)).removesuffix(".subject.txt") for path in folder.glob("*/*.subject.txt"))


def test_there_is_something_to_name() -> None:
    assert len([event for event in recorded_events() if event.startswith("agreements.")]) >= 20
    assert len(letters()) >= 20


@pytest.mark.parametrize("event", recorded_events())
def test_every_event_of_the_trail_has_a_name(event: str) -> None:
    assert event in dict(site.event_labels())


@pytest.mark.parametrize("letter", letters())
def test_every_letter_has_a_name_and_those_of_a_pair_are_read_by_nobody_else(letter: str) -> None:
    assert letter in dict(site.letter_labels())
    assert (letter in site.letters_between_others) == letter.startswith("agreements/")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path", ["core/", "core/outgoingmail/", "accounts/user/add/", "programs/cohort/", "core/disposal/person/"]
)
def test_the_front_page_has_one_name_above_every_page(path: str) -> None:
    page = log_in(Client(), make_staff()).get(f"/admin/{path}").content

    first = BeautifulSoup(page, "html.parser").select_one(".breadcrumbs a[href='/admin/']")
    assert first is not None
    assert first.get_text() == "Översikt"
