"""The footer, put into the text of a message by surgery on octets.

The tree of parts says where; each text part gets one insertion, and only where that cannot be (a name that 7bit
cannot carry) is one leaf written anew. Everything else of the message leaves as it came, which `verify` proves each
time. What cannot be altered with certainty is not: `CannotAlter` says why.
"""

from dataclasses import dataclass

from gatekeeper.core.footer import Position
from gatekeeper.core.message import Part
from gatekeeper.mail import codings, footer_text, html_border, labels
from gatekeeper.mail.border import border
from gatekeeper.mail.codings import Splice
from gatekeeper.mail.markup import source_of
from gatekeeper.mail.refusal import CannotAlter
from gatekeeper.mail.targets import targets
from gatekeeper.mail.verify import Promise, verify
from gatekeeper.mail.visibility import outline

__all__ = ["CannotAlter", "Surgery", "disclose", "surgery"]

MAX_TEXT = 2 * 1024 * 1024
"""Octets of one text, as it stands in the message."""

_PGP = b"-----BEGIN PGP "
_RESET = (
    "display:block!important;visibility:visible!important;opacity:1!important;position:static!important;"
    "float:none!important;width:auto!important;height:auto!important;max-height:none!important;"
    "overflow:visible!important;text-indent:0!important;transform:none!important;clip-path:none!important;"
    "margin:1em 0!important;padding:2px!important;color:#000!important;background:#fff!important;"
    "font:14px/1.4 sans-serif!important"
)
_STYLE = f"display:block;color:#000;background:#fff;font-size:14px;margin:1em 0;all:initial!important;{_RESET}"
"""First for Word's engine, which drops whatever is marked important; then so that nothing outranks it."""


@dataclass(frozen=True, slots=True)
class Surgery:
    """`splices` into the message, in its order and without overlap, and what they promise of each text part."""

    splices: tuple[Splice, ...]
    promises: tuple[Promise, ...]

    @property
    def inserts_only(self) -> bool:
        return all(s.start == s.end for s in self.splices)

    def applied(self, raw: bytes) -> bytes:
        whole = memoryview(raw)
        pieces: list[bytes | memoryview] = []
        at = 0
        for splice in self.splices:
            pieces += (whole[at : splice.start], splice.octets)
            at = splice.end
        return b"".join((*pieces, whole[at:]))


@dataclass(frozen=True, slots=True)
class _Text:
    """A leaf to be altered: its body as it stands in the message, its content, and the latter for `markup` if HTML."""

    part: Part
    body: bytes
    content: bytes
    source: str = ""

    @property
    def is_html(self) -> bool:
        return self.part.type == "text/html"

    @property
    def newline(self) -> bytes:
        return b"\n" if b"\n" in self.content and b"\r\n" not in self.content else b"\r\n"

    def border(self) -> int | None:
        """The octet of the content where the own text ends with certainty."""
        if self.is_html:
            return html_border.border(self.source)
        try:
            line = border(self.content.decode("utf-8"))
        except UnicodeDecodeError:
            line = border(self.content.decode("latin-1"))
        return None if line is None else len(b"\n".join(self.content.split(b"\n", line)[:line])) + 1


def disclose(raw: bytes, root: Part, lines: tuple[str, ...], position: Position) -> bytes:
    """`raw` with the footer lines in every text that a reader may see. `root` is what `scan` gave for it.

    Raises `CannotAlter`.
    """
    cut = surgery(raw, root, lines, position)
    new = cut.applied(raw)
    verify(raw, root, new, cut.promises)
    return new


def surgery(raw: bytes, root: Part, lines: tuple[str, ...], position: Position) -> Surgery:
    """What `disclose` would do to the message. Raises `CannotAlter`."""
    words = footer_text.clean(lines)
    if not words:
        raise CannotAlter("The footer has no words.")
    texts = [_text(raw, part) for part in targets(root)]
    borders = [text.border() if position is Position.OWN_TEXT else None for text in texts]
    certain = all(b is not None for b in borders)
    splices: list[Splice] = []
    promises: list[Promise] = []
    for text, found in zip(texts, borders, strict=True):
        promise = _promise(raw, root, text, words, found if certain else None)
        splices += _splices(raw, text, promise)
        promises.append(promise)
    return Surgery(tuple(splices), tuple(promises))


def _text(raw: bytes, part: Part) -> _Text:
    if len(part.body) > MAX_TEXT:
        raise CannotAlter("The text is too long to be altered.")
    body = raw[part.body.start : part.body.end]
    content = codings.decode(body, part.encoding)
    footer_text.require_ascii_superset(part, content)
    if _PGP in content:
        raise CannotAlter("The text is signed or encrypted (PGP).")
    return _Text(part, body, content, source_of(content) if part.type == "text/html" else "")


def _promise(raw: bytes, root: Part, text: _Text, words: tuple[str, ...], own_end: int | None) -> Promise:
    if text.is_html:
        at = _html_place(text.source, own_end)
        return Promise(text.part, at, _html(text, footer_text.html_lines(words), at))
    ascii_only = all(word.isascii() for word in words)
    can_label = not ascii_only and labels.can_label(raw, root, text.part)
    wording = footer_text.plain_lines(words, text.part, text.content, can_label)
    at = len(text.content) if own_end is None else own_end
    octets = _plain(text, wording.lines, at, own_end is not None)
    return Promise(text.part, at, octets, wording.charset, wording.encoding)


def _splices(raw: bytes, text: _Text, promise: Promise) -> tuple[Splice, ...]:
    if not promise.encoding:
        into = codings.insert(text.body, text.part.encoding, text.content, promise.at, promise.octets)
    else:
        content = text.content[: promise.at] + promise.octets + text.content[promise.at :]
        into = Splice(0, len(text.body), codings.quoted_printable(content))
    return (*labels.label(raw, text.part, promise.charset, promise.encoding), into.moved(text.part.body.start))


def _html_place(source: str, own_end: int | None) -> int:
    """Where the footer goes in an HTML text; `CannotAlter` unless it is certain to be seen there."""
    found = outline(source)
    if own_end is not None:
        at = own_end
    else:
        at = next((end for end in (found.body_end, found.html_end) if end >= 0), len(source))
    found.require_visible(at)
    return at


def _html(text: _Text, lines: tuple[bytes, ...], at: int) -> bytes:
    element = b'<div style="' + _STYLE.encode("ascii") + b'">' + b"<br>".join(lines) + b"</div>"
    if at == len(text.content) and not text.content.endswith(b"\n"):
        return text.newline + element
    return element + text.newline


def _plain(text: _Text, lines: tuple[bytes, ...], at: int, above_more: bool) -> bytes:
    """The lines with an empty line before them, which also ends a flowed paragraph (RFC 3676 section 4.1), and one
    behind them where more follows."""
    newline, before = text.newline, text.content[:at]
    if text.part.params.get("format", "").lower() == "flowed":
        lines = tuple(b" " + line if line.startswith((b" ", b">", b"From ")) else line for line in lines)
    if not before or before.endswith((b"\n\r\n", b"\n\n")) or before in (b"\r\n", b"\n"):
        lead = b""
    else:
        lead = newline if before.endswith(b"\n") else newline * 2
    if above_more:
        end = newline * 2
    else:
        end = newline if not before or before.endswith(b"\n") else b""
    return lead + newline.join(lines) + end
