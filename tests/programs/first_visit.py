"""The first visitor of a process that serves pages; says what had to be loaded for them.

`python -m tests.programs.first_visit`, by test_warm_up.py.
"""

from __future__ import annotations

import sys

from django.test import Client

# Nothing of it is called: importing it sets Django up, which the imports below need, and loads what gunicorn has loaded
# when it forks, which is what is looked at here.
import portal.wsgi  # noqa: F401
from portal.core import doorbell
from tests.programs.interest import register, solve


def main() -> None:
    client = Client(SERVER_NAME="localhost")
    proof = solve()
    loaded = set(sys.modules)
    receipt = register(client, altcha=proof).headers["Location"]
    assert client.get(receipt).status_code == 200
    # The doorbell's own thread rings a moment later; here it is at once, and Redis' refusal is an error.
    doorbell._announce(doorbell.TASK, [0])
    sys.stdout.write("\n".join(sorted(set(sys.modules) - loaded)))


if __name__ == "__main__":
    main()
