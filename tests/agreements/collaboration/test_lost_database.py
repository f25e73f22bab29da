"""The database throws everybody out and refuses them for a while, as when PostgreSQL is restarted."""

from __future__ import annotations

import time
from pathlib import Path

import psycopg2
import pytest
from django.db import connection

from tests.agreements.builders import make_pair
from tests.agreements.collaboration.crashes import lose_the_database_again_and_again
from tests.agreements.collaboration.servers import SocketServer

AWAY = 0.7


@pytest.mark.postgresql_only
def test_what_was_acknowledged_outlives_the_loss_of_the_database(database_url: str, tmp_path: Path) -> None:
    """The real thing, with a server that is stopped: `python -m bench.coediting_crash --restart-database`."""
    pairs = [make_pair(f"p{number}-") for number in range(2)]
    found = lose_the_database_again_and_again(pairs, SocketServer(database_url, tmp_path), [_throw_everybody_out] * 2)
    assert found.is_clean, found
    assert found.crashes == 2


def _throw_everybody_out() -> None:
    """This test too: it opens its own connection anew when it looks."""
    name, settings = connection.settings_dict["NAME"], connection.settings_dict
    away = psycopg2.connect(host=settings["HOST"], port=settings["PORT"], user=settings["USER"], dbname="postgres")
    away.autocommit = True
    with away.cursor() as cursor:
        cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS false')
        try:
            cursor.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", [name])
            time.sleep(AWAY)
        finally:
            cursor.execute(f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS true')
    away.close()
