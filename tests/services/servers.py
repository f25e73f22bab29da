"""Our own processes as production starts them: worker, beat and gunicorn, on the test database."""

import shlex
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from honcho.environ import parse_procfile

from dev.services import free_port
from dev.steps import ROOT
from tests.services.processes import Program, environment


def procfile_command(name: str) -> list[str]:
    """The tests start what `make run` and Compose start."""
    return shlex.split(dict(parse_procfile((ROOT / "Procfile").read_text()).processes)[name])


class CeleryWorker(Program):
    """`start`, `stop`, `kill` (-9, children included), `pause`, `resume`; ready when `start` returns."""

    def __init__(self, database_url: str, folder: Path, **extra: str) -> None:
        super().__init__(procfile_command("worker"), folder / "worker.log", environment(database_url, **extra))

    def start(self) -> None:
        super().start()
        self.wait_until(lambda: " ready." in self.output, "the worker is ready")


class CeleryBeat(Program):
    def __init__(self, database_url: str, folder: Path, **extra: str) -> None:
        super().__init__(procfile_command("beat"), folder / "beat.log", environment(database_url, **extra))

    def start(self) -> None:
        super().start()
        self.wait_until(lambda: "beat: Starting..." in self.output, "beat is ready")


class ProductionServer(Program):
    """gunicorn with threads, DEBUG off, hashed and compressed static files. No TLS, unless HTTPS=1 is given."""

    def __init__(self, database_url: str, folder: Path, static_root: Path, **extra: str) -> None:
        self.port = free_port()
        self.url = f"http://localhost:{self.port}"
        settings = production_settings(static_root) | {
            "SITE_URL": self.url,
            "PORT": str(self.port),
            "CONN_MAX_AGE": "60",
            "HTTPS": "0",
        }
        super().__init__(
            ["gunicorn", "portal.wsgi:application"],
            folder / "gunicorn.log",
            environment(database_url, **settings | extra),
        )

    def start(self) -> None:
        super().start()
        self.wait_until(self.answers, "gunicorn answers")

    def answers(self) -> bool:
        try:
            urllib.request.urlopen(f"{self.url}/halsa/live", timeout=5).close()
        except urllib.error.HTTPError as error:
            error.close()
        except OSError:
            return False
        return True


def production_settings(static_root: Path) -> dict[str, str]:
    return {"DEBUG": "0", "STATIC_ROOT": str(static_root), "ALLOWED_HOSTS": "localhost,127.0.0.1"}


def collect_static(static_root: Path) -> None:
    subprocess.run(
        ["python", "manage.py", "collectstatic", "--noinput", "--verbosity", "0"],
        cwd=ROOT,
        env=environment("sqlite://:memory:", **production_settings(static_root)),
        check=True,
    )
