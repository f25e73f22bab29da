"""Search among 1,000 items with transcripts of half an hour each: `python -m bench.search`. Aim: 50 ms in the database.

SQLite and PostgreSQL one after the other, each in a process of its own. Measured are all statements of a search (how
many there are, the page of items, their people, the transcripts of those on the page), until the last row is here.
"""

from __future__ import annotations

import random
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import django

from bench import stack

AIM_MS = 50
ITEMS = 1000
# As many words as are said in somewhat more than half an hour, nine in a line.
WORDS, WORDS_PER_LINE = 5000, 9
# One word that everybody says, some that few say, one that nobody says, and one that stands in a text only.
QUERIES = ("och", "åsa", "styra", "åsa styra", "kommunstyrelsen", "Xyzzy", "Svensson")
RARE = (("och", 1), ("kommunstyrelsen", 3), ("styra", 10), ("åsa", 50))
SYLLABLES = [first + second for first in [*"bdfghjklmnprstv", "st", "tr", "sk"] for second in "aeiouyåäö"]
Statement = tuple[str, Any]


def main() -> int:
    return stack.on_both_databases("bench.search", __doc__, 20, _measure)


def _measure(rounds: int) -> int:
    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    _fill()
    worst = max(_median(query, rounds) for query in QUERIES)
    print(f"  worst median {worst:.1f} ms (aim {AIM_MS})")
    return 0 if worst <= AIM_MS else 1


def _fill() -> None:
    """Words as often as in a language: few very often, most hardly ever."""
    from django.db import connection, transaction

    random.seed(5)
    words = list({"".join(random.choices(SYLLABLES, k=random.randint(1, 4))) for _ in range(30_000)})
    weights = [1 / (place + 1) for place in range(len(words))]
    with transaction.atomic():
        for number in range(ITEMS):
            said = random.choices(words, weights, k=WORDS)
            for rare, every in RARE:
                if number % every == 0:
                    said[random.randrange(WORDS)] = rare
            _store(number, said)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def _store(number: int, said: list[str]) -> None:
    from django.utils import timezone

    from media_catalog.models import Credit, FileKind, Kind, MediaFile, MediaItem, Part, Transcript

    lines = [" ".join(said[start : start + WORDS_PER_LINE]) for start in range(0, WORDS, WORDS_PER_LINE)]
    cues = [{"start": 3.6 * place, "end": 3.6 * place + 3.5, "text": line} for place, line in enumerate(lines)]
    facts = {"filename": "a.mp3", "content_type": "audio/mpeg", "size": 1, "sha256": "0" * 64}
    file = MediaFile.objects.create(kind=FileKind.AUDIO, storage_name=f"{number}.mp3", **facts)
    item = MediaItem(kind=Kind.EPISODE, episode_number=number + 1, slug=f"avsnitt-{number}", title=f"Avsnitt {number}")
    item.lead = "Svensson berättar." if number % 100 == 0 else ""
    item.file, item.transcript = file, Transcript.objects.create(cues=cues)
    item.published, item.published_at = True, timezone.now()
    item.save()
    Credit.objects.create(item=item, name=f"Gäst {number}", part=Part.GUEST)


def _median(query: str, rounds: int) -> float:
    from django.db import connection

    from media_catalog.queries.catalogue import Filters, media_page

    statements: list[Statement] = []

    def listen(execute: Callable[..., object], sql: str, params: Any, many: bool, context: object) -> object:
        statements.append((sql, params))
        return execute(sql, params, many, context)

    def search() -> int:
        return media_page(Filters(query=query), 1).total

    with connection.execute_wrapper(listen):
        total = search()
    times = [sum(_milliseconds(partial(_fetch, one)) for one in statements) for _ in range(rounds)]
    median = statistics.median(times)
    print(
        f"  {query!r}: {total} found, {median:.1f} ms in the database, {_milliseconds(search):.0f} ms with everything"
    )
    return median


def _fetch(statement: Statement) -> None:
    """Every row of it: SQLite looks for the next one only when it is asked."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(*statement)
        cursor.fetchall()


def _milliseconds(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


if __name__ == "__main__":
    sys.exit(main())
