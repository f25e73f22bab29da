"""Django's own check of a deployment finds nothing with production settings, whichever captcha is chosen."""

import subprocess
from pathlib import Path
from secrets import token_urlsafe

import pytest

from dev.steps import ROOT
from tests.services.processes import environment
from tests.services.servers import production_settings

KEYS = {"RECAPTCHA_PUBLIC_KEY": "site-key", "RECAPTCHA_PRIVATE_KEY": "secret-key"}


def check(folder: Path, **extra: str) -> "subprocess.CompletedProcess[str]":
    """`manage.py check --deploy` as it runs on a server."""
    production = production_settings(folder) | {"SECRET_KEY": token_urlsafe(60), "SITE_URL": "https://portal.example"}
    return subprocess.run(
        ["python", "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        cwd=ROOT,
        env=environment("postgres://portal@127.0.0.1:5432/portal", **production | extra),
        check=False,
        text=True,
        capture_output=True,
    )


@pytest.mark.parametrize("captcha", [{}, KEYS], ids=["altcha", "recaptcha"])
def test_the_deployment_check_has_nothing_to_say(tmp_path: Path, captcha: dict[str, str]) -> None:
    done = check(tmp_path, **captcha)
    assert (done.returncode, done.stdout) == (0, "System check identified no issues (0 silenced).\n"), done.stderr


def test_the_deployment_check_would_say_something(tmp_path: Path) -> None:
    done = check(tmp_path, HTTPS="0")
    assert done.returncode == 1
    assert "security.W008" in done.stderr
