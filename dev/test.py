"""`make test`, after set-up and linters: all tests on PostgreSQL, then all but the browser's on SQLite."""

import os
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import dataclass
from types import FrameType
from typing import NoReturn

from dev.services import PostgreSQL
from dev.steps import ROOT, VAR, step

PARALLEL = ["-n", "2", "--dist", "loadfile"]
NO_TESTS_CHOSEN = 5
PATIENCE_AT_THE_END = 30


@dataclass(frozen=True)
class Outcome:
    """What one run of pytest said."""

    code: int
    passed: int = 0
    failed: int = 0
    skipped: int = 0


def main() -> None:
    signal.signal(signal.SIGTERM, _end)
    chosen = sys.argv[1:]
    server = PostgreSQL()
    try:
        with step("PostgreSQL"):
            server.start()
        outcomes = [
            _pytest("PostgreSQL", server.url, chosen),
            _pytest("SQLite", None, [*chosen, "-m", "not postgresql_only and not e2e"]),
        ]
    finally:
        server.stop()
    sys.exit(_conclude(outcomes))


def _end(_signal: int, _frame: FrameType | None) -> NoReturn:
    """So that `finally` runs when somebody else ends us."""
    raise KeyboardInterrupt


def _pytest(title: str, database_url: str | None, arguments: list[str]) -> Outcome:
    report = VAR / f"tests-{title.lower()}.xml"
    report.unlink(missing_ok=True)
    print(f"\n  Tests on {title}", flush=True)
    environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    if database_url:
        environment["DATABASE_URL"] = database_url
    command = [sys.executable, "-m", "pytest", "-q", *PARALLEL, f"--junitxml={report}", *arguments]
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        code = _wait(process)
    return _read(code, report.read_text()) if report.exists() else Outcome(code)


def _wait(process: "subprocess.Popen[bytes]") -> int:
    try:
        return process.wait()
    except KeyboardInterrupt:
        # pytest answers Ctrl-C by ending its fixtures, and with them the services; it knows no other signal.
        process.send_signal(signal.SIGINT)
        process.wait(PATIENCE_AT_THE_END)
        raise


def _read(code: int, report: str) -> Outcome:
    suites = ET.fromstring(report).findall("testsuite")  # noqa: S314 written by our own pytest a moment ago
    total, failures, errors, skipped = (
        sum(int(suite.get(name, "0")) for suite in suites) for name in ("tests", "failures", "errors", "skipped")
    )
    return Outcome(code, total - failures - errors - skipped, failures + errors, skipped)


def _conclude(outcomes: list[Outcome]) -> int:
    passed, failed, skipped = (
        sum(getattr(outcome, name) for outcome in outcomes) for name in ("passed", "failed", "skipped")
    )
    print(f"\n{passed} passed, {failed} failed" + (f", {skipped} skipped" if skipped else ""), flush=True)
    codes = {outcome.code for outcome in outcomes} - {0, NO_TESTS_CHOSEN}
    return 1 if codes or failed or not passed else 0


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        sys.exit(130)
