"""How a door converses with one client, in the frame of aiosmtpd.

Of the frame stay the protocol, its session and envelope and the shape of its commands. Replaced are its set-up (which
looks through every attribute for each connection), its reading line by line, its parsing of addresses, its time-outs
that cancel work half done, and its logging of what people write.
"""

import asyncio
import math
from typing import cast

from aiosmtpd.smtp import SMTP
from aiosmtpd.smtp import Session as Greeted

from gatekeeper import logs
from gatekeeper.core import reply
from gatekeeper.core.reply import Reply
from gatekeeper.smtp import answers
from gatekeeper.smtp.content import Incoming
from gatekeeper.smtp.house import House
from gatekeeper.smtp.inbox import BadLine, Gone, Inbox
from gatekeeper.smtp.options import host_address
from gatekeeper.smtp.outlet import Lane

VERBS = {
    name.encode(): f"smtp_{name}"
    for name in "HELO EHLO MAIL RCPT DATA RSET NOOP VRFY EXPN HELP QUIT STARTTLS XCLIENT AUTH".split()
}
IDLE_VERBS = frozenset({b"RSET", b"NOOP", b"VRFY", b"EXPN", b"HELP", b"HELO", b"EHLO"})
"""Commands that bring no message nearer."""


class Conversation(SMTP):
    """The frame of a session: bytes in, commands dispatched, replies out.

    `deadline` is for a `Watch`; it is infinite while the client waits for us."""

    session: Greeted
    transport: asyncio.Transport | None

    def __init__(self, house: House, loop: asyncio.AbstractEventLoop) -> None:
        # Not SMTP's own set-up: see above. It wants a stream reader; we read for ourselves.
        asyncio.StreamReaderProtocol.__init__(self, None, loop=loop)  # type: ignore[arg-type]
        self.loop = loop
        self.deadline = math.inf
        self._house = house
        self._options = house.options
        self._handle_hooks = {}
        self._auth_required = False
        self.hostname = house.options.hostname
        self.transport = None
        self.session = Greeted(loop)
        self._peer = ""
        self._out: list[bytes] = []
        self._congestion: asyncio.Future[None] | None = None
        self._is_over = False
        self._is_retiring = False
        self._incoming: Incoming | None = None
        self._data_began = 0.0
        self._inbox = Inbox(
            loop,
            max_line=house.options.max_command_octets,
            takes_lf=house.options.bare_newline == "normalise",
            pause=self._pause_reading,
            resume=self._resume_reading,
        )
        self._lane = Lane(house.pool)
        self._errors = 0
        self._idle_commands = 0

    @property
    def is_in_transaction(self) -> bool:
        return False

    # --- the transport ------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)  # uvloop's are no subclass
        self.session.peer = transport.get_extra_info("peername")
        self._peer = host_address(self.session.peer[0]) if isinstance(self.session.peer, tuple) else ""
        if refusal := self._house.admit(self._peer):
            self._close_with(refusal)
            return
        self._house.begin(self, self._peer, self.loop.create_task(self._handle_client()))

    def data_received(self, data: bytes) -> None:
        self._inbox.feed(data)
        if self._incoming is not None:
            self._extend(self._incoming)

    def eof_received(self) -> bool:
        self._inbox.feed_eof()
        return self.session.ssl is None  # keep the way back open for a last reply; TLS cannot

    def connection_lost(self, error: Exception | None) -> None:
        self.deadline = math.inf
        self._inbox.feed_eof()
        self.resume_writing()
        asyncio.StreamReaderProtocol.connection_lost(self, None)
        self.transport = None

    def expire(self) -> None:
        """The client kept us waiting for too long."""
        self._close_with(answers.TOO_SLOW)

    def retire(self) -> None:
        """The door closes: end now, or as soon as the transaction that is under way has ended."""
        self._is_retiring = True
        if self.deadline < math.inf and not self.is_in_transaction:
            self._close_with(answers.CLOSING)

    def _close_with(self, answer: Reply) -> None:
        self.deadline = math.inf
        if self.transport is not None and not self.transport.is_closing():
            self.transport.write(str(answer).encode("ascii") + b"\r\n")
            self._hang_up(self.transport)
        self._inbox.feed_eof()

    def _hang_up(self, transport: asyncio.Transport) -> None:
        """Close once all is written; at once where the client does not read what is written."""
        if self._congestion is None:
            transport.close()
        else:
            transport.abort()

    def pause_writing(self) -> None:
        self._congestion = self.loop.create_future()

    def resume_writing(self) -> None:
        if self._congestion is not None and not self._congestion.done():
            self._congestion.set_result(None)
        self._congestion = None

    def _pause_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def _extend(self, incoming: Incoming) -> None:
        """Content is coming: there is time for the next chunk, but no more than the lowest data rate allows."""
        options = self._options
        allowed = self._data_began + options.client_idle_seconds + incoming.octets / options.min_data_rate
        self.deadline = min(self.loop.time() + options.data_idle_seconds, allowed)

    async def push(self, status: Reply | str | bytes) -> None:
        """Put a reply on its way; replies to commands that came together leave together (RFC 2920)."""
        self._out.append(status if isinstance(status, bytes) else str(status).encode("ascii", "replace"))

    async def _flush(self) -> None:
        if self._out and self.transport is not None and not self.transport.is_closing():
            self.transport.write(b"\r\n".join((*self._out, b"")))
        self._out.clear()
        if self._congestion is not None:
            self.deadline = self.loop.time() + self._options.client_idle_seconds
            await self._congestion

    # --- the conversation ---------------------------------------------------------------------------------------------

    async def _handle_client(self) -> None:
        try:
            await self.push(f"220 {self.hostname} ESMTP gatekeeper")
            while not self._is_over:
                await self._next_command()
            await self._flush()
        except Gone:
            pass
        except BadLine:
            await self.push(answers.BAD_LINE)
            await self._flush()
        finally:
            self._lane.release()
            if self.transport is not None:
                self._hang_up(self.transport)
            self._house.end(self, self._peer)

    async def _next_command(self) -> None:
        if self._is_retiring and not self.is_in_transaction:
            await self._goodbye(answers.CLOSING)
            return
        if not self._inbox.has_line:
            await self._flush()
        self.deadline = self.loop.time() + self._options.client_idle_seconds
        line = await self._inbox.line()
        self.deadline = math.inf
        verb, _, argument = line.partition(b" ")
        verb = verb.upper()
        method = VERBS.get(verb)
        if method is None:
            await self._wrong(answers.UNKNOWN)
            return
        if verb in IDLE_VERBS and self._too_many_idle():
            await self._goodbye(answers.TOO_MANY)
            return
        try:
            await getattr(self, method)(argument.strip())
        except (Gone, BadLine):
            raise
        except Exception as error:  # never a traceback, never our insides in a reply
            await self.push(await self.handle_exception(error))

    async def handle_exception(self, error: Exception) -> str:
        """A fixed reply; the log has the type of the error and nothing that the client sent."""
        logs.door_failed(self._options.name, type(error).__name__)
        return str(reply.TRY_LATER)

    def _too_many_idle(self) -> bool:
        self._idle_commands += 1
        return self._idle_commands > self._options.max_idle_commands

    async def _wrong(self, answer: Reply) -> None:
        """A mistake of the client; too many end the conversation."""
        self._errors += 1
        if self._errors > self._options.max_errors:
            await self._goodbye(answers.TOO_MANY)
        else:
            await self.push(answer)

    async def _goodbye(self, answer: Reply) -> None:
        await self.push(answer)
        self._is_over = True

    async def _pass_on(self, answer: Reply) -> None:
        """A reply of the next hop. Its 421 ends our conversation too (RFC 5321 section 3.8)."""
        await self.push(answer)
        if answer.code == 421:
            self._is_over = True
