"""The gunicorn worker that takes what it can serve soon and leaves the rest to whichever process is free."""

from __future__ import annotations

from gunicorn.workers.gthread import ThreadWorker

# One is being served and three wait, for each thread: enough to never run dry between two looks at the listener.
TAKEN_FOR_EACH_THREAD = 4


class FairWorker(ThreadWorker):
    """gunicorn's threads, but connections beyond a short queue stay with the kernel until a process has room.

    gunicorn accepts up to `worker_connections` at once, whether it can serve them or not: of 200 people who pressed
    send together, one process took up to 190 while the other idled (docs/adr/0003). Connections that only wait for
    their visitor's next click do not count.
    """

    @property
    def worker_connections(self) -> int:
        """How many connections to hold now; gunicorn asks before each accept."""
        idle = len(self.keepalived_conns) + len(self.pending_conns)
        threads: int = self.cfg.threads
        return min(self._most_connections, idle + TAKEN_FOR_EACH_THREAD * threads)

    @worker_connections.setter
    def worker_connections(self, configured: int) -> None:
        self._most_connections = configured
