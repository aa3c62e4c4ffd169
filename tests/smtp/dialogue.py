"""Dialogues as text: `C:` is what the client says, `S:` what the server answers.

In the text of a next hop the client is gatekeeper. Every line ends in CRLF unless it holds escapes: then it is exactly
what its escapes say (`\\r\\n` included). `<close>` ends the connection, `...` at the end of an expected line stands for
anything.
"""

import asyncio
import codecs
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from ipaddress import ip_network

from gatekeeper.core import reply
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.reply import Reply
from gatekeeper.services.ports import Outlet
from gatekeeper.smtp.options import DoorOptions
from gatekeeper.smtp.server import Door

PATIENCE = 3.0
"""Seconds after which a dialogue that does not go on has failed."""

HELLO = (
    """
S: 220 next.example ESMTP
C: EHLO gk.example
"""
    r"S: 250-next.example\r\n250-8BITMIME\r\n250-SMTPUTF8\r\n250-DSN\r\n"
    r"250-ENHANCEDSTATUSCODES\r\n250 SIZE 1000000\r\n"
    "\n"
)
"""How a next hop greets."""

MAIL = """
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 sender ok
C: RCPT TO:<c@d.example>
S: 250 2.1.5 recipient ok
"""

TAKES = (
    HELLO
    + MAIL
    + """
C: DATA
S: 354 go on
C: Subject: x
C:
C: hello
C: .
S: 250 2.0.0 taken as 17
"""
)

SENDS = """
S: 220 gk.example ESMTP gatekeeper
C: HELO client.example
S: 250 gk.example
C: MAIL FROM:<a@b.example>
S: 250 2.1.0 sender ok
C: RCPT TO:<c@d.example>
S: 250 2.1.5 recipient ok
C: DATA
S: 354 ...
C: Subject: x
C:
C: hello
C: .
"""


def octets(text: str) -> bytes:
    if "\\" not in text:
        return text.encode("utf-8") + b"\r\n"
    return codecs.decode(text.encode("latin-1", "backslashreplace"), "unicode_escape").encode("latin-1")


def steps(text: str) -> list[tuple[str, str]]:
    return [(line.strip()[0], line.strip()[2:].strip(" ")) for line in text.split("\n") if line.strip()]


class Unexpected(AssertionError):
    pass


async def perform(part: str, text: str, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Play the part of "C" or "S"; raises `Unexpected` where the other side does not say its lines."""
    for who, words in steps(text):
        if who == part and words == "<close>":
            writer.close()
            return
        if who == part:
            writer.write(octets(words))
            continue
        try:
            await asyncio.wait_for(expect(words, reader), PATIENCE)
        except TimeoutError:
            raise Unexpected(f"waited in vain for {words!r}") from None


async def expect(words: str, reader: asyncio.StreamReader) -> None:
    if words == "<close>":
        try:
            rest = await reader.read(200)
        except ConnectionError:
            rest = b""
        if rest:
            raise Unexpected(f"expected the end, got {rest!r}")
        return
    wanted = octets(words)
    got = await reader.readexactly(len(wanted)) if "\\" in words else await reader.readline()
    if words.endswith("..."):
        wanted = wanted.rstrip(b".\r\n")
        got = got[: len(wanted)]
    if got != wanted:
        raise Unexpected(f"expected {wanted!r}, got {got!r}")


class ScriptedServer:
    """A next hop that plays one text for each connection, in order; more connections are refused."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = list(texts)
        self.connections = 0
        self.finished = 0
        self.faults: list[BaseException] = []
        self._writers: list[asyncio.StreamWriter] = []

    async def start(self) -> int:
        self._server = await asyncio.start_server(self._play, "127.0.0.1", 0, limit=1 << 26)
        return int(self._server.sockets[0].getsockname()[1])

    async def _play(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        number = self.connections
        self.connections += 1
        if number >= len(self.texts):
            writer.close()
            return
        try:
            await perform("S", self.texts[number], reader, writer)
            self.finished += 1
        except (Unexpected, asyncio.IncompleteReadError, ConnectionError) as fault:
            self.faults.append(fault)
        writer.close()

    async def stop(self) -> None:
        for writer in self._writers:
            writer.close()
        await closed(self._server)

    def check(self) -> None:
        """Every text was played to its end."""
        assert not self.faults, self.faults
        assert self.finished == len(self.texts), f"{self.finished} of {len(self.texts)} conversations"


async def closed(server: asyncio.Server) -> None:
    """Close a server and wait until its last connection has ended."""
    waiting = asyncio.create_task(server.wait_closed())
    await asyncio.sleep(0)
    server.close()
    await asyncio.wait_for(waiting, PATIENCE)


async def until(condition: Callable[[], object], seconds: float = PATIENCE) -> None:
    """Let everything else run until the condition holds."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is not ours to signal
            await asyncio.sleep(0.001)


@dataclass
class FakeGate:
    """Sends on and keeps what it saw. `own` are the addresses that gatekeeper answers; `answer` replaces sending."""

    own: frozenset[bytes] = frozenset()
    answer: Reply | Exception | None = None
    block: bytes = b""
    seen: list[Submission] = field(default_factory=list)

    def is_own_address(self, path: Path) -> bool:
        return path.raw in self.own

    async def accept(self, submission: Submission, outlet: Outlet) -> Reply:
        self.seen.append(submission)
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer is not None:
            return self.answer
        if submission.rcpt_to[0].raw in self.own:
            return reply.OK
        return await outlet.send((self.block, submission.raw))


class FakeNames:
    def reference(self) -> str:
        return "K7W-D2M-9QX"

    def event_id(self, at: datetime) -> str:
        return "0" * 32


class FakeClock:
    def now(self) -> datetime:
        return datetime(2026, 3, 2, 9, 0, tzinfo=UTC)


def some_options(**changes: object) -> DoorOptions:
    base = DoorOptions(
        name="relay",
        host="127.0.0.1",
        port=0,
        next_hop_host="127.0.0.1",
        next_hop_port=9,
        trusted=(ip_network("127.0.0.0/8"),),
        hostname="gk.example",
        stop_seconds=3,
        connect_seconds=3,
        command_seconds=3,
        final_dot_seconds=3,
    )
    return replace(base, **changes)  # type: ignore[arg-type]


@dataclass
class Stage:
    """A door between a client and a next hop that plays its texts."""

    door: Door
    next_hop: ScriptedServer
    gate: FakeGate

    async def connect(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return await asyncio.open_connection("127.0.0.1", self.door.port, limit=1 << 20)

    async def talk(self, text: str) -> None:
        """Play a client's text, then leave."""
        reader, writer = await self.connect()
        try:
            await perform("C", text, reader, writer)
        finally:
            writer.close()
            await asyncio.gather(writer.wait_closed(), return_exceptions=True)


@asynccontextmanager
async def a_stage(
    *next_hop: str, gate: FakeGate | None = None, check: bool = True, **options: object
) -> AsyncIterator[Stage]:
    server = ScriptedServer(next_hop)
    gate = gate or FakeGate()
    port = await server.start()
    door = Door(some_options(**{"next_hop_port": port, **options}), gate=gate, names=FakeNames(), clock=FakeClock())
    await door.start()
    try:
        yield Stage(door, server, gate)
    finally:
        await door.stop()
        await server.stop()
    if check:
        server.check()
