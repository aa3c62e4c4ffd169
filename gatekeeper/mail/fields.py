"""Header blocks (RFC 5322 section 2.2) with octet offsets, read leniently and with every oddity noted."""

import re

from gatekeeper.core.message import Field, Span

MAX_HEADER = 256 * 1024
MAX_FIELDS = 1000

_FIELD = re.compile(r"([!-9;-~]+):([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_SPACED = re.compile(r"([!-9;-~]+)[ \t]+:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
_ODD_LINE = re.compile(r"[^\n]*(?:\n[ \t][^\n]*)*(?:\n|\Z)")
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?(?:\n|\Z)")
_AT_ONCE = re.compile(rb"\r?\n")

BARE_LF = "bare LF in the header"
BARE_CR = "bare CR in the header"
NUL = "NUL in the header"
BLANK_FOLD = "continuation line of blanks only"
SPACED_COLON = "space before the colon of a field"
ODD_LINE = "line in the header that is no field"
UNENDED = "no empty line after the header"


class Malformed(ValueError):
    """The structure is beyond what is read. `reason` is one plain sentence without any of the content."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def split(raw: bytes, start: int, end: int) -> tuple[int, int, bool]:
    """(end of the header, start of the body, whether an empty line stands between them) of `raw[start:end]`.

    The header ends behind the line end of its last field. Raises `Malformed` beyond `MAX_HEADER`.
    """
    if at_once := _AT_ONCE.match(raw, start, end):
        return start, at_once.end(), True
    limit = min(end, start + MAX_HEADER + 3)
    crlf = raw.find(b"\n\r\n", start, limit)
    lf = raw.find(b"\n\n", start, limit if crlf < 0 else crlf)
    if lf >= 0:
        header, body, ended = lf + 1, lf + 2, True
    elif crlf >= 0:
        header, body, ended = crlf + 1, crlf + 3, True
    else:
        header, body, ended = end, end, False
    if header - start > MAX_HEADER:
        raise Malformed(f"A header is longer than {MAX_HEADER // 1024} KiB.")
    return header, body, ended


def fields(raw: bytes, start: int, end: int) -> tuple[tuple[Field, ...], list[str]]:
    """The fields of the header block `raw[start:end]`, and what is odd about the block.

    Lines that are no field are left out and named as a fault, since some programs end the header there and others
    go on. Raises `Malformed` beyond `MAX_FIELDS`.
    """
    block = raw[start:end]
    text = block.decode("latin-1")
    found: list[Field] = []
    faults = _oddities(block)
    position, size = 0, end - start
    while position < size:
        match = _FIELD.match(text, position)
        if match is None and (match := _SPACED.match(text, position)):
            faults.append(SPACED_COLON)
        if match is None:
            faults.append(ODD_LINE)
            odd = _ODD_LINE.match(text, position)
            position = max(position + 1, odd.end() if odd else size)
        else:
            name, value = match.groups()
            after = match.end()
            found.append(Field(name.lower(), _value(value), Span(start + position, start + after)))
            position = after
        if len(found) + len(faults) > MAX_FIELDS:
            raise Malformed(f"A header has more than {MAX_FIELDS} fields.")
    return tuple(found), list(dict.fromkeys(faults)) if faults else faults


def _value(value: str) -> str:
    value = value.strip(" \t\r\n")
    if "\n" in value:
        value = value.replace("\r\n", "").replace("\n", "")
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value


def _oddities(block: bytes) -> list[str]:
    faults = []
    pairs = block.count(b"\r\n")
    if block.count(b"\n") != pairs:
        faults.append(BARE_LF)
    if block.count(b"\r") != pairs:
        faults.append(BARE_CR)
    if b"\0" in block:
        faults.append(NUL)
    if _BLANK_FOLD.search(block):
        faults.append(BLANK_FOLD)
    return faults
