"""The content of DATA (RFC 5321 sections 4.1.1.4 and 4.5.2), in chunks and never line by line."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

END = b"\r\n.\r\n"
"""Only this ends DATA; nothing that merely looks like it does (SMTP smuggling)."""

_DOT = b"\r\n."
_HEADER_SEEN = 1024 * 1024
_RECEIVED = re.compile(rb"(?:\A|\r\n)received[ \t]*:", re.IGNORECASE)


class Incoming:
    """Collects the content of one DATA from chunks cut anywhere.

    Beyond `limit` octets nothing is kept, but the end is still found. `octets` counts what came, dots included;
    `has_dots` is false where certainly no line starts with a dot.
    """

    def __init__(self, limit: int) -> None:
        self.octets = 0
        self.has_dots = False
        self._limit = limit
        self._chunks: list[bytes] = []
        self._tail = b"\r\n"  # a dot on the very first line ends an empty message

    @property
    def is_too_big(self) -> bool:
        return self.octets > self._limit + len(END)

    def feed(self, chunk: bytes) -> bytes | None:
        """What follows the end, once it was found in this chunk; `None` while there is more to come."""
        end = self._end_in(chunk)
        if end < 0:
            self._tail = (self._tail + chunk)[-4:] if len(chunk) < 4 else chunk[-4:]
            self._keep(chunk)
            return None
        self._keep(chunk[:end])
        return chunk[end:]

    def _end_in(self, chunk: bytes) -> int:
        """Where the first thing after the end stands in this chunk, or -1."""
        border = self._tail + chunk[:4]
        if (dot := border.find(_DOT)) >= 0:
            if (at := border.find(END, dot)) >= 0:
                return at + len(END) - len(self._tail)
            self.has_dots = True
        if (dot := chunk.find(_DOT)) >= 0:
            if (at := chunk.find(END, dot)) >= 0:
                self.has_dots = self.has_dots or at > dot
                return at + len(END)
            self.has_dots = True
        return -1

    def _keep(self, chunk: bytes) -> None:
        self.octets += len(chunk)
        if self.is_too_big:
            self._chunks.clear()
        else:
            self._chunks.append(chunk)

    def take(self) -> bytes:
        """All octets before the final dot, dots still stuffed; the chunks are let go."""
        chunks, self._chunks = self._chunks, []
        if len(chunks) == 1:
            return chunks[0][:-3]
        if len(chunks[-1]) > 3:
            chunks[-1] = chunks[-1][:-3]
            return b"".join(chunks)
        return b"".join(chunks)[:-3]


def has_bare_newline(content: bytes) -> bool:
    """Whether a CR or an LF stands alone."""
    decoder = io.IncrementalNewlineDecoder(None, translate=False)  # notes which line ends it sees, in one pass
    decoder.decode(content.decode("latin-1"), final=True)
    return decoder.newlines not in (None, "\r\n")


def normalised(content: bytes) -> bytes:
    """Every CR, LF and CRLF as CRLF."""
    return content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n")


def unstuffed(content: bytes) -> bytes:
    """Without the first dot of each line that starts with one."""
    if content.startswith(b"."):
        content = content[1:]
    return content.replace(b"\r\n.", b"\r\n")


def hops(content: bytes) -> int:
    """How many Received fields the header has; only its first megabyte is looked at."""
    end = content.find(b"\r\n\r\n", 0, _HEADER_SEEN)
    header = content[: end if end >= 0 else _HEADER_SEEN]
    return len(_RECEIVED.findall(header))


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of the content that a client sent, so that it is not searched again on its way out: `raw` has no
    bare CR or LF, and unless `has_dots` no line of it starts with a dot."""

    raw: bytes = b""
    has_dots: bool = True


def may_be_sent(content: Sequence[bytes], known: Known | None = None) -> bool:
    """Whether no CR and no LF stands alone, which a lenient server might take for the end of a line and, with a dot
    after it, for the end of the message. No piece but the last may end within a line end."""
    if any(p.endswith(b"\r") for p in content[:-1]):
        return False
    return all((known and p is known.raw) or not has_bare_newline(p) for p in content)


def stuffed(content: Sequence[bytes], known: Known | None = None) -> Iterator[bytes]:
    """Content that `may_be_sent` as it goes over the wire, with the final dot: lines that start with a dot get a second
    one, and a last line without CRLF gets that."""
    at_line_start = True
    for piece in content:
        if not piece:
            continue
        if at_line_start and piece.startswith(b"."):
            yield b"."
        plain = known and piece is known.raw and not known.has_dots
        yield piece if plain else piece.replace(_DOT, b"\r\n..")
        at_line_start = piece.endswith(b"\r\n")
    yield b".\r\n" if at_line_start else b"\r\n.\r\n"
