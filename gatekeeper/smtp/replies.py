"""Replies of the next hop (RFC 5321 section 4.2), read strictly and made safe to pass on."""

import re

from gatekeeper.core.reply import Reply, clean

MAX_LINE = 8192
MAX_REPLY = 4 * MAX_LINE
"""Octets; RFC 5321 allows 512 a line, and no honest EHLO reply has many lines."""

_PLAIN = re.compile(rb"([2-5][0-9][0-9]) ([ -~]{0,480})\r\n")
_LINE = re.compile(rb"([2-5][0-9][0-9])(?:([ -])(.*))?", re.DOTALL)


class Malformed(Exception):
    """Not a reply: whoever sends this cannot be trusted to mean what he says."""


def take_reply(buffer: bytearray) -> Reply | None:
    """Take the first complete reply off the buffer; `None` while it is incomplete. Text is printable ASCII after this,
    anything else in it "?", a line cut to what RFC 5321 4.5.3.1.5 allows. Raises `Malformed`."""
    if found := _PLAIN.match(buffer):
        answer = Reply(int(found[1]), (found[2].decode("ascii"),))
        del buffer[: found.end()]
        return answer
    return _take_long(buffer)


def _take_long(buffer: bytearray) -> Reply | None:
    code = b""
    lines: list[str] = []
    start = 0
    while (end := buffer.find(b"\n", start)) >= 0:
        found = _line(bytes(buffer[start : end + 1]))
        if code and found[1] != code:
            raise Malformed("codes differ within one reply")
        code = found[1]
        lines.append(clean((found[3] or b"").decode("latin-1")))
        start = end + 1
        if found[2] != b"-":
            del buffer[:start]
            return Reply(int(code), tuple(lines))
        if start > MAX_REPLY:
            break
    if len(buffer) > MAX_REPLY or len(buffer) - start > MAX_LINE:
        raise Malformed("too long")
    return None


def _line(line: bytes) -> re.Match[bytes]:
    found = _LINE.fullmatch(line[:-2]) if line.endswith(b"\r\n") and len(line) <= MAX_LINE else None
    if found is None:
        raise Malformed("no reply line")
    return found
