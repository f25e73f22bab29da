"""var/run.env: the settings of this machine's own portal, written once with fresh secrets."""

import os
import secrets

from dev.steps import VAR, step

FILE = VAR / "run.env"


def write_once() -> None:
    if FILE.exists():
        return
    with step(f"settings with fresh secrets in {FILE.name}"):
        VAR.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(
                "# Settings of `make run` on this machine (docs/operations.md); delete the file to start afresh.\n"
                "DEBUG=1\n"
                f"SECRET_KEY={secrets.token_urlsafe(50)}\n"
                f"ALTCHA_HMAC_KEY={secrets.token_urlsafe(32)}\n"
            )


def read() -> dict[str, str]:
    """What the file says; the real environment has the last word."""
    lines = (line.partition("=") for line in FILE.read_text().splitlines() if line and not line.startswith("#"))
    return {name: value for name, _, value in lines}
