"""One short line on the terminal for each step, with the time that it took."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NoReturn

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("VAR_DIR") or ROOT / "var").absolute()
TAIL_OF_A_FAILURE = 30


@contextmanager
def step(what: str) -> Iterator[None]:
    """Print `what` at once, and the time when it is done."""
    print(f"  {what} … ", end="", flush=True)
    started = time.monotonic()
    yield
    print(f"{time.monotonic() - started:.1f} s", flush=True)


def stop(message: str) -> NoReturn:
    """End with one clear line."""
    sys.stdout.flush()
    sys.exit(f"Samspel: {message}")


def run(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> str:
    """Run quietly and return the output; when it fails, show how it ended and stop."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words, cwd=ROOT, env=env, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    if done.returncode != 0:
        tail = "\n".join(done.stdout.splitlines()[-TAIL_OF_A_FAILURE:])
        print(f"\n{tail}", flush=True)
        stop(f"`{' '.join(words[:6])}` failed with code {done.returncode}.")
    return done.stdout
