"""The content of DATA (RFC 5321 sections 4.1.1.4 and 4.5.2), in chunks and never line by line."""

import re
from collections.abc import Iterator, Sequence

END = b"\r\n.\r\n"
"""Only this ends DATA; nothing that merely looks like it does (SMTP smuggling)."""

_HEADER_SEEN = 1024 * 1024
_RECEIVED = re.compile(rb"(?:\A|\r\n)received[ \t]*:", re.IGNORECASE)


class Incoming:
    """Collects the content of one DATA from chunks cut anywhere.

    Beyond `limit` octets nothing is kept, but the end is still found. `octets` counts what came, dots included.
    """

    def __init__(self, limit: int) -> None:
        self.octets = 0
        self._limit = limit
        self._chunks: list[bytes] = []
        self._tail = b"\r\n"  # a dot on the very first line ends an empty message

    @property
    def is_too_big(self) -> bool:
        return self.octets > self._limit + len(END)

    def feed(self, chunk: bytes) -> bytes | None:
        """What follows the end, once it was found in this chunk; `None` while there is more to come."""
        border = self._tail + chunk[: len(END) - 1]
        at = border.find(END)
        end = at + len(END) - len(self._tail) if at >= 0 else chunk.find(END) + len(END)
        if at < 0 and end < len(END):
            self._keep(chunk)
            self._tail = border[-4:] if len(chunk) < len(END) else chunk[-4:]
            return None
        self._keep(chunk[:end])
        return chunk[end:]

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
    pairs = content.count(b"\r\n")
    return content.count(b"\n") != pairs or content.count(b"\r") != pairs


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


def may_be_sent(content: Sequence[bytes]) -> bool:
    """Whether no dot follows a bare CR or LF, which a lenient server might take for the end of the message."""
    return all(p.count(b"\n.") == p.count(b"\r\n.") and b"\r." not in p for p in content) and all(
        not (before.endswith(b"\r") or (before.endswith(b"\n") and not before.endswith(b"\r\n")))
        for before in content[:-1]
    )


def stuffed(content: Sequence[bytes]) -> Iterator[bytes]:
    """The content as it goes over the wire, with the final dot: lines that start with a dot get a second one, and a
    last line without CRLF gets that. The pieces are those of `may_be_sent`: none is cut within a line end."""
    at_line_start = True
    for piece in content:
        if not piece:
            continue
        if at_line_start and piece.startswith(b"."):
            yield b"."
        yield piece.replace(b"\r\n.", b"\r\n..")
        at_line_start = piece.endswith(b"\r\n")
    yield b".\r\n" if at_line_start else b"\r\n.\r\n"
