"""`python -m bench`: all measurements, one after the other."""

import subprocess
import sys

from dev.steps import ROOT

SCRIPTS = ("registrations", "opening", "bad_inputs", "faults", "coediting_crash", "coediting", "pdf", "admin", "search")


def main() -> int:
    codes = []
    for name in SCRIPTS:
        print(f"\nbench.{name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
