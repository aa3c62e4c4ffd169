"""The commands of a door (RFC 5321 section 4.1): relayed live, judged after the final dot."""

import asyncio
import math
import ssl
from datetime import datetime

from aiosmtpd.smtp import Session as Greeted

from gatekeeper import logs
from gatekeeper.core import reply
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent, TryAgain
from gatekeeper.smtp import answers, commands, content
from gatekeeper.smtp.connection import NextHopDown
from gatekeeper.smtp.conversation import Conversation
from gatekeeper.smtp.house import House
from gatekeeper.smtp.inbox import Gone
from gatekeeper.smtp.options import host_address, is_listed
from gatekeeper.smtp.outlet import LiveOutlet


class Session(Conversation):
    """`claimed` values are what a listed neighbour said of the real client with XCLIENT."""

    def __init__(self, house: House, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(house, loop)
        self._forget_claims()
        self._forget_transaction()

    def _forget_claims(self) -> None:
        self._claimed = ""
        self._claimed_peer = ""
        self._claimed_helo = ""

    def _forget_transaction(self) -> None:
        self._live: LiveOutlet | None = None
        self._mail_from = Path(b"")
        self._own: list[Path] = []
        self._account = self._claimed

    @property
    def is_in_transaction(self) -> bool:
        return self._live is not None

    # --- greetings ----------------------------------------------------------------------------------------------------

    async def smtp_HELO(self, arg: bytes) -> None:
        if await self._greeted(arg, extended=False):
            await self.push(f"250 {self.hostname}")

    async def smtp_EHLO(self, arg: bytes) -> None:
        if not await self._greeted(arg, extended=True):
            return
        try:
            offers = (await self._lane.connection()).offers
        except NextHopDown:
            offers = None
        words = answers.extensions(
            offers,
            max_size=self._options.max_size,
            with_tls=self._house.tls is not None and self.session.ssl is None,
            with_xclient=is_listed(self._peer, self._options.xclient),
        )
        await self.push(Reply(250, (self.hostname, *words)))

    async def _greeted(self, arg: bytes, *, extended: bool) -> bool:
        name = arg.decode("ascii", "replace")
        if not name or not name.isprintable():
            await self._wrong(answers.NO_NAME)
            return False
        await self._end_transaction()
        self.session.host_name = name[:255]
        self.session.extended_smtp = extended
        return True

    async def smtp_STARTTLS(self, arg: bytes) -> None:
        """RFC 3207. What came before the handshake is not looked at after it."""
        context = self._house.tls
        if arg:
            await self._wrong(answers.NO_ARGUMENT)
        elif context is None or self.session.ssl is not None:
            await self._wrong(answers.NO_TLS)
        elif not self._inbox.is_empty:
            await self._goodbye(answers.NOT_SYNCHRONISED)
        else:
            await self._end_transaction()
            await self.push(answers.START_TLS)
            await self._flush()
            await self._shake_hands(context)

    async def _shake_hands(self, context: ssl.SSLContext) -> None:
        if self.transport is None:
            raise Gone
        self.deadline = self.loop.time() + self._options.client_idle_seconds
        self._inbox.clear()  # nothing can come in between: what follows is read by the handshake
        try:
            secured = await self.loop.start_tls(self.transport, self, context, server_side=True)
        except (TimeoutError, OSError) as error:
            raise Gone from error
        if secured is None or self.transport is None:
            raise Gone
        self.transport = secured
        self.session = Greeted(self.loop)
        self.session.ssl = secured.get_extra_info("ssl_object")
        self._forget_claims()
        self._forget_transaction()

    async def smtp_XCLIENT(self, arg: bytes) -> None:
        """What a listed neighbour knows of the real client (Postfix's extension)."""
        if not is_listed(self._peer, self._options.xclient):
            await self._wrong(reply.NOT_ALLOWED_HERE)
        elif self._live is not None:
            await self._wrong(answers.IN_TRANSACTION)
        elif (found := commands.attributes(arg)) is None:
            await self._wrong(answers.BAD_ARGUMENT)
        else:
            self._claimed = found.get(b"LOGIN", self._claimed)
            self._claimed_peer = host_address(found.get(b"ADDR", self._claimed_peer).removeprefix("IPV6:"))
            self._claimed_helo = found.get(b"HELO", self._claimed_helo)
            self.session.host_name = None
            self._forget_transaction()
            await self.push(f"220 {self.hostname} ESMTP gatekeeper")

    # --- the envelope -------------------------------------------------------------------------------------------------

    async def smtp_MAIL(self, arg: bytes) -> None:
        path = commands.path_of(arg, b"FROM:")
        if not self.session.host_name:
            await self._wrong(answers.HELLO_FIRST)
        elif self._live is not None:
            await self._wrong(answers.IN_TRANSACTION)
        elif path is None:
            await self._wrong(answers.BAD_MAIL)
        elif self._is_too_big(path):
            await self.push(reply.TOO_BIG)
        else:
            await self._begin(path)

    def _is_too_big(self, path: Path) -> bool:
        size = commands.parameter(path.params, b"SIZE") or b""
        return size.isdigit() and (len(size) > 18 or int(size) > self._options.max_size)

    async def _begin(self, path: Path) -> None:
        live = LiveOutlet(self._lane)
        answer = await live.mail(path)
        if answer.is_positive:
            self._idle_commands = 0
            self._live = live
            self._mail_from = path
            self._account = self._claimed
            auth = commands.parameter(path.params, b"AUTH")
            if auth is not None and is_listed(self._peer, self._options.xclient):
                self._account = commands.account_of(auth) or self._claimed
        await self._pass_on(answer)

    async def smtp_RCPT(self, arg: bytes) -> None:
        path = commands.path_of(arg, b"TO:")
        live = self._live
        if live is None:
            await self._wrong(answers.MAIL_FIRST)
        elif path is None or not path.raw:
            await self._wrong(answers.BAD_RCPT)
        elif len(live.accepted) + len(self._own) >= self._options.max_recipients:
            await self.push(answers.TOO_MANY_RECIPIENTS)
        elif self._house.gate.is_own_address(path):
            await self._take_own(path, live)
        elif self._own:
            await self.push(reply.CHECK_ALONE)
        else:
            answer = await live.rcpt(path)
            if answer.code == 421:
                self._forget_transaction()
            await self._pass_on(answer)

    async def _take_own(self, path: Path, live: LiveOutlet) -> None:
        """An address that gatekeeper answers itself: never relayed, and alone."""
        if live.accepted:
            await self.push(reply.CHECK_ALONE)
        else:
            self._own.append(path)
            await self.push(answers.RECIPIENT_OK)

    async def smtp_RSET(self, arg: bytes) -> None:
        if arg:
            await self._wrong(answers.NO_ARGUMENT)
            return
        await self._end_transaction()
        await self.push(reply.OK)

    async def _end_transaction(self) -> None:
        live = self._live
        self._forget_transaction()
        if live is not None:
            await live.reset()

    # --- the message --------------------------------------------------------------------------------------------------

    async def smtp_DATA(self, arg: bytes) -> None:
        live = self._live
        if arg:
            await self._wrong(answers.NO_ARGUMENT)
        elif live is None:
            await self._wrong(answers.MAIL_FIRST)
        elif not live.accepted and not self._own:
            await self._wrong(answers.NO_RECIPIENTS)
        elif live.is_broken:
            await self.push(reply.NEXT_HOP_DOWN)
        elif not self._inbox.is_empty:
            await self._goodbye(answers.NOT_SYNCHRONISED)
        else:
            reference, at = self._house.names.reference(), self._house.clock.now()
            answer = await self._taken(live, reference, at)
            self._forget_transaction()
            await self._pass_on(answer)
            await self._flush()
            await live.reset()

    async def _receive(self) -> content.Incoming:
        """Take the content in, at the pace that the limits allow."""
        incoming = content.Incoming(self._options.max_size)
        await self.push(answers.GO_AHEAD)
        await self._flush()
        self._data_began = self.loop.time()
        self._incoming = incoming
        self._extend(incoming)
        try:
            await self._inbox.content(incoming)
        finally:
            self._incoming = None
            self.deadline = math.inf
        return incoming

    async def _taken(self, live: LiveOutlet, reference: str, at: datetime) -> Reply:
        """The reply to the final dot."""
        incoming = await self._receive()
        if incoming.is_too_big:
            return reply.TOO_BIG
        raw = incoming.take()
        altered = content.has_bare_newline(raw)
        if altered and self._options.bare_newline == "refuse":
            return reply.BARE_NEWLINE
        has_dots = incoming.has_dots or altered
        if has_dots:
            raw = content.unstuffed(content.normalised(raw) if altered else raw)
        if content.hops(raw) > self._options.max_hops:
            return reply.LOOP
        live.known = content.Known(raw, has_dots)
        return await self._accepted(self._submission(live, reference, at, raw, altered=altered), live)

    def _submission(self, live: LiveOutlet, reference: str, at: datetime, raw: bytes, *, altered: bool) -> Submission:
        return Submission(
            reference=reference,
            at=at,
            door=self._options.name,
            direction=self._options.direction,
            peer=self._claimed_peer or self._peer,
            helo=self._claimed_helo or self.session.host_name or "",
            account=self._account,
            mail_from=self._mail_from,
            rcpt_to=tuple(self._own or live.accepted),
            raw=raw,
            altered=altered,
        )

    async def _accepted(self, submission: Submission, live: LiveOutlet) -> Reply:
        """Hand over to the services. Their work is a task of its own: neither a client that leaves nor a door that
        closes ends it half way."""
        task = self._house.undertake(self._house.gate.accept(submission, live))
        try:
            return await asyncio.shield(task)
        except NextHopDown:
            return reply.NEXT_HOP_DOWN
        except MaybeSent:
            return reply.NEXT_HOP_LOST
        except TryAgain:
            return reply.TRY_LATER
        except Exception as error:  # an unforeseen fault of ours is never the sender's: he tries again
            logs.door_failed(self._options.name, type(error).__name__)
            return reply.TRY_LATER

    # --- the rest -----------------------------------------------------------------------------------------------------

    async def smtp_VRFY(self, arg: bytes) -> None:
        await self.push(answers.CANNOT_VERIFY if arg else answers.BAD_ARGUMENT)

    async def smtp_AUTH(self, arg: bytes) -> None:
        await self._wrong(answers.NOT_IMPLEMENTED)

    async def smtp_NOOP(self, arg: bytes) -> None:
        await self.push(reply.OK)

    async def smtp_HELP(self, arg: bytes) -> None:
        await self.push(answers.HELP)

    async def smtp_QUIT(self, arg: bytes) -> None:
        if arg:
            await self._wrong(answers.NO_ARGUMENT)
        else:
            await self._goodbye(answers.BYE)
