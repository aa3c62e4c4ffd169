"""Deadlines without a timer for each wait."""

import asyncio
from typing import Protocol


class Watched(Protocol):
    deadline: float
    """On the loop's clock; infinity while nothing is waited for."""

    def expire(self) -> None:
        """The deadline has passed. Must move it or end."""
        ...


class Watch:
    """Looks at all deadlines once every `tick_seconds`, as long as there are any."""

    def __init__(self, tick_seconds: float) -> None:
        self._tick_seconds = tick_seconds
        self._watched: set[Watched] = set()
        self._timer: asyncio.TimerHandle | None = None

    def add(self, watched: Watched) -> None:
        self._watched.add(watched)
        if self._timer is None:
            self._arm(asyncio.get_running_loop())

    def discard(self, watched: Watched) -> None:
        self._watched.discard(watched)

    def close(self) -> None:
        self._watched.clear()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = loop.call_later(self._tick_seconds, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        for watched in tuple(self._watched):
            if watched.deadline <= now:
                watched.expire()
        if self._watched:
            self._arm(loop)
