"""Inserting octets into the encoded body of a leaf, so that it decodes to the old content with them in it.

Offsets called `at` count decoded octets. Each function touches as little of the encoded body as its coding allows.
"""

import binascii
import re
from dataclasses import dataclass

from gatekeeper.mail.refusal import CannotAlter

_QP_TOKEN = re.compile(rb"=(?:([0-9A-Fa-f]{2})|\r\n)")
_QP_ODD = re.compile(rb"=(?![0-9A-Fa-f]{2}|\r\n|\Z)")
_QP_ESCAPED = re.compile(rb"[^\t\x20-\x3c\x3e-\x7e]")
QP_WIDTH = 76
BASE64_WIDTH = 76


@dataclass(frozen=True, slots=True)
class Splice:
    """Replace octets `[start, end)` by `octets`; an insertion where `start == end`."""

    start: int
    end: int
    octets: bytes

    def moved(self, by: int) -> "Splice":
        return Splice(self.start + by, self.end + by, self.octets)


def decode(body: bytes, encoding: str) -> bytes:
    """The content of the leaf. Raises `CannotAlter` where programs decode differently."""
    if body.count(b"\n") != (pairs := body.count(b"\r\n")) or body.count(b"\r") != pairs:
        raise CannotAlter("The text has line ends that programs read differently.")
    if encoding == "quoted-printable":
        if _QP_ODD.search(body):
            raise CannotAlter("The quoted-printable text is one that programs decode differently.")
        return binascii.a2b_qp(body)
    if encoding == "base64":
        try:
            return binascii.a2b_base64(body.translate(None, b"\r\n"), strict_mode=True)
        except binascii.Error:
            raise CannotAlter("The base64 text is one that programs decode differently.") from None
    return body


def insert(body: bytes, encoding: str, content: bytes, at: int, octets: bytes) -> Splice:
    """`content` is what `decode` gave for `body`."""
    if encoding == "quoted-printable":
        return _into_quoted_printable(body, content, at, octets)
    if encoding == "base64":
        return _into_base64(body, content, at, octets)
    return Splice(at, at, octets)


def quoted_printable(octets: bytes) -> bytes:
    """RFC 2045 section 6.7, for text that begins at the start of a line; line ends are CRLF or LF, written CRLF.

    A line that is a lone full stop or begins with "From " is escaped too, as old programs mangle it.
    """
    return b"\r\n".join(_qp_line(line.removesuffix(b"\r")) for line in octets.split(b"\n"))


def _qp_line(line: bytes) -> bytes:
    escaped = _QP_ESCAPED.sub(lambda m: b"=%02X" % m[0][0], line) if _QP_ESCAPED.search(line) else line
    if escaped[-1:] in (b" ", b"\t"):
        escaped = escaped[:-1] + b"=%02X" % escaped[-1]
    pieces: list[bytes] = []
    at = 0
    while len(escaped) - at > QP_WIDTH - 2:
        cut = at + QP_WIDTH - 4
        equals = escaped.rfind(b"=", cut - 2, cut)
        cut = equals if equals >= 0 else cut
        pieces.append(_unmangled(escaped[at:cut]))
        at = cut
    return b"=\r\n".join((*pieces, _unmangled(escaped[at:])))


def _unmangled(line: bytes) -> bytes:
    return b"=%02X" % line[0] + line[1:] if line.startswith(b"From ") or line == b"." else line


def _into_quoted_printable(body: bytes, content: bytes, at: int, octets: bytes) -> Splice:
    offset = _qp_offset(body, len(content) - at)
    before = body[max(0, offset - 2) : offset]
    encoded = quoted_printable(octets)
    if before.endswith(b"="):  # a soft line break without its line end, at the end of the body
        encoded = b"\r\n" + encoded
    elif before and not before.endswith(b"\n") and (before[-1:] in (b" ", b"\t") or not encoded.startswith(b"\r\n")):
        encoded = b"=\r\n" + encoded
    if offset < len(body) and not encoded.endswith(b"\n"):
        encoded += b"=\r\n"
    return Splice(offset, offset, encoded)


def _qp_offset(body: bytes, remaining: int) -> int:
    """Where in `body` the last `remaining` decoded octets begin, behind a soft line break that stands there."""
    if not remaining:
        return len(body)
    reach = remaining + 512
    while True:
        start = max(0, len(body) - reach)
        if start:
            start = body.rfind(b"\n", 0, start) + 1
        decoded = len(binascii.a2b_qp(body[start:]))
        if decoded >= remaining or not start:
            return _qp_forward(body, start, decoded - remaining)
        reach *= 2


def _qp_forward(body: bytes, start: int, at: int) -> int:
    seen = 0
    for token in _QP_TOKEN.finditer(body, start):
        literal = token.start() - start
        if seen + literal > at or (seen + literal == at and token[1] is not None):
            break
        seen += literal + (token[1] is not None)
        start = token.end()
    return start + at - seen


def _into_base64(body: bytes, content: bytes, at: int, octets: bytes) -> Splice:
    """Whole lines before the insertion stay; the rest is encoded anew with the same width and the same end."""
    width = body.find(b"\r\n")
    if width <= 0 or width % 4:
        width, kept = BASE64_WIDTH, 0
    else:
        kept = min(at // (width // 4 * 3), len(body) // (width + 2))
        if not re.fullmatch(rb"(?:[A-Za-z0-9+/]{%d}\r\n)*" % width, body[: kept * (width + 2)]):
            kept = 0
    start, decoded = kept * (width + 2), kept * (width // 4 * 3)
    end = max(start, len(body.rstrip(b"\r\n")))
    packed = binascii.b2a_base64(content[decoded:at] + octets + content[at:], newline=False)
    lines = b"\r\n".join(packed[i : i + width] for i in range(0, len(packed), width))
    return Splice(start, end, lines)
