"""The wire to the next hop: aiosmtplib's protocol with replies that are matched strictly to what was asked.

aiosmtplib keeps bytes that nobody asked for and may hand them out as the next reply, takes a reply line apart leniently
and rewrites line ends of the content. Here any byte without an outstanding question ends the connection, and content
leaves as it is.
"""

import asyncio
import math
from collections import deque
from collections.abc import Sequence
from typing import cast

from aiosmtplib import SMTPResponse, SMTPServerDisconnected
from aiosmtplib.protocol import SMTPProtocol

from gatekeeper.core.reply import Reply
from gatekeeper.smtp.replies import Malformed, take_reply

SLICE = 256 * 1024
"""Octets written before the transport is asked whether it keeps up."""


class Lost(Exception):
    """The connection is gone, or was ended because what came over it made no sense or came too late."""


class LostAfterDot(Exception):
    """The connection was lost when the whole message had gone: the next hop may have taken it."""


class Refused(Exception):
    """The next hop gave a negative reply while the content was on its way; the final dot was not sent."""

    def __init__(self, reply: Reply) -> None:
        super().__init__()
        self.reply = reply


class Wire(SMTPProtocol):
    """`deadline` is for a `Watch`: of the oldest question, else infinite."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop=loop)
        self.deadline = math.inf
        self._early: Reply | None = None
        self._greeting: asyncio.Future[Reply] | None = None
        self._patience = math.inf
        self._asked: deque[asyncio.Future[Reply]] = deque()
        self._is_uploading = False

    @property
    def is_usable(self) -> bool:
        """Open, and with no question unanswered."""
        return self.is_connected and not self._asked and not self._is_uploading

    # --- asking -------------------------------------------------------------------------------------------------------

    async def ask(self, command: bytes, seconds: float) -> Reply:
        """Send one command line (without its end) and wait for the reply. Raises `Lost`."""
        return await self._answer(self.post((command,), seconds)[0])

    async def ask_all(self, commands: Sequence[bytes], seconds: float) -> list[Reply]:
        """Send several command lines at once (RFC 2920) and wait for all replies. Raises `Lost`."""
        return [await self._answer(future) for future in self.post(commands, seconds)]

    def post(self, commands: Sequence[bytes], seconds: float) -> list["asyncio.Future[Reply]"]:
        """Write command lines; the futures of their replies, in order."""
        self._write(b"\r\n".join(commands) + b"\r\n")
        return [self._expect(seconds) for _ in commands]

    async def send_content(self, pieces: Sequence[bytes], idle_seconds: float, dot_seconds: float) -> Reply:
        """Send the content, stuffed and with the final dot, and wait for the reply. Raises `Refused` and `Lost` where
        the final dot has not been sent, `LostAfterDot` where it has."""
        if sum(map(len, pieces)) > SLICE:
            last = await self._write_most(pieces, idle_seconds)
        else:
            last = b"".join(pieces)
        self._write(last)
        try:
            return await self._answer(self._expect(dot_seconds))
        except Lost as lost:
            raise LostAfterDot from lost

    async def _write_most(self, pieces: Sequence[bytes], idle_seconds: float) -> bytes:
        """Write all but the last piece at the pace of the other side; the last piece."""
        self._is_uploading = True
        try:
            for piece in pieces[:-1]:
                view = memoryview(piece)
                for start in range(0, len(view), SLICE):
                    self._write(view[start : start + SLICE])
                    self.deadline = self._loop.time() + idle_seconds
                    await self._drained()
        finally:
            self._is_uploading = False
            self.deadline = math.inf
        return pieces[-1]

    async def _drained(self) -> None:
        try:
            await self._drain_helper()
        except ConnectionError as error:
            raise self._loss() from error
        if not self.is_connected:
            raise self._loss()

    def _loss(self) -> Lost | Refused:
        return Refused(self._early) if self._early else Lost()

    def _write(self, data: bytes | memoryview) -> None:
        if not self.is_connected:
            raise Lost
        cast(asyncio.WriteTransport, self.transport).write(data)

    def _expect(self, seconds: float) -> "asyncio.Future[Reply]":
        future: asyncio.Future[Reply] = self._loop.create_future()
        self._patience = seconds
        if not self._asked:
            self.deadline = self._loop.time() + seconds
        self._asked.append(future)
        return future

    async def _answer(self, future: "asyncio.Future[Reply]") -> Reply:
        try:
            answer = await future
        except asyncio.CancelledError:
            self.drop()
            raise
        if answer.code == 421:
            self.drop()
        return answer

    # --- what comes ---------------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = transport
        self._over_ssl = transport.get_extra_info("sslcontext") is not None
        self._command_lock = asyncio.Lock()
        self._greeting = self._expect(math.inf)

    async def read_response(self, timeout: float | None = None) -> SMTPResponse:  # noqa: ASYNC109 - aiosmtplib's
        """The greeting, or the reply to what aiosmtplib itself has just written."""
        future, self._greeting = self._greeting or self._expect(timeout or math.inf), None
        try:
            answer = await self._answer(future)
        except Lost as lost:
            raise SMTPServerDisconnected("Connection lost") from lost
        return SMTPResponse(answer.code, "\n".join(answer.lines))

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        try:
            while self._buffer and self._asked and (answer := take_reply(self._buffer)):
                self._give(answer)
            if self._buffer and not self._asked:
                self._unasked()
        except Malformed:
            self.drop()

    def _give(self, answer: Reply) -> None:
        future = self._asked.popleft()
        if not future.done():
            future.set_result(answer)
        self.deadline = self._loop.time() + self._patience if self._asked else math.inf

    def _unasked(self) -> None:
        """Something came that nobody asked for. While content is on its way that may be an honest early refusal;
        anything else makes every later reply doubtful."""
        answer = take_reply(self._buffer) if self._is_uploading else None
        if answer is not None and answer.code >= 400 and not self._buffer:
            self._early = answer
        self.drop()

    def eof_received(self) -> bool:
        self.drop()
        return False

    def connection_lost(self, exc: Exception | None) -> None:
        self._fail()
        super().connection_lost(exc or ConnectionResetError())

    def expire(self) -> None:
        """The next hop did not answer in time."""
        self.drop()

    def drop(self) -> None:
        """End the connection at once; whoever waits gets `Lost`."""
        self.deadline = math.inf
        if self.transport is not None and not self.transport.is_closing():
            cast(asyncio.WriteTransport, self.transport).abort()
        self._fail()

    def _fail(self) -> None:
        self.deadline = math.inf
        self._buffer.clear()
        while self._asked:
            future = self._asked.popleft()
            if not future.done():
                future.set_exception(Lost())
                future.exception()  # retrieved: perhaps nobody waits any more
