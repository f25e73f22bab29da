"""What gunicorn has loaded before it forks is all that a registration takes (portal/wsgi.py)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from dev.steps import ROOT
from tests.programs.interest import load_reference_rows
from tests.services.processes import environment
from tests.services.servers import production_settings


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("redis_server")
def test_the_first_visitor_waits_for_nothing_to_be_loaded(database_url: str, collected_static: Path) -> None:
    load_reference_rows()
    env = environment(database_url, **production_settings(collected_static), HTTPS="0")
    command = [sys.executable, "-m", "tests.programs.first_visit"]
    visit = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True, timeout=60)
    assert visit.returncode == 0, visit.stderr
    assert visit.stdout.split() == []
