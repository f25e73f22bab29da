"""What processes use of the machine, as the kernel counts it: processor time and memory."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

FIRST = -15
TICKS = os.sysconf("SC_CLK_TCK")


# One core for what is measured, and all the others for what loads it. The same when there is only one.
_ALLOWED = sorted(os.sched_getaffinity(0))
SERVER_CORE = frozenset(_ALLOWED[:1])
OTHER_CORES = frozenset(_ALLOWED[1:] or _ALLOWED)


@contextmanager
def started_on(numbers: frozenset[int]) -> Iterator[None]:
    """What is started inside stays on these cores, with all its threads and children."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, numbers)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def go_first(*pids: int) -> None:
    """Before whatever else this machine does, where the kernel lets us; what they start comes along.

    Linux shares the processors between sessions first, so that alone the priority of a process would mean little.
    """
    for pid in pids:
        with suppress(PermissionError):
            os.setpriority(os.PRIO_PROCESS, pid, FIRST)
        with suppress(PermissionError, FileNotFoundError):
            Path(f"/proc/{pid or 'self'}/autogroup").write_text(str(FIRST))


def family(pid: int) -> list[int]:
    """A process and all that came from it."""
    children: dict[int, list[int]] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal() and (fields := _stat(int(folder.name))):
            children.setdefault(int(fields[1]), []).append(int(folder.name))
    found = [pid]
    for one in found:
        found += children.get(one, [])
    return found


def processor_seconds(pids: Iterable[int]) -> float:
    """Of all their threads, in our code and in the kernel's."""
    fields = [_stat(pid) for pid in pids]
    return sum(int(one[11]) + int(one[12]) for one in fields if one) / TICKS


def _stat(pid: int) -> list[str]:
    """The fields of /proc/PID/stat from the state on; empty when the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(") ")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return []


def memory_bytes(pid: int) -> int:
    """The proportional set size: what the process has for itself, and its share of what it shares."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    raise ValueError("The kernel tells no Pss")


def machine_seconds() -> float:
    """Processor time that anybody used on this machine."""
    user, nice, system, _idle, _wait, irq, soft_irq, steal = map(
        int, Path("/proc/stat").read_text().splitlines()[0].split()[1:9]
    )
    return (user + nice + system + irq + soft_irq + steal) / TICKS
