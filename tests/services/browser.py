"""What browser tests hold on every page: nothing blocked by our own policy, nothing fetched from others, axe silent."""

from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Page, Request, WebError

from dev.steps import ROOT

LAUNCH = {
    "executable_path": "/usr/bin/chromium",
    "args": [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--no-first-run",
    ],
}
OWN_HOSTS = {"localhost", "127.0.0.1"}
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class BrowserWatch:
    """Collects what must not happen in any browser test; `tests/conftest.py` fails the test when something did.

    A test that provokes one of them on purpose calls `forget` at its end.
    """

    csp_violations: list[str] = field(default_factory=list)
    foreign_requests: list[str] = field(default_factory=list)
    script_errors: list[str] = field(default_factory=list)

    def attach(self, context: BrowserContext) -> None:
        context.on("console", self._on_console)
        context.on("request", self._on_request)
        context.on("weberror", self._on_error)

    def verdict(self) -> str:
        found = {
            "blocked by our Content-Security-Policy": self.csp_violations,
            "requests to others": self.foreign_requests,
            "errors in scripts": self.script_errors,
        }
        return "\n".join(f"{what}: {lines}" for what, lines in found.items() if lines)

    def forget(self) -> None:
        for found in (self.csp_violations, self.foreign_requests, self.script_errors):
            found.clear()

    def _on_console(self, message: ConsoleMessage) -> None:
        if "Content Security Policy" in message.text:
            self.csp_violations.append(message.text)

    def _on_request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in ("http", "https", "ws", "wss") and address.hostname not in OWN_HOSTS:
            self.foreign_requests.append(request.url)

    def _on_error(self, error: WebError) -> None:
        self.script_errors.append(str(error.error))


@cache
def _axe_source() -> str:
    return (ROOT / "node_modules" / "axe-core" / "axe.min.js").read_text()


def axe_violations(page: Page) -> list[str]:
    """One line per offending element. Evaluated through the debugger, so that a strict policy does not stop it."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe_source())
    # Without `preload`, by which axe would itself break the policy where a style sheet imports others (admin's do).
    options = {"runOnly": {"type": "tag", "values": AXE_TAGS}, "resultTypes": ["violations"], "preload": False}
    result = page.evaluate("options => axe.run(document, options)", options)
    return [
        f"{rule['id']}: {' '.join(map(str, node['target']))} — {node['failureSummary']}"
        for rule in result["violations"]
        for node in rule["nodes"]
    ]


def assert_no_axe_violations(page: Page) -> None:
    assert axe_violations(page) == []
