"""Recording through another process: several processes that write one SQLite file starve each other for seconds, so
relay processes hand what they record to the one that writes, and all of them share its commits.

The socket is one end of `socket.socketpair()`, handed to the child when it is started: nobody else can open it.
"""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, cast

from gatekeeper.core.changes import Changes
from gatekeeper.errors import TryAgain
from gatekeeper.storage.group import LONGEST_QUEUE
from gatekeeper.storage.rows import Rows
from gatekeeper.storage.store import SqlStore
from gatekeeper.storage.wire import ANSWER, FRAME, Incoming, NotAFrame, Outgoing, error_of, packed, status_of, unpacked

IN_HAND = 64 * 1024 * 1024
"""Octets of one relay that wait for a commit before nothing more is read from it."""


async def serve_writer(store: SqlStore, sock: socket.socket) -> None:
    """Record what the process at the other end of `sock` sends, until it is gone. The socket is closed at the end."""
    loop = asyncio.get_running_loop()
    sock.setblocking(False)
    transport, end = await loop.create_unix_connection(lambda: _WriterEnd(store), sock=sock)
    try:
        await asyncio.shield(end.gone)
    finally:
        transport.close()


class _WriterEnd(asyncio.Protocol):
    def __init__(self, store: SqlStore) -> None:
        self._store = store
        self._frames = Incoming(FRAME)
        self._in_hand = 0
        self._paused = False
        self.gone: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._answers = Outgoing(self._transport)

    def connection_lost(self, exc: Exception | None) -> None:
        if not self.gone.done():
            self.gone.set_result(None)

    def data_received(self, data: bytes) -> None:
        try:
            for (number, length), body in self._frames.feed(data):
                self._record(number, length, unpacked(body))
        except NotAFrame:
            self._transport.abort()

    def _record(self, number: int, length: int, rows: Rows) -> None:
        try:
            recorded = self._store.record_rows(rows)
        except TryAgain as error:
            self._answer(number, error)
            return
        self._in_hand += length
        if self._in_hand > IN_HAND and not self._paused:
            self._paused = True
            self._transport.pause_reading()
        recorded.add_done_callback(lambda done: self._recorded(number, length, done))

    def _recorded(self, number: int, length: int, done: "asyncio.Future[Any]") -> None:
        self._in_hand -= length
        if self._paused and self._in_hand <= IN_HAND:
            self._paused = False
            if not self._transport.is_closing():
                self._transport.resume_reading()
        self._answer(number, TryAgain("The store is closing.") if done.cancelled() else done.exception())

    def _answer(self, number: int, error: BaseException | None) -> None:
        status, sentence = status_of(error)
        self._answers.send(ANSWER.pack(number, status, len(sentence)), sentence)


class RemoteRecorder(asyncio.Protocol):
    """Implements `Recorder` in a relay process. Many may be under way; once the writer is gone every one raises
    `TryAgain`, at once."""

    def __init__(self, lost: Callable[[], object]) -> None:
        self._tell = lost
        self._answers = Incoming(ANSWER)
        self._waiting: dict[int, asyncio.Future[None]] = {}
        self._number = 0
        self._lost = False

    @classmethod
    async def connect(cls, sock: socket.socket, lost: Callable[[], object] = lambda: None) -> "RemoteRecorder":
        """`sock` is this process's end of the pair; `lost` is called when the writer is gone."""
        sock.setblocking(False)
        _, recorder = await asyncio.get_running_loop().create_unix_connection(lambda: cls(lost), sock=sock)
        return recorder

    async def record(self, changes: Changes) -> None:
        if self._lost:
            raise TryAgain("The process that writes the store is gone.")
        if len(self._waiting) >= LONGEST_QUEUE:
            raise TryAgain("Too many wait for the store at the moment.")
        rows = Rows()
        rows.add(changes)
        body = packed(rows)
        self._number += 1
        waiting = self._waiting[self._number] = asyncio.get_running_loop().create_future()
        self._frames.send(FRAME.pack(self._number, len(body)), body)
        await waiting

    async def close(self) -> None:
        """Wait for what is under way, then hang up."""
        if self._waiting:
            await asyncio.wait(self._waiting.values())
        self._transport.close()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)
        self._frames = Outgoing(self._transport)

    def data_received(self, data: bytes) -> None:
        try:
            for (number, status, _), sentence in self._answers.feed(data):
                self._settle(self._waiting.pop(number, None), error_of(status, sentence))
        except NotAFrame:
            self._transport.abort()

    def connection_lost(self, exc: Exception | None) -> None:
        self._lost = True
        waiting, self._waiting = self._waiting, {}
        for future in waiting.values():
            self._settle(future, TryAgain("The process that writes the store is gone."))
        self._tell()

    def _settle(self, future: "asyncio.Future[None] | None", error: Exception | None) -> None:
        if future is None or future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(None)
