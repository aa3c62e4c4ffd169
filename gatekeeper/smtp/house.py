"""What all sessions of one door share: who may come in, and the work that is under way."""

import asyncio
import ssl
from collections import Counter
from collections.abc import Coroutine
from typing import Any, Protocol

from gatekeeper.core import reply
from gatekeeper.core.reply import Reply
from gatekeeper.services.ports import Clock, Gate, Randomness
from gatekeeper.smtp import answers
from gatekeeper.smtp.nexthop import Pool
from gatekeeper.smtp.options import DoorOptions, is_listed
from gatekeeper.smtp.watch import Watch, Watched


class Guest(Watched, Protocol):
    """A session, as its door sees it."""

    def retire(self) -> None:
        """End soon: the door closes."""
        ...


class House:
    """`sessions` are the tasks of the clients that are in; `works` the messages that the services are at."""

    def __init__(
        self, options: DoorOptions, gate: Gate, names: Randomness, clock: Clock, tls: ssl.SSLContext | None
    ) -> None:
        self.options = options
        self.gate = gate
        self.names = names
        self.clock = clock
        self.tls = tls
        self.watch = Watch(options.tick_seconds)
        self.pool = Pool(options, self.watch)
        self.sessions: dict[Guest, asyncio.Task[None]] = {}
        self.works: set[asyncio.Task[Reply]] = set()
        self.is_closing = False
        self._clients: Counter[str] = Counter()
        self._trusted: dict[str, bool] = {}

    def admit(self, peer: str) -> Reply | None:
        """Why this peer may not come in; `None` where it may."""
        if not self._is_trusted(peer):
            return reply.NOT_ALLOWED_HERE
        if self.is_closing:
            return answers.CLOSING
        if len(self.sessions) >= self.options.max_connections:
            return answers.TOO_BUSY
        if self._clients[peer] >= self.options.max_connections_per_client:
            return answers.TOO_BUSY
        return None

    def _is_trusted(self, peer: str) -> bool:
        """Asked for every connection, and mostly of the same few."""
        known = self._trusted.get(peer)
        if known is None:
            if len(self._trusted) > 1000:
                self._trusted.clear()
            known = self._trusted[peer] = is_listed(peer, self.options.trusted)
        return known

    def begin(self, session: Guest, peer: str, task: asyncio.Task[None]) -> None:
        self._clients[peer] += 1
        self.sessions[session] = task
        self.watch.add(session)

    def end(self, session: Guest, peer: str) -> None:
        self.watch.discard(session)
        self.sessions.pop(session, None)
        self._clients[peer] -= 1
        if self._clients[peer] <= 0:
            del self._clients[peer]

    def undertake(self, work: Coroutine[Any, Any, Reply]) -> asyncio.Task[Reply]:
        """Start work that outlives its client."""
        task = asyncio.get_running_loop().create_task(work)
        self.works.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[Reply]) -> None:
        self.works.discard(task)
        if not task.cancelled():
            task.exception()  # the session has it, unless it was ended meanwhile
