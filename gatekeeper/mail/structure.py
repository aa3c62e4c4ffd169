"""The MIME structure of a message with octet offsets (RFC 2045, RFC 2046), in one iterative pass.

Bodies are searched with `bytes.find` only, so a large attachment costs next to nothing. A delimiter of an outer
multipart counts wherever it stands, also inside what is nested in it.
"""

import re
from dataclasses import dataclass, field

from gatekeeper.core.message import Field, Part, Span
from gatekeeper.mail import fields as header
from gatekeeper.mail import parameters
from gatekeeper.mail.fields import Malformed

__all__ = ["Malformed", "scan"]

MAX_DEPTH = 50
MAX_PARTS = 1000
MAX_BOUNDARY = 2048
MAX_ALL_FIELDS = 10_000
MAX_SEARCHED = 1 << 30
"""Octets searched for delimiters, all levels together."""
MAX_LOOKALIKES = 10_000

ENCODINGS = frozenset({"7bit", "8bit", "binary", "quoted-printable", "base64"})
IDENTITY = frozenset({"7bit", "8bit", "binary"})
MESSAGES = frozenset({"message/rfc822", "message/global"})

NO_END_BOUNDARY = "no end boundary"
_SINGLE = ("content-type", "content-transfer-encoding", "mime-version", "content-disposition")
_PROPER = {
    "content-type": "Content-Type",
    "content-transfer-encoding": "Content-Transfer-Encoding",
    "mime-version": "MIME-Version",
    "content-disposition": "Content-Disposition",
}
_TYPE = re.compile(r"[!#$%&'*+\-.^_`{|}~0-9a-z]+/[!#$%&'*+\-.^_`{|}~0-9a-z]+")
_WINDOW = 1 << 16
_NOWHERE = Span(0, 0)


@dataclass(slots=True)
class _Node:
    """A part while its children are not all known."""

    parent: "_Node | None"
    depth: int
    region: Span
    default: str
    type: str = ""
    params: dict[str, str] = field(default_factory=dict)
    encoding: str = "7bit"
    disposition: str = ""
    filename: str = ""
    fields: tuple[Field, ...] = ()
    header: Span = _NOWHERE
    body: Span = _NOWHERE
    boundary: bytes = b""
    faults: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    children: list["_Node"] = field(default_factory=list)
    frozen: Part | None = None


def scan(raw: bytes) -> Part:
    """The tree of parts. `header` spans exclude the empty line behind them.

    A message/rfc822 or message/global part has the message in it as its one child. A multipart without an end
    boundary at the very end of the message carries the note `NO_END_BOUNDARY`; elsewhere that is a fault.
    Raises `Malformed` beyond the limits of this module and of `fields`; never anything else.
    """
    root = _Node(None, 1, Span(0, len(raw)), "text/plain")
    nodes = [root]
    searched = seen = 0
    for node in nodes:  # grows while it is walked
        _read(raw, node)
        seen += len(node.fields)
        if node.boundary:
            searched += len(node.body)
            _check(searched > MAX_SEARCHED, "The parts are nested so deeply that searching them takes too long.")
            _divide(raw, node)
        elif node.type in MESSAGES and node.encoding in IDENTITY and len(node.body):
            node.children.append(_Node(node, node.depth + 1, node.body, "text/plain"))
        _check(node.depth >= MAX_DEPTH and bool(node.children), f"Parts are nested more than {MAX_DEPTH} deep.")
        nodes.extend(node.children)
        _check(len(nodes) > MAX_PARTS, f"There are more than {MAX_PARTS} parts.")
        _check(seen > MAX_ALL_FIELDS, f"There are more than {MAX_ALL_FIELDS} fields in all headers together.")
    for node in reversed(nodes):
        node.frozen = _frozen(node)
    return root.frozen or _frozen(root)


def _check(broken: bool, reason: str) -> None:
    if broken:
        raise Malformed(reason)


def _frozen(node: _Node) -> Part:
    return Part(
        node.type,
        node.params,
        node.encoding,
        node.disposition,
        node.filename,
        node.fields,
        node.header,
        node.body,
        tuple(child.frozen for child in node.children if child.frozen is not None),
        tuple(dict.fromkeys(node.faults)) if node.faults else (),
        tuple(node.notes),
    )


def _read(raw: bytes, node: _Node) -> None:
    """Header and body of the node, and what its Content fields say."""
    start, end = node.region.start, node.region.end
    header_end, body_start, ended = header.split(raw, start, end)
    node.fields, node.faults = header.fields(raw, start, header_end)
    node.header, node.body = Span(start, header_end), Span(body_start, end)
    if not ended:
        node.faults.append(header.UNENDED)
    elif raw[header_end : header_end + 1] == b"\n":
        node.faults.append(header.BARE_LF)
    single: dict[str, str] = {}
    for f in node.fields:
        if f.name in _PROPER:
            if f.name in single:
                node.faults.append(f"duplicate {_PROPER[f.name]}")
            single.setdefault(f.name, f.value)
    _content_type(node, single.get("content-type"))
    if node.boundary and raw.find(node.boundary, start, header_end) < 0:
        node.faults.append("boundary parameter in an odd form")  # folded, escaped or in pieces
    _encoding(node, single.get("content-transfer-encoding"))
    _disposition(node, single.get("content-disposition"))


def _content_type(node: _Node, value: str | None) -> None:
    node.type = node.default
    if value is None:
        return
    content = parameters.parse(value)
    node.params = dict(content.params)
    if _TYPE.fullmatch(content.main):
        node.type = content.main
    else:
        node.type = "text/plain"
        node.faults.append("unreadable Content-Type")
    for name in ("boundary", "charset"):
        if name in content.repeated:
            node.faults.append(f"duplicate {name} parameter")
        elif name in content.odd:
            node.faults.append(f"{name} parameter in an odd form")
    if node.type.startswith("multipart/"):
        if content.junk:
            node.faults.append("unreadable parameters of a multipart")
        node.boundary = _boundary(node, content.params.get("boundary", ""))


def _boundary(node: _Node, text: str) -> bytes:
    """The boundary, empty where there is none to go by; conflicts with outer ones are faults of those outer parts."""
    boundary = text.encode("utf-8", "surrogateescape")
    _check(len(boundary) > MAX_BOUNDARY, f"A boundary is longer than {MAX_BOUNDARY} octets.")
    if not boundary.strip():
        node.faults.append("no boundary")
        return b""
    if not boundary.isascii() or boundary != boundary.strip() or not text.isprintable():
        node.faults.append("boundary with odd characters")
    outer = node.parent
    while outer is not None:
        if outer.boundary == boundary:
            outer.faults.append("same boundary nested")
        elif outer.boundary and (outer.boundary.startswith(boundary) or boundary.startswith(outer.boundary)):
            outer.faults.append("boundary is a prefix of another")
        outer = outer.parent
    return boundary


def _encoding(node: _Node, value: str | None) -> None:
    if value is None:
        return
    encoding = parameters.parse(value).main if "(" in value else value.lower()
    node.encoding = encoding
    if encoding not in ENCODINGS:
        node.faults.append("unknown Content-Transfer-Encoding")
    composite = node.type.startswith("multipart/") or node.type in MESSAGES
    if composite and encoding not in IDENTITY:
        node.faults.append("composite type with an encoding")


def _disposition(node: _Node, value: str | None) -> None:
    name = node.params.get("name", "")
    if value is not None:
        content = parameters.parse(value)
        node.disposition = content.main
        name = content.params.get("filename", "") or name
    node.filename = parameters.words(name)


def _divide(raw: bytes, node: _Node) -> None:
    """Make the children between the delimiter lines of the node (RFC 2046 section 5.1.1)."""
    default = "message/rfc822" if node.type == "multipart/digest" else "text/plain"
    start = -1
    closed = False
    for content_end, line_end, closing in _delimiters(raw, node):
        if closed:
            node.faults.append("delimiter after the end boundary")
            break
        if start >= 0:
            region = Span(start, max(start, content_end))
            node.children.append(_Node(node, node.depth + 1, region, default))
            _check(len(node.children) > MAX_PARTS, f"There are more than {MAX_PARTS} parts.")
        start, closed = line_end, closing
    if start < 0:
        node.faults.append("no delimiter")
    elif not closed:
        node.children.append(_Node(node, node.depth + 1, Span(start, node.body.end), default))
        (node.notes if node.body.end == len(raw) else node.faults).append(NO_END_BOUNDARY)
    elif not node.children:
        node.faults.append("end boundary before any part")


def _delimiters(raw: bytes, node: _Node) -> list[tuple[int, int, bool]]:
    """(end of the content before it, start of what follows it, whether it is the end) of each delimiter line.

    Stops one line behind the end boundary, and beyond `MAX_PARTS`.
    """
    found: list[tuple[int, int, bool]] = []
    needle = b"--" + node.boundary
    position, end = node.body.start, node.body.end
    lookalikes = 0
    while len(found) <= MAX_PARTS + 1 and (hit := _find(raw, needle, position, end)) >= 0:
        newline = raw.find(b"\n", hit, end)
        position = newline + 1 if newline >= 0 else end
        before = raw[max(node.body.start, hit - 2) : hit] or b"\r\n"
        at_line_start = before[-1:] in (b"\n", b"\r")
        closing = _kind(raw[hit + len(needle) : position], node) if at_line_start else None
        if closing is None:
            lookalikes += 1
        else:
            if before != b"\r\n":
                node.faults.append("bare CR or LF before a delimiter")
            found.append((hit - (2 if before == b"\r\n" else 1), position, closing))
            if len(found) > 1 and found[-2][2]:
                break
        _check(lookalikes > MAX_LOOKALIKES, "Too many lines look like a delimiter and are none.")
    return found


def _kind(tail: bytes, node: _Node) -> bool | None:
    """Whether what follows the boundary makes an end delimiter; None where it makes no delimiter."""
    line = tail.removesuffix(b"\n").removesuffix(b"\r")
    closing = line.startswith(b"--")
    if (line[2:] if closing else line).strip(b" \t"):
        node.faults.append("line that only begins like a delimiter")
        return None
    if tail.endswith(b"\n") and not tail.endswith(b"\r\n"):
        node.faults.append("bare LF after a delimiter")
    return closing


def _find(raw: bytes, needle: bytes, position: int, end: int) -> int:
    """`raw.find`, with the first hyphen found first: base64 has none, and a single octet is found much faster."""
    while (position := raw.find(b"-", position, end)) >= 0:
        stop = min(end, position + _WINDOW)
        hit = raw.find(needle, position, min(end, stop + len(needle)))
        if hit >= 0:
            return hit
        position = stop
    return -1
