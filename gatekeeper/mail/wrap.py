"""A new message around one that must not be altered: what is to be said first, then the original as an attachment.

The original is inside octet for octet (RFC 2046 section 5.2.1), so its signatures hold. The fields that people see are
copied as they stand; the Message-ID is new, since two messages may not have the same one (RFC 5322 section 3.6.4).
"""

import hashlib

from gatekeeper.core.message import Field, Message
from gatekeeper.mail import footer_text
from gatekeeper.mail.read import read
from gatekeeper.mail.refusal import CannotAlter

_COPIED = frozenset(
    "received return-path from sender reply-to to cc subject date in-reply-to importance x-priority sensitivity".split()
)
_ONCE = _COPIED - {"received"}


def wrap(raw: bytes, message: Message, lines: tuple[str, ...]) -> bytes:
    """A message with these lines and `raw` attached. Raises `CannotAlter` where the result would not be read so."""
    words = footer_text.clean(lines)
    if not words:
        raise CannotAlter("The disclosure has no words.")
    digest = hashlib.sha256(raw).hexdigest()
    boundary = f"=_gatekeeper_{digest[:40]}".encode()
    if boundary in raw:
        raise CannotAlter("The message cannot be attached to another.")
    wrapped = b"".join((_header(raw, message, digest, boundary), _parts(raw, words, boundary)))
    _verify(wrapped, raw)
    return wrapped


def _header(raw: bytes, message: Message, digest: str, boundary: bytes) -> bytes:
    fields = b"".join(raw[f.span.start : f.span.end] for f in _copied(message.fields))
    domain = message.from_[0].address.domain if message.from_ else ""
    if not domain.isascii() or not domain:
        raise CannotAlter("The message does not say who wrote it.")
    added = [b"Message-ID: <wrapped." + digest[:32].encode() + b"@" + domain.encode() + b">"]
    if message.message_id.isascii() and 2 < len(message.message_id) < 200:
        added.append(b"References: " + message.message_id.encode())
    added += (
        b"MIME-Version: 1.0",
        b'Content-Type: multipart/mixed; boundary="' + boundary + b'"',
        b"Content-Transfer-Encoding: " + _encoding(raw),
    )
    return fields + b"\r\n".join(added) + b"\r\n\r\n"


def _copied(fields: tuple[Field, ...]) -> list[Field]:
    seen: set[str] = set()
    found = []
    for field in fields:
        if field.name in _COPIED and not (field.name in _ONCE and field.name in seen):
            found.append(field)
            seen.add(field.name)
    return found


def _parts(raw: bytes, lines: tuple[str, ...], boundary: bytes) -> bytes:
    text = "\r\n".join(lines).encode()
    return b"".join(
        (
            b"--" + boundary + b"\r\nContent-Type: text/plain; charset=utf-8\r\n",
            b"Content-Transfer-Encoding: " + (b"7bit" if text.isascii() else b"8bit") + b"\r\n\r\n" + text + b"\r\n",
            b"--" + boundary + b"\r\nContent-Type: message/rfc822\r\nContent-Disposition: attachment\r\n",
            b"Content-Transfer-Encoding: " + _encoding(raw) + b"\r\n\r\n" + raw + b"\r\n",
            b"--" + boundary + b"--\r\n",
        )
    )


def _encoding(raw: bytes) -> bytes:
    return b"7bit" if raw.isascii() else b"8bit"


def _verify(wrapped: bytes, raw: bytes) -> None:
    """Raises `CannotAlter` unless the new message is read as it was meant, with the original whole inside it."""
    found = read(wrapped, texts=False)
    parts = found.root.children if isinstance(found, Message) else ()
    bodies = [wrapped[p.body.start : p.body.end] for p in parts if p.type == "message/rfc822"]
    if len(parts) != 2 or bodies != [raw]:
        raise CannotAlter("The message cannot be attached to another.")
