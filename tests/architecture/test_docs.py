"""The documents say what is true: each variable, each decision, each link."""

import re

from dev.steps import ROOT
from tests.architecture.files import name, tracked

ADR = re.compile(r"ADR (\d{4})|docs/adr/(\d{4})")


def test_operations_explains_every_variable() -> None:
    sources = [ROOT / "portal" / "settings.py", ROOT / "gunicorn.conf.py", ROOT / "docker-compose.yml"]
    read = {
        variable
        for source in sources
        for found in re.findall(
            r"env\.\w+\(\s*\"(\w+)|environ\.get\([\"'](\w+)|^ {6}(\w+): ", source.read_text(), re.MULTILINE
        )
        for variable in found
        if variable.isupper() and not variable.startswith("POSTGRES_")
    }
    explained = set(re.findall(r"`([A-Z0-9_]+)`", (ROOT / "docs" / "operations.md").read_text()))
    assert read - explained == set()


def test_every_decision_that_is_named_is_recorded() -> None:
    recorded = {path.name[:4] for path in tracked("docs/adr/*.md")}
    named = {
        f"{found[0] or found[1]} in {name(path)}"
        for path in tracked("*.py", "*.md", "*.yml", "*.html")
        for found in ADR.findall(path.read_text())
        if (found[0] or found[1]) not in recorded
    }
    assert named == set()


def test_links_between_documents_lead_somewhere() -> None:
    broken = [
        f"{name(path)}: {target}"
        for path in tracked("*.md")
        for target in re.findall(r"\]\((?!https?:|#|mailto:)([^)#]+)", path.read_text())
        if not (path.parent / target).exists()
    ]
    assert broken == []
