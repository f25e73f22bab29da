"""What Django reads from the environment, set before anything loads Django (`-p tests.environment` in pyproject.toml).

Each pytest process, and so each xdist worker, has its own folder and its own ports for Redis and SMTP. Nothing listens
there until a test asks for `redis_server` or `smtp_server`; a closed port answers at once, as a dead server does.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings

from dev.services import free_port

FOLDER = Path(tempfile.mkdtemp(prefix="samspel-tests-"))
REDIS_PORT = free_port()
SMTP_PORT = free_port()
# Without DATABASE_URL the tests run on SQLite, in a file, because workers and servers must be able to open it too.
SQLITE_FILE = FOLDER / "tests.sqlite3"


def _prepare() -> None:
    atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
    (FOLDER / "static").mkdir()
    os.environ.setdefault("DATABASE_URL", f"sqlite:///{SQLITE_FILE}")
    os.environ.update(
        DEBUG="1",
        SECRET_KEY="only-for-tests-and-long-enough-for-the-deployment-check-0123456789",
        VAR_DIR=str(FOLDER),
        STATIC_ROOT=str(FOLDER / "static"),
        SITE_URL="http://localhost",
        REDIS_URL=f"redis://127.0.0.1:{REDIS_PORT}/0",
        EMAIL_HOST="127.0.0.1",
        EMAIL_PORT=str(SMTP_PORT),
    )


_prepare()
# How long an example takes says something of the machine, not of the code: time is measured in bench/.
settings.register_profile("samspel", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("samspel")
