"""Labelling one leaf anew: its own charset parameter and Content-Transfer-Encoding, and nothing else of the header."""

import re

from gatekeeper.core.message import Field, Part
from gatekeeper.mail.codings import Splice

_CHARSET = re.compile(rb"(;\s*charset\s*=\s*)(\"[^\"]*\"|[^\s;\"()]+)", re.IGNORECASE)


def can_label(raw: bytes, root: Part, leaf: Part) -> bool:
    """Whether the two fields are written so simply that all programs will read the new values.

    Without MIME-Version or Content-Type some programs would not look at them.
    """
    content_type = _field(leaf, "content-type")
    if content_type is None or _field(root, "mime-version") is None:
        return False
    octets = raw[content_type.span.start : content_type.span.end]
    if b"(" in octets or not octets.endswith(b"\r\n") or octets.rstrip().endswith(b";"):
        return False
    return len(_CHARSET.findall(octets)) == ("charset" in leaf.params) == octets.lower().count(b"charset")


def label(raw: bytes, leaf: Part, charset: str, encoding: str) -> tuple[Splice, ...]:
    """The changes to the header of `leaf`, for which `can_label` holds; "" leaves a value as it is."""
    splices: list[Splice] = []
    content_type, transfer = _field(leaf, "content-type"), _field(leaf, "content-transfer-encoding")
    if charset and content_type is not None:
        splices.append(_charset(raw, content_type, charset.encode("ascii")))
    if encoding and transfer is not None:
        colon = raw.index(b":", transfer.span.start)
        splices.append(Splice(colon + 1, transfer.span.end - 2, b" " + encoding.encode("ascii")))
    elif encoding:
        line = b"Content-Transfer-Encoding: " + encoding.encode("ascii") + b"\r\n"
        splices.append(Splice(leaf.header.end, leaf.header.end, line))
    return tuple(sorted(splices, key=lambda s: s.start))


def _field(part: Part, name: str) -> Field | None:
    return next((f for f in part.fields if f.name == name), None)


def _charset(raw: bytes, content_type: Field, charset: bytes) -> Splice:
    start = content_type.span.start
    octets = raw[start : content_type.span.end]
    if match := _CHARSET.search(octets):
        return Splice(start + match.start(2), start + match.end(2), charset)
    end = start + len(octets.rstrip())
    return Splice(end, end, b"; charset=" + charset)
