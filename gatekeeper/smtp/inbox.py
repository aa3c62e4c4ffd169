"""Bytes from a client: command lines, and the content of DATA, both found in chunks."""

import asyncio
from collections.abc import Callable

from gatekeeper.smtp.content import Incoming

HIGH = 64 * 1024
"""Octets that may wait unread before the client is asked to stop sending."""


class Gone(Exception):
    """The client has left: nothing more will come."""


class BadLine(Exception):
    """Not a command line: too long, or a bare CR or LF in it. Nothing of it may be taken for a command."""


class Inbox:
    """`pause` and `resume` act on the transport. A line ends in CRLF, or in LF too where `takes_lf`."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        *,
        max_line: int,
        takes_lf: bool,
        pause: Callable[[], None],
        resume: Callable[[], None],
    ) -> None:
        self._loop = loop
        self._max_line = max_line
        self._takes_lf = takes_lf
        self._pause = pause
        self._resume = resume
        self._buffer = bytearray()
        self._incoming: Incoming | None = None
        self._waiter: asyncio.Future[None] | None = None
        self._is_gone = False
        self._is_paused = False

    # --- the transport's side -----------------------------------------------------------------------------------------

    def feed(self, data: bytes) -> None:
        if self._incoming is not None:
            rest = self._incoming.feed(data)
            if rest is None:
                return
            self._incoming = None
            data = rest
        self._buffer += data
        if len(self._buffer) > HIGH and not self._is_paused:
            self._is_paused = True
            self._pause()
        self._wake()

    def feed_eof(self) -> None:
        self._is_gone = True
        self._wake()

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)

    async def _wait(self) -> None:
        if self._is_gone:
            raise Gone
        if self._is_paused:
            self._is_paused = False
            self._resume()
        self._waiter = self._loop.create_future()
        try:
            await self._waiter
        finally:
            self._waiter = None

    # --- the session's side -------------------------------------------------------------------------------------------

    @property
    def has_line(self) -> bool:
        return b"\n" in self._buffer

    @property
    def is_empty(self) -> bool:
        return not self._buffer

    def clear(self) -> None:
        self._buffer.clear()

    async def line(self) -> bytes:
        """The next command line without its end. Raises `Gone`, `BadLine`."""
        buffer = self._buffer
        while (end := buffer.find(b"\n")) < 0:
            if len(buffer) > self._max_line:
                buffer.clear()
                raise BadLine
            await self._wait()
        line = bytes(buffer[:end])
        del buffer[: end + 1]
        if line.endswith(b"\r"):
            line = line[:-1]
        elif not self._takes_lf:
            raise BadLine
        if b"\r" in line or len(line) > self._max_line:
            raise BadLine
        return line

    async def content(self, incoming: Incoming) -> None:
        """Wait until `incoming` has all of the content. Raises `Gone`."""
        data = bytes(self._buffer)
        self._buffer.clear()
        self._incoming = incoming
        if data:
            self.feed(data)
        while self._incoming is not None:
            await self._wait()
