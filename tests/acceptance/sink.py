"""A mail server that accepts what it is given, and keeps the commands as they came: the next hop of these tests."""

import socketserver
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import Message

EXTENSIONS = ("PIPELINING", "SIZE 60000000", "8BITMIME", "SMTPUTF8", "DSN", "ENHANCEDSTATUSCODES")


@dataclass(frozen=True, slots=True)
class Served:
    """One transaction: the lines MAIL and RCPT as they came, and the octets without dot-stuffing."""

    mail: str
    rcpts: tuple[str, ...]
    data: bytes

    @property
    def reverse_path(self) -> str:
        return between(self.mail)

    @property
    def recipients(self) -> tuple[str, ...]:
        return tuple(between(line) for line in self.rcpts)

    @property
    def parsed(self) -> Message:
        return message_from_bytes(self.data)

    @property
    def message_id(self) -> str:
        return str(self.parsed["Message-ID"])

    @property
    def text(self) -> str:
        """Every text part, decoded, one below the other."""
        parts = [part for part in self.parsed.walk() if part.get_content_maintype() == "text"]
        return "\n".join(decoded(part) for part in parts)


def between(line: str) -> str:
    return line[line.index("<") + 1 : line.index(">")]


def decoded(part: Message) -> str:
    body = part.get_payload(decode=True)
    assert isinstance(body, bytes)
    return body.decode(part.get_content_charset() or "utf-8", "replace")


@dataclass
class Dialogue:
    mail: str = ""
    rcpts: list[str] = field(default_factory=list)


class Handler(socketserver.StreamRequestHandler):
    server: "Sink"
    timeout = 60

    def handle(self) -> None:
        self.say("220 sink.example ESMTP")
        dialogue = Dialogue()
        while line := self.rfile.readline():
            command = line.decode("utf-8", "replace").rstrip("\r\n")
            verb = command[:4].upper()
            if verb == "DATA":
                self.data(dialogue)
                dialogue = Dialogue()
            elif verb == "QUIT":
                self.say("221 2.0.0 Bye")
                return
            else:
                dialogue = self.answer(verb, command, dialogue)

    def answer(self, verb: str, command: str, dialogue: Dialogue) -> Dialogue:
        if verb == "EHLO":
            lines = ["sink.example", *EXTENSIONS]
            self.say("\r\n".join(f"250{'-' if n < len(lines) - 1 else ' '}{text}" for n, text in enumerate(lines)))
            return Dialogue()
        if verb == "RSET":
            dialogue = Dialogue()
        elif verb == "MAIL":
            dialogue = Dialogue(mail=command)
        elif verb == "RCPT":
            return self.recipient(command, dialogue)
        self.say("250 2.0.0 OK from the sink")
        return dialogue

    def recipient(self, command: str, dialogue: Dialogue) -> Dialogue:
        if "nobody@" in command:
            self.say("550 5.1.1 The sink knows nobody of that name")
        elif "full@" in command:
            self.say("452 4.2.2 The sink's mailbox is full")
        else:
            dialogue.rcpts.append(command)
            self.say("250 2.1.5 The sink takes it")
        return dialogue

    def data(self, dialogue: Dialogue) -> None:
        if not dialogue.rcpts:
            self.say("503 5.5.1 No recipients")
            return
        self.say("354 Go on")
        body = b""
        while (line := self.rfile.readline()) != b".\r\n":
            if not line:
                return
            body += line[1:] if line.startswith(b".") else line
        if b"X-Sink: never" in body:
            self.say("554 5.6.0 The sink does not like it")
            return
        self.server.keep(Served(dialogue.mail, tuple(dialogue.rcpts), body))
        self.say("250 2.0.0 The sink has it")

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


class Sink(socketserver.ThreadingTCPServer):
    """Listens on a free port of this machine; `close` ends it."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 100

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.served: list[Served] = []
        self.news = threading.Condition()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server_address[1]}"

    def keep(self, served: Served) -> None:
        with self.news:
            self.served.append(served)
            self.news.notify_all()

    def close(self) -> None:
        self.shutdown()
        self.server_close()

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that went away in the middle is nothing to print."""

    def all(self, wanted: Callable[[Served], bool]) -> list[Served]:
        with self.news:
            return [one for one in self.served if wanted(one)]

    def wait(self, wanted: Callable[[Served], bool], count: int = 1, seconds: float = 15) -> list[Served]:
        """The transactions wanted, as soon as there are `count`; fewer when `seconds` are over."""

        def found() -> list[Served]:
            return [one for one in self.served if wanted(one)]

        with self.news:
            self.news.wait_for(lambda: len(found()) >= count, timeout=seconds)
            return found()

    def with_id(self, message_id: str) -> list[Served]:
        return self.all(lambda one: one.message_id == message_id)

    def notices(self, to: str, mentioning: str, count: int = 1, seconds: float = 15) -> list[Served]:
        """Mail from gatekeeper itself to an address, with these words in text or subject."""

        def wanted(one: Served) -> bool:
            return one.recipients == (to,) and one.reverse_path == "" and mentioning in one.text + one.parsed["Subject"]

        return self.wait(wanted, count, seconds)


def recipients_of(served: Iterable[Served]) -> list[str]:
    return sorted(address for one in served for address in one.recipients)
