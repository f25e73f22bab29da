"""Both servers' applications are loaded for good: nobody looks through them for garbage (portal/garbage.py)."""

import subprocess
import sys
from pathlib import Path

import pytest

from dev.steps import ROOT
from portal.garbage import MIDDLE, OLD, YOUNG
from tests.services.processes import environment
from tests.services.servers import production_settings

SAY = "import gc, portal.{}; print(gc.get_freeze_count(), *gc.get_threshold())"
# Django alone is more objects than this.
MANY = 50_000


@pytest.mark.parametrize("server", ["wsgi", "asgi"])
def test_what_is_loaded_is_frozen(server: str, collected_static: Path) -> None:
    env = environment("sqlite://:memory:", **production_settings(collected_static))
    command = [sys.executable, "-c", SAY.format(server)]
    said = subprocess.run(command, cwd=ROOT, env=env, check=True, capture_output=True, text=True, timeout=60).stdout
    frozen, *thresholds = map(int, said.split())
    assert frozen > MANY
    assert thresholds == [YOUNG, MIDDLE, OLD]
