"""A door: the listening socket and what stands behind it."""

import asyncio
import logging
import socket
import ssl

from gatekeeper import logs
from gatekeeper.services.ports import Clock, Gate, Randomness
from gatekeeper.smtp.house import House
from gatekeeper.smtp.nexthop import Pool
from gatekeeper.smtp.options import DoorOptions
from gatekeeper.smtp.session import Session

BACKLOG = 512


class Door:
    """Listens and relays on the running loop between `start` and `stop`."""

    def __init__(self, options: DoorOptions, *, gate: Gate, names: Randomness, clock: Clock) -> None:
        self.options = options
        self._house = House(options, gate, names, clock, _tls(options))
        self._server: asyncio.Server | None = None

    @property
    def pool(self) -> Pool:
        return self._house.pool

    @property
    def clients(self) -> int:
        """How many are in."""
        return len(self._house.sessions)

    @property
    def port(self) -> int:
        """The port that is listened on; also where the options say 0."""
        if self._server is None:
            raise RuntimeError("the door has not been started")
        return int(self._server.sockets[0].getsockname()[1])

    async def start(self, *, reuse_port: bool = False) -> None:
        """Raises OSError where the address is taken. With `reuse_port` several processes share it."""
        _silence()
        loop = asyncio.get_running_loop()
        sock = await _listening_socket(self.options, reuse_port=reuse_port)
        self._server = await loop.create_server(lambda: Session(self._house, loop), sock=sock, backlog=BACKLOG)
        logs.started(self.options.name, f"{self.options.host}:{self.port}")

    async def stop(self) -> None:
        """Take nobody in any more; let what is under way come to its end, for `stop_seconds` at most."""
        if self._server is None:
            return
        self._server.close()
        self._house.is_closing = True
        for session in tuple(self._house.sessions):
            session.retire()
        await self._wait(set(self._house.sessions.values()) | set(self._house.works))
        for task in tuple(self._house.sessions.values()):
            task.cancel()
        await asyncio.gather(*self._house.sessions.values(), return_exceptions=True)
        await self.pool.finish()
        self._house.watch.close()
        self._server = None

    async def _wait(self, tasks: set[asyncio.Task[None] | asyncio.Task[object]]) -> None:
        if tasks:
            await asyncio.wait(tasks, timeout=self.options.stop_seconds)


async def _listening_socket(options: DoorOptions, *, reuse_port: bool) -> socket.socket:
    """Made by hand, with the protocol named: asyncio turns Nagle's algorithm off only where it sees TCP."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(options.host or None, options.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    family, _, _, _, address = found[0]
    sock = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if reuse_port:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        sock.setblocking(False)
        sock.bind(address)
    except OSError:
        sock.close()
        raise
    return sock


def _tls(options: DoorOptions) -> ssl.SSLContext | None:
    if not options.certificate_file:
        return None
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_cert_chain(options.certificate_file, options.key_file or None)
    return context


def _silence() -> None:
    """aiosmtpd writes commands and content to this log."""
    logging.getLogger("mail.log").setLevel(logging.CRITICAL)
