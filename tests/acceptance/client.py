"""A mail client that says exactly what it is told: no address or octet is made better on the way."""

import socket
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType


@dataclass(frozen=True, slots=True)
class Reply:
    code: int
    text: str

    def __str__(self) -> str:
        return f"{self.code} {self.text}"

    @property
    def held(self) -> bool:
        return self.code == 250 and self.text.startswith("2.0.0 Held for review, reference ")

    @property
    def reference(self) -> str:
        assert self.held, str(self)
        return self.text.removeprefix("2.0.0 Held for review, reference ")


class Smtp:
    """One session with a door; greeted and through EHLO when made."""

    def __init__(self, address: str, source: str = "127.0.0.1") -> None:
        host, port = address.rsplit(":", 1)
        self._socket = socket.create_connection((host, int(port)), timeout=30, source_address=(source, 0))
        self._file = self._socket.makefile("rb")
        self.greeting = self.reply()
        self.extensions = self.say("EHLO client.example").text.split("\n")[1:] if self.greeting.code == 220 else []

    def __enter__(self) -> "Smtp":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, tb: TracebackType | None) -> None:
        self.close()

    def close(self) -> None:
        self._file.close()
        self._socket.close()

    def reply(self) -> Reply:
        lines = []
        while line := self._file.readline().decode("ascii").rstrip("\r\n"):
            lines.append(line[4:])
            if line[3:4] != "-":
                return Reply(int(line[:3]), "\n".join(lines))
        return Reply(0, "connection closed")

    def say(self, line: str) -> Reply:
        self.write(line.encode() + b"\r\n")
        return self.reply()

    def write(self, octets: bytes) -> None:
        self._socket.sendall(octets)

    def envelope(self, sender: str, recipients: Sequence[str], parameters: str = "") -> list[Reply]:
        """The replies to MAIL and to each RCPT. A recipient may carry its own parameters after a blank."""
        replies = [self.say(f"MAIL FROM:<{sender}>{parameters and ' ' + parameters}")]
        for recipient in recipients:
            address, _, own = recipient.partition(" ")
            replies.append(self.say(f"RCPT TO:<{address}>{own and ' ' + own}"))
        return replies

    def data(self, message: bytes) -> Reply:
        start = self.say("DATA")
        if start.code != 354:
            return start
        stuffed = message.replace(b"\r\n.", b"\r\n..")
        self.write((b"." if message.startswith(b".") else b"") + stuffed + b".\r\n")
        return self.reply()

    def send(self, sender: str, recipients: Sequence[str], message: bytes, parameters: str = "") -> Reply:
        """The reply to the final dot, or the first reply that refused."""
        for reply in self.envelope(sender, recipients, parameters):
            if reply.code >= 400:
                self.say("RSET")
                return reply
        return self.data(message)


def send(door: str, sender: str, recipients: Sequence[str], message: bytes, parameters: str = "") -> Reply:
    with Smtp(door) as client:
        return client.send(sender, recipients, message, parameters)
