"""One connection to the next hop: aiosmtplib's client for connecting, EHLO and TLS; our own wire for the rest."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NoReturn

import aiosmtplib

from gatekeeper.core.envelope import Path
from gatekeeper.core.reply import Reply
from gatekeeper.errors import TryAgain
from gatekeeper.smtp.commands import command_line
from gatekeeper.smtp.content import Known, stuffed
from gatekeeper.smtp.options import DoorOptions
from gatekeeper.smtp.watch import Watch
from gatekeeper.smtp.wire import Lost, LostAfterDot, Refused, Wire

GO_AHEAD = 354
RESET_SECONDS = 10.0


class NextHopDown(TryAgain):
    """The next hop cannot be reached, or the connection was lost before the message had gone."""


@dataclass(frozen=True, slots=True)
class Offers:
    """What the next hop offered after EHLO: keywords in capitals. `size` is its limit in octets, 0 for none, `None`
    where it does not offer SIZE."""

    keywords: frozenset[str]
    size: int | None

    def __contains__(self, keyword: str) -> bool:
        return keyword in self.keywords


class Connection(aiosmtplib.SMTP):
    """`has_transaction`: MAIL was accepted and neither ended nor reset. `is_fresh`: nothing was asked of it yet, so
    that a failure is not one of age. `kept_until`: on the loop's clock, while it waits in the pool."""

    def __init__(self, options: DoorOptions, watch: Watch) -> None:
        required = options.next_hop_tls == "required"
        super().__init__(
            hostname=options.next_hop_tls_name or options.next_hop_host if required else options.next_hop_host,
            port=options.next_hop_port,
            local_hostname=options.hostname,
            timeout=options.connect_seconds,
            use_tls=False,
            start_tls=required,
            tls_context=tls_context(options.next_hop_ca_file) if required else None,
        )
        self.has_transaction = False
        self.is_fresh = True
        self.kept_until = 0.0
        self.offers = Offers(frozenset(), None)
        self._options = options
        self._watch = watch
        self._wire: Wire | None = None

    @property
    def wire(self) -> Wire:
        if self._wire is None:
            raise Lost
        return self._wire

    @property
    def is_usable(self) -> bool:
        return self._wire is not None and self._wire.is_usable

    # --- connecting ---------------------------------------------------------------------------------------------------

    async def open(self) -> None:
        """Connect, say EHLO (or HELO), go into TLS where that is required. Raises `NextHopDown`."""
        try:
            async with asyncio.timeout(self._options.connect_seconds):
                await self.connect()
                await self._ehlo_or_helo_if_needed()
        except Exception as error:  # refusals, time-outs, TLS, and what aiosmtplib does not foresee
            self.drop()
            raise NextHopDown(f"The next mail server cannot be used: {type(error).__name__}.") from error
        except asyncio.CancelledError:
            self.drop()
            raise
        self.offers = _offers(self.esmtp_extensions)

    async def _create_connection(self, timeout: float | None) -> aiosmtplib.SMTPResponse:  # noqa: ASYNC109
        """As aiosmtplib does it, with our wire and without its own time-outs, which `open` has."""
        loop = asyncio.get_running_loop()
        self._wire = self.protocol = Wire(loop)
        self.transport, _ = await loop.create_connection(
            lambda: self.wire, self._options.next_hop_host, self._options.next_hop_port
        )
        self._watch.add(self._wire)
        greeting = await self._wire.read_response()
        if greeting.code != 220:
            raise aiosmtplib.SMTPConnectResponseError(greeting.code, greeting.message)
        return greeting

    def drop(self) -> None:
        """End it at once."""
        if self._wire is not None:
            self._watch.discard(self._wire)
            self._wire.drop()
        self.close()

    def leave(self) -> None:
        """Say goodbye and do not wait for an answer."""
        if self.is_usable and not self.has_transaction and self._wire is not None:
            self._wire.post((b"QUIT",), self._options.command_seconds)
            self._watch.discard(self._wire)
            self.close()
        else:
            self.drop()

    # --- a transaction ------------------------------------------------------------------------------------------------

    async def say_mail(self, path: Path) -> Reply:
        """Raises `Lost`, as all that follow."""
        answer = await self._ask(command_line(b"MAIL FROM", path))
        self.has_transaction = answer.is_positive
        return answer

    async def say_rcpt(self, path: Path) -> Reply:
        return await self._ask(command_line(b"RCPT TO", path))

    async def say_envelope(self, mail_from: Path, recipients: Sequence[Path]) -> list[Reply]:
        """The replies to MAIL and to each RCPT; only that to MAIL where it was refused."""
        lines = [command_line(b"RCPT TO", p) for p in recipients]
        if "PIPELINING" not in self.offers:
            answer = await self.say_mail(mail_from)
            return [answer, *([await self._ask(line) for line in lines] if answer.is_positive else ())]
        first = command_line(b"MAIL FROM", mail_from)
        self.is_fresh = False
        answers = await self.wire.ask_all((first, *lines), self._options.command_seconds)
        if any(300 <= a.code < 400 for a in answers):
            self._nonsense()
        self.has_transaction = answers[0].is_positive
        return answers if answers[0].is_positive else answers[:1]

    async def say_data(self) -> Reply:
        """The reply to DATA: `GO_AHEAD`, or a refusal. Raises `Lost` for a reply that is neither."""
        self.is_fresh = False
        answer = await self.wire.ask(b"DATA", self._options.command_seconds)
        if answer.code < 400 and answer.code != GO_AHEAD:
            self._nonsense()
        return answer

    async def say_content(self, content: Sequence[bytes], known: Known | None = None) -> Reply:
        """Send the content and the final dot after `GO_AHEAD`; the final reply, or a refusal that came earlier. Raises
        `Lost` before the final dot and `LostAfterDot` after it."""
        options = self._options
        try:
            pieces = list(stuffed(content, known))
            answer = await self.wire.send_content(pieces, options.upload_idle_seconds, options.final_dot_seconds)
        except Refused as refused:
            return refused.reply
        self.has_transaction = False
        if 300 <= answer.code < 400:
            self.drop()
            raise LostAfterDot
        return answer

    async def say_reset(self) -> None:
        """End a transaction without sending. Drops the connection where that does not work at once: a new one is
        cheaper than waiting."""
        try:
            answer = await self.wire.ask(b"RSET", RESET_SECONDS)
        except Lost:
            return
        self.has_transaction = False
        if answer.code != 250:
            self.drop()

    async def _ask(self, line: bytes) -> Reply:
        self.is_fresh = False
        answer = await self.wire.ask(line, self._options.command_seconds)
        if 300 <= answer.code < 400:
            self._nonsense()
        return answer

    def _nonsense(self) -> NoReturn:
        """A reply that has no place here: nothing that follows can be trusted."""
        self.drop()
        raise Lost


@lru_cache(maxsize=64)
def tls_context(ca_file: str) -> ssl.SSLContext:
    """Verified certificate and name, TLS 1.2 at least."""
    context = ssl.create_default_context(cafile=ca_file or None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def _offers(extensions: dict[str, str]) -> Offers:
    size = extensions.get("size")
    limit = None if size is None else int(size) if size.isascii() and size.isdigit() else 0
    return Offers(frozenset(k.upper() for k in extensions), limit)
