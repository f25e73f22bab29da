"""Hints between the processes that hold sockets, over Redis. It may be gone, hang or forget: nothing depends on it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import RedisError

from agreements.collaboration.hints import CHANNEL, MOST_WAITING, Hint, decode, encode

logger = logging.getLogger(__name__)

PAUSE = 1.0
# A quiet channel is asked for a sign of life now and then, so that a connection that died silently is noticed.
LONGEST_SILENCE = 5.0


class RedisRelay:
    """`publish` never waits. `hear` is called in the event loop with each hint of another process."""

    def __init__(self, hear: Callable[[Hint], None]) -> None:
        self._hear = hear
        self._waiting: asyncio.Queue[Hint] = asyncio.Queue(MOST_WAITING)
        self._tasks = [asyncio.create_task(self._for_ever(work)) for work in (self._carry, self._listen)]

    def publish(self, hint: Hint) -> None:
        try:
            self._waiting.put_nowait(hint)
        except asyncio.QueueFull:
            # Redis is away or slow; the others find it in the log.
            logger.debug("co-editing: a hint was dropped")

    async def _for_ever(self, work: Callable[[Redis], Awaitable[None]]) -> None:
        while True:
            client = Redis.from_url(settings.REDIS_URL, socket_timeout=2, socket_connect_timeout=1)
            try:
                await work(client)
            except (RedisError, OSError) as error:
                logger.debug("co-editing: no hints, %s", type(error).__name__)
            finally:
                await client.aclose()
            await asyncio.sleep(PAUSE)

    async def _carry(self, client: Redis) -> None:
        while True:
            await client.publish(CHANNEL, encode(await self._waiting.get()))

    async def _listen(self, client: Redis) -> None:
        async with client.pubsub() as pubsub:
            await pubsub.subscribe(CHANNEL)
            while True:
                message = await pubsub.get_message(timeout=LONGEST_SILENCE)
                if message is None:
                    await pubsub.ping()
                elif message["type"] == "message" and (hint := decode(message["data"])):
                    self._hear(hint)
