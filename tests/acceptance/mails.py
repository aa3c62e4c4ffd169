"""Mail as octets, written out so that a test shows what is sent."""

import base64
import itertools
import quopri
from collections.abc import Sequence

_NUMBERS = itertools.count(1)
DATE = "Tue, 03 Feb 2026 10:00:00 +0000"


def new_id(name: str = "m") -> str:
    return f"<{name}.{next(_NUMBERS)}@client.example>"


def a_mail(
    sender: str,
    to: Sequence[str] = (),
    body: str = "Good morning, the papers are in the usual place.",
    *,
    cc: Sequence[str] = (),
    subject: str = "Papers",
    message_id: str = "",
    extra: Sequence[str] = (),
) -> bytes:
    """A plain mail of one part, UTF-8 where it must be. `extra` are further header lines."""
    lines = top(sender, to, cc, subject, message_id or new_id())
    lines += [*extra, "MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8"]
    lines += [f"Content-Transfer-Encoding: {'7bit' if body.isascii() else '8bit'}"]
    return joined(lines, body.encode())


def mime_mail(
    sender: str, to: Sequence[str], content: bytes, *, message_id: str, subject: str = "Papers", date: str = DATE
) -> bytes:
    """A mail whose content brings its own Content-Type and further fields."""
    lines = [*top(sender, to, (), subject, message_id, date), "MIME-Version: 1.0"]
    return "\r\n".join(lines).encode() + b"\r\n" + content


def top(
    sender: str, to: Sequence[str], cc: Sequence[str], subject: str, message_id: str, date: str = DATE
) -> list[str]:
    lines = [f"From: {sender}", *([f"To: {', '.join(to)}"] if to else []), *([f"Cc: {', '.join(cc)}"] if cc else [])]
    return [*lines, f"Subject: {subject}", f"Date: {date}", f"Message-ID: {message_id}"]


def joined(lines: Sequence[str], body: bytes) -> bytes:
    text = b"\r\n".join(body.splitlines())
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + text + b"\r\n"


def part(kind: str, text: str, charset: str = "utf-8", encoding: str = "8bit") -> bytes:
    """A text part with its header, in a charset and a transfer encoding; ends with CR LF."""
    raw = text.replace("\n", "\r\n").encode(charset)
    if encoding == "base64":
        raw = base64.encodebytes(raw).replace(b"\n", b"\r\n").removesuffix(b"\r\n")
    elif encoding == "quoted-printable":
        raw = quopri.encodestring(raw.replace(b"\r\n", b"\n")).replace(b"\n", b"\r\n")
    head = f"Content-Type: {kind}; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return head.encode() + raw + b"\r\n"


def multipart(kind: str, *parts: bytes, boundary: str = "b1", parameters: str = "") -> bytes:
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"{parameters}\r\n\r\n'.encode()
    line = b"--" + boundary.encode()
    return head + b"".join(line + b"\r\n" + one for one in parts) + line + b"--\r\n"
