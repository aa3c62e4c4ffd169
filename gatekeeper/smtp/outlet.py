"""The live transaction with the next hop, beside that of the client. Implements `Outlet`."""

from collections.abc import Sequence

from gatekeeper.core import reply
from gatekeeper.core.envelope import Path
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent
from gatekeeper.services.ports import Sent
from gatekeeper.smtp.commands import without
from gatekeeper.smtp.connection import GO_AHEAD, Connection, NextHopDown
from gatekeeper.smtp.content import Known, may_be_sent
from gatekeeper.smtp.nexthop import Pool
from gatekeeper.smtp.wire import Lost, LostAfterDot


class Lane:
    """One client's way to the next hop: a connection of its own for as long as the client stays."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._connection: Connection | None = None

    @property
    def current(self) -> Connection | None:
        return self._connection

    async def connection(self) -> Connection:
        """The connection, or another where that is gone. Raises `NextHopDown`."""
        if self._connection is None or not self._connection.is_usable:
            self.release()
            self._connection = await self._pool.take()
        return self._connection

    async def renewed(self) -> Connection:
        """A connection that has not been used before. Raises `NextHopDown`."""
        self.release()
        self._connection = await self._pool.new()
        return self._connection

    def release(self) -> None:
        """Give the connection back."""
        if self._connection is not None:
            self._pool.give(self._connection)
            self._connection = None

    async def send(
        self, mail_from: Path, recipients: Sequence[Path], content: Sequence[bytes], *, all_or_none: bool
    ) -> Sent:
        return await self._pool.send(mail_from, recipients, content, all_or_none=all_or_none)


class LiveOutlet:
    """From MAIL to the final dot or the reset. `accepted` are the recipients that the next hop took, `known` is
    what the door found out about the message. `is_broken`: the next hop did not take again what it had accepted, so
    nothing more can be accepted or sent in this transaction."""

    def __init__(self, lane: Lane) -> None:
        self._lane = lane
        self._mail_from = Path(b"")
        self.accepted: list[Path] = []
        self.known = Known()
        self.is_broken = False

    # --- the envelope, as it comes ------------------------------------------------------------------------------------

    async def mail(self, path: Path) -> Reply:
        """Pass MAIL on. A connection that was used before may have died of age: then once more on a new one."""
        self._mail_from = path
        try:
            connection = await self._lane.connection()
            was_fresh = connection.is_fresh
            try:
                answer = await connection.say_mail(_passable(path, connection))
            except Lost:
                if was_fresh:
                    return reply.NEXT_HOP_LOST
            else:
                if was_fresh or answer.code != 421:
                    return answer
            connection = await self._lane.renewed()
            return await connection.say_mail(_passable(path, connection))
        except NextHopDown:
            return reply.NEXT_HOP_DOWN
        except Lost:
            return reply.NEXT_HOP_LOST

    async def rcpt(self, path: Path) -> Reply:
        """Pass RCPT on."""
        try:
            answer = await (await self._in_step()).say_rcpt(path)
        except Lost:
            return reply.NEXT_HOP_LOST
        except NextHopDown:
            return reply.NEXT_HOP_DOWN
        if answer.is_positive:
            self.accepted.append(path)
        return answer

    async def reset(self) -> None:
        """End the transaction without sending; nothing where there is none."""
        self.accepted.clear()
        connection = self._lane.current
        if connection is not None and connection.has_transaction:
            await connection.say_reset()

    # --- the message --------------------------------------------------------------------------------------------------

    async def send(self, content: Sequence[bytes]) -> Reply:
        if not may_be_sent(content, self.known):
            return reply.BARE_NEWLINE
        try:
            return await self._send(content)
        except Lost as lost:
            raise NextHopDown("The connection to the next mail server was lost.") from lost
        except LostAfterDot as lost:
            raise MaybeSent("The connection to the next mail server was lost after the message had gone.") from lost

    async def _send(self, content: Sequence[bytes]) -> Reply:
        connection = await self._in_step()
        try:
            go = await connection.say_data()
        except Lost:
            connection = await self._in_step()
            go = await connection.say_data()
        return await connection.say_content(content, self.known) if go.code == GO_AHEAD else go

    async def send_apart(
        self, recipients: Sequence[Path], content: Sequence[bytes], *, all_or_none: bool = False
    ) -> Sent:
        return await self._lane.send(self._mail_from, recipients, content, all_or_none=all_or_none)

    async def _in_step(self) -> Connection:
        """The connection with the transaction as far as it is; where it was lost meanwhile, opened anew and MAIL and
        RCPT replayed. Raises `NextHopDown`, also where the next hop does not take the same recipients again: then
        for the rest of the transaction, since what it holds is no longer what the client was told."""
        if self.is_broken:
            raise NextHopDown("The next mail server did not take the same recipients again.")
        connection = self._lane.current
        if connection is not None and connection.is_usable and connection.has_transaction:
            return connection
        connection = await self._lane.renewed()
        answers = await connection.say_envelope(_passable(self._mail_from, connection), self.accepted)
        if not all(a.is_positive for a in answers):
            self.is_broken = True
            self._lane.release()
            raise NextHopDown("The next mail server did not take the same recipients again.")
        return connection


def _passable(path: Path, connection: Connection) -> Path:
    """MAIL as it came; AUTH= is left out where this next hop does not offer AUTH (RFC 4954 section 5)."""
    return path if "AUTH" in connection.offers else without(path, (b"AUTH",))
