"""Let pairs type at a server that runs, and look at the server meanwhile."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from bench import processes
from dev.frontend import find_node

HERE = Path(__file__).parent / "hocuspocus"
EDITS_A_SECOND = 5
# Each transaction of Yjs is garbage at once, but V8 puts lists that live from one to the next among what it takes for
# old, and with them all that they held: the collector would cost a fourth of the clients' time.
V8 = ["--no-allocation-site-pretenuring", "--min-semi-space-size=64", "--max-semi-space-size=64"]


@dataclass(frozen=True)
class Where:
    """What one page opens: an address, a name where the address has none, and the headers that let it in."""

    url: str
    name: str
    headers: dict[str, str]
    fragments: tuple[str, ...]


@dataclass(frozen=True)
class Served:
    """A started server: its process, and that of its database when it has one of its own."""

    dialect: str
    pid: int
    database_pid: int | None
    couples: Sequence[tuple[Where, Where]]


@dataclass(frozen=True)
class Figures:
    """One stretch. Milliseconds, microseconds of processor time, kilobytes; shares are of one core."""

    pairs: int
    edits: int
    peer_p50: float
    peer_p95: float
    ack_p50: float
    ack_p95: float
    cost: float
    database_cost: float
    memory: float
    server_share: float
    client_share: float
    client_delay: float
    others_share: float
    apart: int
    closed: int


class _Usage:
    """Processor time of the server, its database and everybody, between two looks."""

    def __init__(self, served: Served, client_pid: int) -> None:
        self._groups = {"server": [served.pid], "client": [client_pid]}
        if served.database_pid:
            self._groups["database"] = processes.family(served.database_pid)
        self._before = self._look()

    def _look(self) -> dict[str, float]:
        used = {name: processes.processor_seconds(pids) for name, pids in self._groups.items()}
        return used | {"machine": processes.machine_seconds()}

    def since(self) -> dict[str, float]:
        now = self._look()
        used = {name: now[name] - before for name, before in self._before.items()}
        return {"database": 0.0, **used, "others": 2 * used["machine"] - sum(used.values())}


class _Clients:
    """The Node process of all pages; it waits at each of its steps until it is told to go on."""

    def __init__(self, job: dict[str, Any], log: Path) -> None:
        node, _npm = find_node()
        with log.open("w") as errors:
            self._process = subprocess.Popen(
                ["setpriv", "--pdeathsig", "KILL", str(node), *V8, str(HERE / "pairs.mjs")],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
            )
        self._log = log
        self.pid = self._process.pid
        self._write(json.dumps(job))

    def _write(self, line: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(f"{line}\n")
        self._process.stdin.flush()

    def reach(self, event: str) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The clients ended before: {event}\n{self._log.read_text()[-2000:]}")
        told: dict[str, Any] = json.loads(line)
        assert told["event"] == event, told
        return told

    def go_on(self) -> None:
        self._write("")

    def end(self) -> None:
        self._process.kill()
        self._process.communicate()


def measure(served: Served, warm_up: float, seconds: float, log: Path) -> Figures:
    job = {
        "dialect": served.dialect,
        "couples": [[asdict(page) for page in couple] for couple in served.couples],
        "editsPerSecond": EDITS_A_SECOND,
        "warmUp": warm_up,
        "seconds": seconds,
    }
    with processes.started_on(processes.OTHER_CORES):
        clients = _Clients(job, log)
    try:
        return _follow(clients, served)
    finally:
        clients.end()


def _follow(clients: _Clients, served: Served) -> Figures:
    def at(event: str, look: Callable[[], Any]) -> Any:
        clients.reach(event)
        seen = look()
        clients.go_on()
        return seen

    # One document is open already, so that what the first one alone brings (modules, pools) is nobody's document.
    before = at("joined-one", lambda: processes.memory_bytes(served.pid))
    clients.reach("joined")
    clients.go_on()
    usage: _Usage = at("measuring", lambda: _Usage(served, clients.pid))
    told = clients.reach("measured")
    used, memory = usage.since(), processes.memory_bytes(served.pid) - before
    clients.go_on()
    ended = clients.reach("ended")
    return _figures(served, told, used, memory, ended)


def _figures(
    served: Served, told: dict[str, Any], used: dict[str, float], memory: int, ended: dict[str, Any]
) -> Figures:
    pairs, edits, seconds = len(served.couples), told["edits"], told["seconds"]
    return Figures(
        pairs=pairs,
        edits=edits,
        peer_p50=told["toPeer"]["p50"],
        peer_p95=told["toPeer"]["p95"],
        ack_p50=told["toAck"]["p50"],
        ack_p95=told["toAck"]["p95"],
        cost=1e6 * used["server"] / edits,
        database_cost=1e6 * used["database"] / edits,
        memory=memory / 1024 / max(1, pairs - 1),
        server_share=used["server"] / seconds,
        client_share=used["client"] / seconds,
        client_delay=told["clientDelay"],
        others_share=max(0.0, used["others"]) / seconds,
        apart=ended["apart"],
        closed=ended["closed"],
    )
