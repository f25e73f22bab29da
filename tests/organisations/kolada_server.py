"""A server on this machine that speaks Kolada's documented format, and can be as unkind as a real one."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

MOST_IDS = 25


@dataclass
class KoladaServer:
    """What the server has, what it was asked, and what it does to the next requests."""

    address: str = ""
    rows: list[dict[str, Any]] = field(default_factory=list)
    most_rows: int = 5000
    asked: list[str] = field(default_factory=list)
    # Answers for the next requests, before the usual ones: (status, headers, body).
    instead: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)
    # Seconds that each answer is held back.
    holds: float = 0

    def add(self, kpi: str, area: str, year: int, value: float | None, **more: Any) -> None:
        """A row as Kolada has it, with the values of men and women that nobody asked for."""
        total = {"gender": "T", "count": 1, "status": "", "value": value, "isdeleted": False, **more}
        others = [{**total, "gender": gender, "value": 1.0, "isdeleted": False} for gender in ("K", "M")]
        self.rows.append({"kpi": kpi, "municipality": area, "period": year, "values": [*others, total]})

    def answer(self, target: str) -> tuple[int, dict[str, str], bytes]:
        if self.instead:
            return self.instead.pop(0)
        address = urlsplit(target)
        _base, _data, _kpi, kpis, _municipality, areas, _year, years = address.path.strip("/").split("/")
        lists = [part.split(",") for part in (kpis, areas, years)]
        if any(len(ids) > MOST_IDS for ids in lists):
            return 400, {}, b"too many ids"
        found = [
            row
            for row in self.rows
            if [row["kpi"] in lists[0], row["municipality"] in lists[1]] == [True, True]
            if str(row["period"]) in lists[2]
        ]
        page = int(parse_qs(address.query).get("page", ["1"])[0])
        shown = found[(page - 1) * self.most_rows : page * self.most_rows]
        more = page * self.most_rows < len(found)
        following = f"{self.address}{address.path}?page={page + 1}" if more else None
        body = json.dumps({"values": shown, "count": len(shown), "previous_url": None, "next_url": following})
        return 200, {"Content-Type": "application/json"}, body.encode()


@contextmanager
def kolada_server() -> Iterator[KoladaServer]:
    server = KoladaServer()
    over = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            server.asked.append(self.path)
            if server.holds and over.wait(server.holds):
                return
            status, headers, body = server.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of the standard library
            """Say nothing."""

    httpd = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.address = f"http://127.0.0.1:{httpd.server_port}"
    thread = threading.Thread(target=httpd.serve_forever, daemon=True)
    thread.start()
    yield server
    over.set()
    httpd.shutdown()
    httpd.server_close()
    thread.join()
