"""A next hop that records the exact octets it was sent, and fails on request.

Recorded is what came between 354 and the final dot, with dot-stuffing undone (RFC 5321 section 4.5.2) and nothing else
done to it.
"""

import asyncio
import re
from collections import deque
from dataclasses import dataclass, field
from email import message_from_bytes

END = b"\r\n.\r\n"
TAKES = b"250 2.0.0 taken"

_RECEIVED = re.compile(
    rb"\AReceived: from [^\r\n]+\r\n\tby \S+ \(gatekeeper\) with ESMTP(?:\r\n\tid \S+)?; [\w ,:+-]+\r\n"
)


@dataclass(frozen=True)
class Taken:
    """One message that came with its final dot; `reply` is what the sink said then, empty where it hung up."""

    mail_from: bytes
    recipients: tuple[bytes, ...]
    octets: bytes
    reply: bytes

    @property
    def below_received(self) -> bytes:
        """The octets below the first field, which has to be gatekeeper's own."""
        return below_received(self.octets)

    @property
    def message_id(self) -> str:
        return str(message_from_bytes(self.octets)["Message-ID"])


def below_received(octets: bytes) -> bytes:
    """What stands below gatekeeper's Received, which has to be the first field. Its end is found by its own form: a
    message may begin with a blank, as if it went on with that field."""
    found = _RECEIVED.match(octets)
    assert found is not None, octets[:200]
    return octets[found.end() :]


class Gate:
    """A point at which the sink waits for as long as the gate is shut; `arrivals` counts who came there."""

    def __init__(self) -> None:
        self.arrivals = 0
        self._open = asyncio.Event()
        self._open.set()

    def shut(self) -> None:
        self._open.clear()

    def open(self) -> None:
        self._open.set()

    async def pass_through(self) -> None:
        self.arrivals += 1
        await self._open.wait()


@dataclass
class Sink:
    """`refused` maps a recipient to the reply to its RCPT; `at_dot` are the replies to the next final dots, in order:
    an empty one hangs up. `before_data` and `before_dot` hold back 354 and the final reply; `answered` counts the final
    replies that were written out."""

    port: int = 0
    refused: dict[bytes, bytes] = field(default_factory=dict)
    at_dot: deque[bytes] = field(default_factory=deque)
    came: list[Taken] = field(default_factory=list)
    before_data: Gate = field(default_factory=Gate)
    before_dot: Gate = field(default_factory=Gate)
    answered: int = 0
    _server: asyncio.Server | None = None
    _tasks: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def taken(self) -> list[Taken]:
        """What was answered with 250."""
        return [t for t in self.came if t.reply.startswith(b"2")]

    def to(self, recipient: bytes) -> list[Taken]:
        return [t for t in self.taken if recipient in t.recipients]

    async def start(self) -> None:
        """Come up, on the same port as before."""
        self._server = await asyncio.start_server(self._client, "127.0.0.1", self.port, backlog=512)
        self.port = int(self._server.sockets[0].getsockname()[1])

    async def stop(self) -> None:
        """Go down: hang up on everybody and listen no more."""
        if self._server is not None:
            self._server.close()
        for task in tuple(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def __aenter__(self) -> "Sink":
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def _client(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            await _Conversation(self, reader, writer).hold()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            self._tasks.discard(task)
            writer.close()


class _Conversation:
    """One client."""

    def __init__(self, sink: Sink, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._sink = sink
        self._reader = reader
        self._writer = writer
        self._mail_from = b""
        self._recipients: list[bytes] = []

    async def _say(self, *lines: bytes) -> None:
        self._writer.write(b"".join(line + b"\r\n" for line in lines))
        await self._writer.drain()

    async def hold(self) -> None:
        await self._say(b"220 sink.example ESMTP")
        while line := await self._reader.readline():
            verb = line[:4].upper()
            if verb == b"QUIT":
                await self._say(b"221 2.0.0 bye")
                return
            if verb == b"DATA":
                if not await self._data():
                    return
            else:
                await self._say(*self._answer(verb, line.rstrip(b"\r\n")))

    def _answer(self, verb: bytes, line: bytes) -> tuple[bytes, ...]:
        if verb == b"EHLO":
            words = (b"sink.example", b"PIPELINING", b"8BITMIME", b"SMTPUTF8", b"DSN", b"ENHANCEDSTATUSCODES")
            return (*(b"250-" + word for word in words), b"250 SIZE 60000000")
        if verb == b"MAIL":
            self._mail_from, self._recipients = _path(line), []
        elif verb == b"RCPT":
            refusal = self._sink.refused.get(_path(line))
            if refusal is not None:
                return (refusal,)
            self._recipients.append(_path(line))
        elif verb == b"RSET":
            self._mail_from, self._recipients = b"", []
        return (b"250 2.0.0 ok",)

    async def _data(self) -> bool:
        """Whether the conversation goes on."""
        await self._sink.before_data.pass_through()
        await self._say(b"354 go on")
        octets = await self._content()
        await self._sink.before_dot.pass_through()
        reply = self._sink.at_dot.popleft() if self._sink.at_dot else TAKES
        self._sink.came.append(Taken(self._mail_from, tuple(self._recipients), octets, reply))
        if not reply:
            return False
        await self._say(reply)
        self._sink.answered += 1
        return True

    async def _content(self) -> bytes:
        data = bytearray(b"\r\n")  # so that a dot on the very first line is found as well
        while not data.endswith(END):
            chunk = await self._reader.read(1 << 16)
            if not chunk:
                raise asyncio.IncompleteReadError(bytes(data), None)
            data += chunk
        return bytes(data[:-3]).replace(b"\r\n.", b"\r\n")[2:]


def _path(line: bytes) -> bytes:
    return line.partition(b"<")[2].rpartition(b">")[0].partition(b">")[0]
