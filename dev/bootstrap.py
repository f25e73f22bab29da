"""Makes a fresh machine ready: `python3 -m dev.bootstrap run|test`. Standard library only.

The first lines must be readable by any Python 3, so that a too old one can be told so in one line.
"""

import sys

OLDEST_PYTHON = (3, 11)


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        found, needed = sys.version.split()[0], ".".join(map(str, OLDEST_PYTHON))
        sys.exit(f"Samspel: Python {needed} is needed, this is {found}. Name another one: make run PYTHON=python3.11")
    from dev import setup

    setup.prepare("test" if "test" in sys.argv[1:] else "run")


if __name__ == "__main__":
    main()
