"""What goes between a relay process and the process that writes, over a socket that both inherited.

A frame from the relay is: number (8 octets, big-endian), length (4), rows. An answer is: number (8), status (1),
length (4), a sentence in UTF-8. Answers come in the order of commits, and are matched by number.

The rows are pickled, since that is several times as fast as anything textual for octets, and both ends are of the same
release by construction. They are plain values only: the reader refuses every pickle that names a class or a function,
so even a relay taken over by what it read cannot make the writer run anything, only ask it to record things.
"""

import asyncio
import io
import pickle
import struct
from collections.abc import Iterator
from typing import Any

from gatekeeper.core.held import NotPossible
from gatekeeper.errors import TryAgain
from gatekeeper.storage.rows import Rows

LARGEST_FRAME = 512 * 1024 * 1024
"""Octets; a message is far smaller whatever the limit of its door, so more is no frame of ours."""

FRAME = struct.Struct("!QI")
ANSWER = struct.Struct("!QBI")

DONE, TRY_AGAIN, NOT_POSSIBLE = 0, 1, 2


class NotAFrame(Exception):
    """The other end speaks something else; the connection is of no use any more."""


def packed(rows: Rows) -> bytes:
    return pickle.dumps([getattr(rows, name) for name in Rows.__slots__], protocol=5)


def unpacked(data: bytes | memoryview) -> Rows:
    """Raises `NotAFrame` for whatever is not lists of tuples."""
    try:
        lists = _PlainUnpickler(io.BytesIO(data)).load()
    except Exception as error:
        raise NotAFrame(type(error).__name__) from error
    if not isinstance(lists, list) or len(lists) != len(Rows.__slots__):
        raise NotAFrame("rows")
    rows = Rows()
    for name, values in zip(Rows.__slots__, lists, strict=True):
        if not isinstance(values, list) or not all(type(v) is tuple for v in values):
            raise NotAFrame(name)
        setattr(rows, name, values)
    return rows


class _PlainUnpickler(pickle.Unpickler):
    def find_class(self, module_name: str, global_name: str, /) -> Any:
        raise pickle.UnpicklingError("only plain values")


def status_of(error: BaseException | None) -> tuple[int, bytes]:
    if error is None:
        return DONE, b""
    status = NOT_POSSIBLE if isinstance(error, NotPossible) else TRY_AGAIN
    known = isinstance(error, NotPossible | TryAgain)
    return status, (str(error) if known else "The store could not record this.").encode("utf-8", "replace")


def error_of(status: int, sentence: bytes) -> Exception | None:
    if status == DONE:
        return None
    kind = NotPossible if status == NOT_POSSIBLE else TryAgain
    return kind(sentence.decode("utf-8", "replace"))


class Incoming:
    """Takes octets as they come and gives whole frames: (the header's values, the body)."""

    def __init__(self, header: struct.Struct) -> None:
        self._header = header
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[tuple[tuple[int, ...], bytes]]:
        """Raises `NotAFrame` for an absurd length."""
        self._buffer += data
        at, size = 0, self._header.size
        try:
            while len(self._buffer) - at >= size:
                values = self._header.unpack_from(self._buffer, at)
                if values[-1] > LARGEST_FRAME:
                    raise NotAFrame("length")
                end = at + size + values[-1]
                if len(self._buffer) < end:
                    break
                body = bytes(memoryview(self._buffer)[at + size : end])
                at = end
                yield values, body
        finally:
            del self._buffer[:at]


class Outgoing:
    """Gathers what is sent in one turn of the event loop into one write."""

    def __init__(self, transport: asyncio.WriteTransport) -> None:
        self._transport = transport
        self._loop = asyncio.get_running_loop()
        self._waiting: list[bytes] = []

    def send(self, *pieces: bytes) -> None:
        if not self._waiting:
            self._loop.call_soon(self.flush)
        self._waiting.extend(pieces)

    def flush(self) -> None:
        waiting, self._waiting = self._waiting, []
        if waiting and not self._transport.is_closing():
            self._transport.writelines(waiting)
