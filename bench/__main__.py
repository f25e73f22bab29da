"""`python -m bench`: all measurements, one after the other."""

import subprocess
import sys

from dev.steps import ROOT

<<<<<<< HEAD
SCRIPTS = ("registrations", "opening", "bad_inputs", "faults")
=======
SCRIPTS = ("registrations", "opening", "faults", "pdf", "coediting_crash")
>>>>>>> 9e7f1a915d7a238756e0fbc30442837573bcc7b2


def main() -> int:
    codes = []
    for name in SCRIPTS:
        print(f"\nbench.{name}", flush=True)
        codes.append(subprocess.run([sys.executable, "-m", f"bench.{name}"], cwd=ROOT, check=False).returncode)
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
