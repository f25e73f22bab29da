"""Hints between the processes that hold sockets, over Redis. It may be gone, hang or forget: nothing depends on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from time import monotonic

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from agreements.collaboration.hints import CHANNEL, MOST_WAITING, Hint, decode, encode

logger = logging.getLogger(__name__)

PAUSE = 1.0
# A quiet channel is asked for a sign of life now and then, so that a connection that died silently is noticed.
LONGEST_SILENCE = 5.0
# Sent together: a message to Redis for each edit and each cursor would cost more than the edits.
LINGER = 0.01
# Who is alone looks this often whether another process has come.
LOOK_FOR_OTHERS = 1.0
ONLY_ME = 1


class RedisRelay:
    """`publish` never waits. `hear` is called in the event loop with each hint of another process."""

    def __init__(self, hear: Callable[[Hint], None]) -> None:
        self._hear = hear
        self._waiting: list[Hint] = []
        self._something_waits = asyncio.Event()
        self._alone_until = 0.0
        self._tasks = [asyncio.create_task(self._for_ever(work)) for work in (self._carry, self._listen)]

    def publish(self, hint: Hint) -> None:
        """To nobody while this process is alone: who comes says so, and finds the rest in the log."""
        if monotonic() < self._alone_until:
            return
        if len(self._waiting) >= MOST_WAITING:
            # Redis is away or slow; the others find it in the log.
            logger.debug("co-editing: a hint was dropped")
            return
        self._waiting.append(hint)
        self._something_waits.set()

    async def _for_ever(self, work: Callable[[Redis], Awaitable[None]]) -> None:
        while True:
            client = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)
            try:
                await work(client)
            except (RedisError, OSError) as error:
                logger.debug("co-editing: no hints, %s", type(error).__name__)
            except Exception:
                # Something else speaks on the channel; hints go on all the same.
                logger.exception("co-editing: a hint could not be read")
            finally:
                await client.aclose()
            await asyncio.sleep(PAUSE)

    async def _carry(self, client: Redis) -> None:
        while True:
            await self._something_waits.wait()
            await asyncio.sleep(LINGER)
            self._something_waits.clear()
            hints, self._waiting = self._waiting, []
            listeners = await client.publish(CHANNEL, encode(hints))
            if listeners <= ONLY_ME:
                self._alone_until = monotonic() + LOOK_FOR_OTHERS

    async def _listen(self, client: Redis) -> None:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=LONGEST_SILENCE)
                if message is None:
                    await pubsub.ping()
                elif message["type"] == "message" and (hints := decode(message["data"])):
                    self._alone_until = 0.0
                    for hint in hints:
                        self._hear(hint)
