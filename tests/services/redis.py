"""A real Redis on the port that the settings name. It can be stopped, killed, hung and emptied."""

from pathlib import Path

from redis import Redis
from redis.exceptions import ConnectionError as RedisConnectionError

from dev.services import redis_command
from tests.services.processes import Program


class RedisServer(Program):
    def __init__(self, port: int, folder: Path) -> None:
        super().__init__(redis_command(port, folder), folder / "redis.log")
        self.url = f"redis://127.0.0.1:{port}/0"
        self._port = port

    def start(self) -> None:
        super().start()
        self.wait_until(self.answers, "Redis answers")

    def answers(self) -> bool:
        try:
            with self.client() as client:
                return bool(client.ping())
        except RedisConnectionError:
            return False

    def flush(self) -> None:
        with self.client() as client:
            client.flushall()

    def client(self) -> Redis:
        return Redis(port=self._port, socket_timeout=2, socket_connect_timeout=2)
