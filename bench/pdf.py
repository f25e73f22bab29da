"""Papers of agreements: `python -m bench.pdf`. Aim: at most 1.15 of WeasyPrint's own time for the same HTML.

Ours is everything that a worker does for a version: content to HTML, layout, PDF/A-3a and PDF/UA-1, attachment, closed
fetcher. WeasyPrint's own is a plain PDF, neither archival nor tagged: `HTML(...).write_pdf(...)` of that HTML with the
same style sheet and faces.
"""

from __future__ import annotations

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import django

AIM = 1.15
WORKERS = 2


def _start() -> None:
    os.environ.update(DJANGO_SETTINGS_MODULE="portal.settings", SECRET_KEY="only-for-the-benchmark", DEBUG="1")
    os.environ["VAR_DIR"] = tempfile.mkdtemp(prefix="samspel-bench-")
    django.setup()


_start()

from weasyprint import CSS, HTML  # noqa: E402 - Django comes first
from weasyprint.text.fonts import FontConfiguration  # noqa: E402

from agreements.pdf import agreement_pdf, body, stylesheet  # noqa: E402
from agreements.sample import sample_sheet  # noqa: E402
from portal.core import pdf  # noqa: E402

SHEET = sample_sheet()


def ours() -> bytes:
    return agreement_pdf(SHEET)


def bare(html: str, css: str) -> bytes:
    fonts = FontConfiguration()
    content: bytes = HTML(string=html).write_pdf(stylesheets=[CSS(string=css, font_config=fonts)], font_config=fonts)
    return content


def _milliseconds(work: Callable[[], bytes]) -> float:
    """Of the processor: the clock on the wall would measure whatever else the machine does."""
    started = time.process_time()
    work()
    return (time.process_time() - started) * 1000


def _ratio(rounds: int) -> float:
    html = f'<!doctype html><html lang="sv"><title>x</title><body>{body(SHEET)}</body></html>'
    css = "\n".join([*(face.css for face in pdf.FACES), stylesheet()])
    times: dict[str, list[float]] = {"ours": [], "bare": []}
    for _ in range(rounds + 1):
        times["ours"].append(_milliseconds(ours))
        times["bare"].append(_milliseconds(lambda: bare(html, css)))
    own, weasyprint = (statistics.median(times[name][1:]) for name in ("ours", "bare"))
    print(f"ours {own:.0f} ms, WeasyPrint alone {weasyprint:.0f} ms, ratio {own / weasyprint:.2f} (aim {AIM})")
    return own / weasyprint


def _make(_number: int) -> int:
    return len(ours())


def _rate(number: int) -> None:
    with ProcessPoolExecutor(WORKERS, mp_context=get_context("fork")) as workers:
        list(workers.map(_make, range(WORKERS * 2)))
        started = time.perf_counter()
        list(workers.map(_make, range(number)))
        seconds = time.perf_counter() - started
    print(f"{number / seconds:.1f} PDFs a second in {WORKERS} processes, three pages each")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--number", type=int, default=60)
    options = parser.parse_args()
    ratio = _ratio(options.rounds)
    _rate(options.number)
    return 0 if ratio <= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
