"""Values with parameters (RFC 2045 section 5.1, RFC 2183), and their RFC 2231 forms within bounds."""

import re
from dataclasses import dataclass
from email.errors import MessageError
from email.header import decode_header
from functools import lru_cache
from urllib.parse import unquote_to_bytes

MAX_VALUE = 64 * 1024
MAX_PARAMETERS = 100
MAX_PIECES = 100
MAX_JOINED = 16 * 1024

_PARAMETER = re.compile(r';\s*([^\s;="()]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;"]*))', re.DOTALL)
_JUNK = re.compile(r'[^;"(]*(?:"[^"]*"?)?(?:\([^)]*\)?)?')
_COMMENT = re.compile(r"\([^()]*\)")
_GAP = re.compile(r"\s*(?:\([^()]*\)\s*)?")
_PIECE = re.compile(r"([^*]+)(?:\*(\d{1,4}))?(\*)?")
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Value:
    """`main` is what stands before the first semicolon, in lower case and without comments. `repeated` names the
    parameters given more than once, in one form or in several; the first stands. `odd` names those with blanks in an
    unquoted value or in an RFC 2231 form, which programs read differently. `junk` says that something between the
    parameters could not be read."""

    main: str
    params: dict[str, str]
    repeated: tuple[str, ...] = ()
    odd: tuple[str, ...] = ()
    junk: bool = False


def parse(text: str) -> Value:
    """Read a field value. Never raises; what is beyond the bounds of this module is left out and called junk."""
    return _parse_often(text) if len(text) < 200 else _parse(text)


def _parse(text: str) -> Value:
    too_long = len(text) > MAX_VALUE
    text = text[:MAX_VALUE]
    head, semicolon, _ = text.partition(";")
    main = _COMMENT.sub("", head).strip().lower() if "(" in head else head.strip().lower()
    if not semicolon:
        return Value(main, {}, junk=too_long)
    given, junk = _given(text, len(head))
    return _joined(main, given, junk or too_long)


_parse_often = lru_cache(maxsize=512)(_parse)


def _given(text: str, position: int) -> tuple[list[tuple[str, str, bool]], bool]:
    """(name, value, quoted) in their order, and whether something could not be read."""
    given: list[tuple[str, str, bool]] = []
    junk = False
    while position < len(text) and len(given) < MAX_PARAMETERS:
        match = _PARAMETER.match(text, position)
        if match is None:
            skipped = _JUNK.match(text, position + (text[position] == ";"))
            following = skipped.end() if skipped else len(text)
            junk = junk or bool(text[position:following].strip("; \t"))
            position = max(position + 1, following)
            continue
        quoted = match[2] is not None
        value = _QUOTED_PAIR.sub(r"\1", match[2]) if quoted else _COMMENT.sub("", match[3]).strip()
        given.append((match[1].lower(), value, quoted))
        position = match.end()
        gap = _GAP.match(text, position)
        position = gap.end() if gap else position
    return given, junk or position < len(text)


def _joined(main: str, given: list[tuple[str, str, bool]], junk: bool) -> Value:
    params: dict[str, str] = {}
    repeated: list[str] = []
    odd: list[str] = []
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, value, quoted in given:
        match = _PIECE.fullmatch(name) if "*" in name else None
        if match is None:
            if name in params:
                repeated.append(name)
            elif not quoted and (" " in value or "\t" in value):
                odd.append(name)
            params.setdefault(name, value)
            continue
        known = pieces.setdefault(match[1], {})
        index = int(match[2] or 0)
        if index in known:
            repeated.append(match[1])
        elif index < MAX_PIECES:
            known[index] = (value, bool(match[3]))
    for name, found in pieces.items():
        odd.append(name)
        if name in params:
            repeated.append(name)
        params[name] = _rfc2231(found) or params.get(name, "")
    return Value(main, params, tuple(dict.fromkeys(repeated)), tuple(dict.fromkeys(odd)), junk)


def _rfc2231(pieces: dict[int, tuple[str, bool]]) -> str:
    """Pieces 0, 1, 2, ... up to the first gap."""
    charset = "utf-8"
    joined = b""
    for index in range(MAX_PIECES):
        if index not in pieces or len(joined) > MAX_JOINED:
            break
        value, escaped = pieces[index]
        if escaped and index == 0 and value.count("'") >= 2:
            charset, _, value = value.split("'", 2)
        joined += unquote_to_bytes(value) if escaped else value.encode("utf-8", "replace")
    try:
        return joined[:MAX_JOINED].decode(charset or "utf-8", "replace").replace("\0", "")
    except (LookupError, ValueError):
        return joined[:MAX_JOINED].decode("latin-1").replace("\0", "")


def words(text: str) -> str:
    """`text` with encoded words (RFC 2047) decoded where that works, as mail programs do in file names."""
    last = text.rfind("?=") + 2
    if "=?" not in text or last < 2 or len(text) > MAX_JOINED:
        return text
    try:
        decoded = "".join(
            piece if isinstance(piece, str) else piece.decode(charset or "latin-1", "replace")
            for piece, charset in decode_header(text[:last])
        )
        return decoded + text[last:]
    except (LookupError, ValueError, MessageError):
        return text
