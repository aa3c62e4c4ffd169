"""Proof, after each alteration, that nothing was altered but what was meant.

Knows nothing of how the alteration was made: it reads the result afresh and compares.
"""

import binascii
from dataclasses import dataclass

from gatekeeper.core.message import Part, Span
from gatekeeper.mail.refusal import CannotAlter
from gatekeeper.mail.structure import Malformed, scan

_PIECE = 1 << 16
_OWN_FIELDS = frozenset({"content-type", "content-transfer-encoding"})


@dataclass(frozen=True, slots=True)
class Promise:
    """What is to become of one leaf: its content with `octets` put in at `at`, and these labels ("" for the old)."""

    leaf: Part
    at: int
    octets: bytes
    charset: str = ""
    encoding: str = ""

    @property
    def relabelled(self) -> bool:
        return bool(self.charset or self.encoding)


def verify(raw: bytes, root: Part, new: bytes, promises: tuple[Promise, ...]) -> None:
    """Raises `CannotAlter` unless `new` is `raw` with the promises kept, in the order of the message, and no more."""
    try:
        pairs = list(zip(root.walk(), scan(new).walk(), strict=True))
    except (Malformed, ValueError):
        raise CannotAlter("The altered message would be put together differently.") from None
    promised = {id(p.leaf): p for p in promises}
    old_end = new_end = 0
    for old, now in pairs:
        promise = promised.pop(id(old), None)
        _require(_alike(old, now, promise), "The altered message would be put together differently.")
        if promise is None:
            continue
        before, after = _edited(old, now, promise)
        _same(raw, Span(old_end, before.start), new, Span(new_end, after.start))
        _kept(raw, new, old, now, promise)
        old_end, new_end = before.end, after.end
    _same(raw, Span(old_end, len(raw)), new, Span(new_end, len(new)))
    _require(not promised, "A text would have been left without the footer.")


def _require(kept: bool, reason: str) -> None:
    if not kept:
        raise CannotAlter(reason)


def _same(raw: bytes, old: Span, new: bytes, now: Span) -> None:
    """Compared in pieces, as copies of whole attachments cost more than the comparison."""
    same = len(old) == len(now) and all(
        raw[old.start + at : min(old.start + at + _PIECE, old.end)]
        == new[now.start + at : min(now.start + at + _PIECE, now.end)]
        for at in range(0, len(old), _PIECE)
    )
    _require(same, "Other octets would have been altered.")


def _alike(old: Part, now: Part, promise: Promise | None) -> bool:
    params, encoding = old.params, old.encoding
    if promise is not None and promise.charset:
        params = {**params, "charset": promise.charset}
    if promise is not None and promise.encoding:
        encoding = promise.encoding
    return (
        (old.type, params, encoding, old.disposition, old.filename, old.faults, old.notes)
        == (now.type, now.params, now.encoding, now.disposition, now.filename, now.faults, now.notes)
        and len(old.children) == len(now.children)
    )  # fmt: skip


def _edited(old: Part, now: Part, promise: Promise) -> tuple[Span, Span]:
    """The octets that may differ, before and after."""
    if promise.relabelled:
        return Span(old.header.start, old.body.end), Span(now.header.start, now.body.end)
    return old.body, now.body


def _kept(raw: bytes, new: bytes, old: Part, now: Part, promise: Promise) -> None:
    content = _decoded(raw, old)
    expected = content[: promise.at] + promise.octets + content[promise.at :]
    _require(_decoded(new, now) == expected, "The altered text would not read as meant.")
    if promise.relabelled:
        _require(_other_fields(raw, old) == _other_fields(new, now), "Other fields would have been altered.")


def _other_fields(raw: bytes, part: Part) -> list[bytes]:
    return [raw[f.span.start : f.span.end] for f in part.fields if f.name not in _OWN_FIELDS]


def _decoded(raw: bytes, part: Part) -> bytes:
    body = raw[part.body.start : part.body.end]
    if part.encoding == "base64":
        return binascii.a2b_base64(body)
    return binascii.a2b_qp(body) if part.encoding == "quoted-printable" else body
