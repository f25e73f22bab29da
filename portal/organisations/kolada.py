"""A client for Kolada's API, version 3: values of key figures, page by page, slowly and with patience.

What is asked and answered is described at kolada.se under "API": at most 25 ids in each list of an address, and pages
that name the next one. Whoever calls gets plain values; nothing here knows our database.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Self
from urllib.parse import urlsplit

import urllib3
from urllib3.util import Retry, Timeout

# As many ids as one list of an address may hold.
MOST_IDS: Final = 25
MOST_ROWS: Final = 5000
# A page that names itself as the next one would never end.
MOST_PAGES: Final = 1000
# The country as a whole.
NATIONAL: Final = "0000"
# Men and women together.
TOTAL: Final = "T"
TRY_AGAIN: Final = (429, 500, 502, 503, 504)


class KoladaError(Exception):
    """Kolada could not be asked, or answered something else than what it documents. `reason` is a word for the log."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class Patience:
    """How a client behaves: requests a second, seconds to wait for an answer, and how often and slowly to try again."""

    per_second: float = 5
    connect: float = 5
    read: float = 30
    tries: int = 5
    backoff: float = 1
    longest_wait: int = 120


@dataclass(frozen=True)
class Figure:
    """One value: a key figure, where (Kolada's id), when."""

    kpi: str
    area: str
    year: int
    value: float


def batches(ids: Sequence[str]) -> list[Sequence[str]]:
    """The ids in lists that are short enough for an address."""
    return [ids[start : start + MOST_IDS] for start in range(0, len(ids), MOST_IDS)]


@dataclass
class Kolada:
    """The service at `base`. Use it for one job: it keeps the pace from request to request."""

    base: str
    patience: Patience = field(default_factory=Patience)

    def __post_init__(self) -> None:
        ways = self.patience
        retry = Retry(
            total=ways.tries,
            status_forcelist=TRY_AGAIN,
            backoff_factor=ways.backoff,
            backoff_max=ways.longest_wait,
            retry_after_max=ways.longest_wait,
            redirect=0,
        )
        timeout = Timeout(connect=ways.connect, read=ways.read)
        headers = {"Accept": "application/json", "User-Agent": "Samspel"}
        self._pool = urllib3.PoolManager(retries=retry, timeout=timeout, headers=headers)
        self._next_request = 0.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._pool.clear()

    def values(self, kpis: Sequence[str], areas: Sequence[str], years: Sequence[int]) -> Iterator[Figure]:
        """Every value that there is, for both sexes together. Raises `KoladaError`."""
        for some_kpis in batches(kpis):
            for some_areas in batches(areas):
                path = f"data/kpi/{','.join(some_kpis)}/municipality/{','.join(some_areas)}"
                wanted = ",".join(str(year) for year in years)
                yield from self._pages(f"{self.base.rstrip('/')}/{path}/year/{wanted}?per_page={MOST_ROWS}")

    def _pages(self, address: str) -> Iterator[Figure]:
        following: str | None = address
        for _page in range(MOST_PAGES):
            if following is None:
                return
            answer = self._get(following)
            yield from _figures(answer)
            following = self._following(answer)
        raise KoladaError("endless")

    def _following(self, answer: dict[str, Any]) -> str | None:
        """The next page, as long as it is Kolada's: an answer must not send us to somebody else."""
        address = answer.get("next_url")
        if not address:
            return None
        if urlsplit(str(address))[:2] != urlsplit(self.base)[:2]:
            raise KoladaError("strange_address")
        return str(address)

    def _get(self, address: str) -> dict[str, Any]:
        """One page. What Kolada does not have (404) is an empty one."""
        self._keep_the_pace()
        try:
            response = self._pool.request("GET", address)
            if response.status == 404:
                return {"values": []}
            if response.status != 200:
                raise KoladaError(f"status_{response.status}")
            answer = response.json()
        except urllib3.exceptions.HTTPError as error:
            raise KoladaError("no_answer") from error
        except ValueError as error:
            raise KoladaError("not_json") from error
        if not isinstance(answer, dict) or not isinstance(answer.get("values"), list):
            raise KoladaError("not_documented")
        return answer

    def _keep_the_pace(self) -> None:
        time.sleep(max(0.0, self._next_request - time.monotonic()))
        self._next_request = time.monotonic() + 1 / self.patience.per_second


def _figures(answer: dict[str, Any]) -> Iterator[Figure]:
    for row in answer["values"]:
        try:
            kpi, area, year = str(row["kpi"]), str(row["municipality"]), int(row["period"])
            told = [one["value"] for one in row["values"] if one["gender"] == TOTAL and not one.get("isdeleted")]
            values = [float(value) for value in told if value is not None]
        except (KeyError, TypeError, ValueError) as error:
            raise KoladaError("not_documented") from error
        yield from (Figure(kpi, area, year, value) for value in values[:1])
