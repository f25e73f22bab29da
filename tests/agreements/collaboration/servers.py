"""The socket process, started as `make run` and Compose start it."""

from pathlib import Path

from dev.services import free_port
from tests.services.processes import Program, environment
from tests.services.servers import procfile_command


class SocketServer(Program):
    """One uvicorn with our sockets; `kill` is `kill -9`."""

    def __init__(self, database_url: str, folder: Path, **extra: str) -> None:
        port = free_port()
        self.url = f"ws://127.0.0.1:{port}"
        more = {"UVICORN_PORT": str(port), **extra}
        super().__init__(procfile_command("web"), folder / f"sockets-{port}.log", environment(database_url, **more))

    def start(self) -> None:
        super().start()
        self.wait_until(lambda: "Uvicorn running" in self.output, "uvicorn listens")
