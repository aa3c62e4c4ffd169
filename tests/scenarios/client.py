"""A client that sends exact octets, and tries again as a mail server would."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

from tests.scenarios.waiting import PATIENCE


@dataclass(frozen=True)
class Mail:
    """`octets` have CRLF line ends and end in one; they are dot-stuffed on the way out."""

    mail_from: bytes
    recipients: tuple[bytes, ...]
    octets: bytes


@dataclass(frozen=True)
class Answer:
    """The last reply: that to the final dot, or the refusal before it; code 0 where the connection was lost."""

    code: int
    text: str

    @property
    def is_taken(self) -> bool:
        return self.code == 250

    @property
    def is_final(self) -> bool:
        return self.code == 250 or self.code >= 500


LOST = Answer(0, "the connection was lost")


def a_mail(
    mail_from: str, to: Sequence[str], body: str, *, blind: Sequence[str] = (), subject: str = "A matter", id: str = "1"
) -> Mail:
    """A plain message, its header naming all recipients but the blind ones."""
    head = (
        f"From: {mail_from}\r\nTo: {', '.join(to)}\r\nSubject: {subject}\r\n"
        f"Date: Tue, 24 Nov 2026 10:00:00 +0000\r\nMessage-ID: <{id}@test.example>\r\n\r\n"
    )
    octets = (head + body.replace("\n", "\r\n")).encode()
    return Mail(mail_from.encode(), tuple(a.encode() for a in (*to, *blind)), octets)


class Client:
    """One connection to a door."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer

    @classmethod
    async def connect(cls, port: int) -> "Client":
        """Raises OSError where nobody answers."""
        reader, writer = await asyncio.open_connection("127.0.0.1", port, limit=1 << 20)
        client = cls(reader, writer)
        try:
            await client.reply()
            await client.say(b"EHLO client.example")
        except BaseException:
            await client.close()
            raise
        return client

    async def reply(self) -> Answer:
        """Raises ConnectionError where the connection ends instead."""
        line = b"xxx-"
        while line[3:4] == b"-":
            line = await asyncio.wait_for(self._reader.readline(), PATIENCE)
            if not line:
                raise ConnectionResetError
        return Answer(int(line[:3]), line[4:].decode("ascii").rstrip())

    async def say(self, line: bytes) -> Answer:
        self._writer.write(line + b"\r\n")
        return await self.reply()

    async def envelope(self, mail: Mail) -> Answer:
        """MAIL, RCPT and DATA; 354 where every recipient was taken."""
        answer = await self.say(b"MAIL FROM:<" + mail.mail_from + b"> BODY=8BITMIME")
        for recipient in mail.recipients:
            if answer.code != 250:
                return answer
            answer = await self.say(b"RCPT TO:<" + recipient + b">")
        return await self.say(b"DATA") if answer.code == 250 else answer

    def content(self, mail: Mail) -> None:
        """The message and its final dot; whoever calls this reads the reply."""
        stuffed = mail.octets.replace(b"\r\n.", b"\r\n..")
        self._writer.write((b"." if stuffed.startswith(b".") else b"") + stuffed + b".\r\n")

    async def send(self, mail: Mail) -> Answer:
        answer = await self.envelope(mail)
        if answer.code != 354:
            await self.say(b"RSET")
            return answer
        self.content(mail)
        return await self.reply()

    async def close(self) -> None:
        self._writer.close()
        await asyncio.gather(self._writer.wait_closed(), return_exceptions=True)


async def deliver(port: int, mail: Mail) -> Answer:
    """One try on a connection of its own."""
    try:
        client = await Client.connect(port)
    except OSError:
        return LOST
    try:
        return await client.send(mail)
    except ConnectionError:
        return LOST
    finally:
        await client.close()


async def deliver_at_last(port: int, mail: Mail) -> Answer:
    """Try until the answer is final."""
    async with asyncio.timeout(PATIENCE):
        while True:
            answer = await deliver(port, mail)
            if answer.is_final:
                return answer
            await asyncio.sleep(0.1)
