"""The way to the next hop of each door: a few kept connections, and transactions of our own. Implements `NextHop`."""

import asyncio
from collections.abc import Callable, Iterable, Sequence

from gatekeeper.core import reply
from gatekeeper.core.envelope import Path
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent
from gatekeeper.services.ports import Sent
from gatekeeper.smtp.commands import without
from gatekeeper.smtp.connection import GO_AHEAD, Connection, NextHopDown
from gatekeeper.smtp.content import may_be_sent
from gatekeeper.smtp.options import DoorOptions
from gatekeeper.smtp.watch import Watch
from gatekeeper.smtp.wire import Lost, LostAfterDot

_PARAMETERS = {"DSN": (b"RET", b"ENVID", b"NOTIFY", b"ORCPT"), "AUTH": (b"AUTH",)}


class Pool:
    """Connections to one next hop, kept for a moment after a clean transaction. Each has one user at a time."""

    def __init__(self, options: DoorOptions, watch: Watch | None = None) -> None:
        self.options = options
        self.watch = watch or Watch(options.tick_seconds)
        self._idle: list[Connection] = []
        self._resets: set[asyncio.Task[None]] = set()
        self._is_closed = False
        self.deadline = 0.0

    @property
    def has_kept(self) -> bool:
        """Whether a connection waits for its next user."""
        return bool(self._idle)

    async def take(self) -> Connection:
        """A kept connection that is still sound, or a new one. Raises `NextHopDown`."""
        while self._idle:
            connection = self._idle.pop()
            if connection.is_usable:
                return connection
            connection.drop()
        return await self.new()

    async def new(self) -> Connection:
        """Raises `NextHopDown`."""
        connection = Connection(self.options, self.watch)
        await connection.open()
        return connection

    def give(self, connection: Connection) -> None:
        """Take a connection back. One with an open transaction is reset first; an unsound one is ended."""
        if not connection.is_usable:
            connection.drop()
        elif connection.has_transaction:
            task = asyncio.get_running_loop().create_task(self._reset(connection))
            self._resets.add(task)
            task.add_done_callback(self._resets.discard)
        elif self._is_closed:
            connection.leave()
        else:
            self._keep(connection)

    async def _reset(self, connection: Connection) -> None:
        await connection.say_reset()
        self.give(connection)

    def _keep(self, connection: Connection) -> None:
        if not self._idle:
            self.deadline = asyncio.get_running_loop().time() + self.options.keep_seconds
            self.watch.add(self)
        connection.kept_until = asyncio.get_running_loop().time() + self.options.keep_seconds
        self._idle.append(connection)
        if len(self._idle) > self.options.max_kept_connections:
            self._idle.pop(0).leave()

    def expire(self) -> None:
        """The oldest kept connection has been kept long enough."""
        now = asyncio.get_running_loop().time()
        while self._idle and (self._idle[0].kept_until <= now or not self._idle[0].is_usable):
            self._idle.pop(0).leave()
        if self._idle:
            self.deadline = self._idle[0].kept_until
        else:
            self.watch.discard(self)

    async def finish(self) -> None:
        """Wait for the resets that are under way, then `close`."""
        if self._resets:
            await asyncio.wait(self._resets, timeout=self.options.stop_seconds)
        self.close()

    def close(self) -> None:
        """End what is idle now, and later what is given back."""
        self._is_closed = True
        while self._idle:
            self._idle.pop().leave()
        self.watch.discard(self)

    async def send(
        self, mail_from: Path, recipients: Sequence[Path], content: Sequence[bytes], *, all_or_none: bool = False
    ) -> Sent:
        """A transaction of our own. With `all_or_none` nothing is sent unless every recipient is accepted. Raises
        `NextHopDown` before and `MaybeSent` after the final dot."""
        if not may_be_sent(content):
            return Sent((reply.BARE_NEWLINE,) * len(recipients), None)
        connection, answers = await self._envelope(mail_from, recipients)
        try:
            if len(answers) == 1:
                return Sent((answers[0],) * len(recipients), None)
            return await _finish(connection, tuple(answers[1:]), content, needed=all if all_or_none else any)
        except Lost as lost:
            raise NextHopDown("The connection to the next mail server was lost.") from lost
        except LostAfterDot as lost:
            raise MaybeSent("The connection to the next mail server was lost after the message had gone.") from lost
        finally:
            self.give(connection)

    async def _envelope(self, mail_from: Path, recipients: Sequence[Path]) -> tuple[Connection, list[Reply]]:
        """MAIL and RCPT, on a second connection where a kept one turns out to be dead."""
        connection = await self.take()
        was_fresh = connection.is_fresh
        try:
            answers = await connection.say_envelope(
                suited(mail_from, connection), [suited(p, connection) for p in recipients]
            )
            if answers[0].code != 421 or was_fresh:
                return connection, answers
        except Lost as lost:
            if was_fresh:
                raise NextHopDown("The connection to the next mail server was lost.") from lost
        connection = await self.new()
        try:
            return connection, await connection.say_envelope(
                suited(mail_from, connection), [suited(p, connection) for p in recipients]
            )
        except Lost as lost:
            raise NextHopDown("The connection to the next mail server was lost.") from lost


async def _finish(
    connection: Connection,
    recipients: tuple[Reply, ...],
    content: Sequence[bytes],
    needed: Callable[[Iterable[bool]], bool],
) -> Sent:
    """DATA, where as many recipients were accepted as are needed; otherwise whoever takes the connection resets it."""
    if not needed(a.is_positive for a in recipients):
        return Sent(recipients, None)
    go = await connection.say_data()
    return Sent(recipients, await connection.say_content(content) if go.code == GO_AHEAD else go)


def suited(path: Path, connection: Connection) -> Path:
    """The path without parameters of DSN, AUTH and SIZE that this next hop did not offer: they only accompany a
    message. What the message cannot do without (SMTPUTF8, BODY) stays, for the next hop to refuse."""
    unwanted = [name for keyword, names in _PARAMETERS.items() if keyword not in connection.offers for name in names]
    return without(path, (*unwanted, b"SIZE"))


class NextHops:
    """The next hop of every door, by the door's name."""

    def __init__(self, doors: Iterable[DoorOptions]) -> None:
        self._pools = {options.name: Pool(options) for options in doors}

    async def send(self, door: str, mail_from: Path, recipients: Sequence[Path], content: Sequence[bytes]) -> Sent:
        pool = self._pools.get(door)
        if pool is None:
            raise NextHopDown("There is no door of that name any more.")
        return await pool.send(mail_from, recipients, content)

    async def close(self) -> None:
        for pool in self._pools.values():
            await pool.finish()
