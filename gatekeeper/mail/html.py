"""HTML to the text a reader sees, and the text that is there and not seen.

Nothing is lost between the two: where markup is broken or hiding is not certain the text counts as visible. Marks say
where the markup itself calls a passage quoted.
"""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

from gatekeeper.mail.html_pen import Pen
from gatekeeper.mail.html_style import PLAIN, UNKNOWN, look
from gatekeeper.mail.html_tokens import Kind, Token, attributes_of, tokens

MAX_DEPTH = 500
"""Elements that are kept open at once. Deeper ones only lend their text."""

_VOID = frozenset("area base basefont bgsound br col embed frame hr img input link meta param source track wbr".split())
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 table ul ol dl blockquote pre hr form".split())
_BLOCK = _PARAGRAPH | frozenset(
    "div li tr dt dd center section article header footer main aside nav address fieldset figure figcaption caption "
    "tbody thead tfoot option title body html xmp textarea legend details summary".split()
)
_CELL = frozenset({"td", "th"})
_SPEAKING = frozenset({"img", "area", "input"})
_LAID_OUT = _BLOCK | _CELL | {"br"}
_WATCHED = frozenset({"blockquote", "div", "section"})
_LINES_KEPT = frozenset({"pre", "xmp", "textarea", "plaintext", "listing"})
_STATEFUL = _LINES_KEPT | {"template"}
_SEEN_RAW = frozenset({"textarea", "xmp", "plaintext"})
_UNSEEN_RAW = frozenset({"title", "noembed", "noframes", "iframe"})
_LOOK_BACK = 12


class MarkKind(StrEnum):
    """QUOTE: quoted for certain. BLOCK: indented, quoted only below an attribution line. BOX: a reply's or forward's
    container, inside which the author may still write. HEADER: the place where a mail program put a reply header."""

    QUOTE = "quote"
    BLOCK = "block"
    BOX = "box"
    HEADER = "header"


@dataclass(frozen=True, slots=True)
class Mark:
    """Characters `[start, end)` of the visible text."""

    kind: MarkKind
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Page:
    """`anchors` pair an offset in `hidden` with the place in `visible` where that hidden passage stood."""

    visible: str
    hidden: str
    marks: tuple[Mark, ...]
    anchors: tuple[tuple[int, int], ...]


class _State(NamedTuple):
    """What an element hands down to what is in it."""

    gone: bool = False
    tiny: bool = False
    unseen: bool = False
    colour: str = "#000000"
    ground: str = "#ffffff"
    kept_lines: bool = False

    @property
    def hidden(self) -> bool:
        same = self.colour == self.ground and self.colour != UNKNOWN
        return self.gone or self.tiny or self.unseen or same or self.colour == "clear"


class _Frame(NamedTuple):
    name: str
    state: _State
    hidden: bool
    mark: MarkKind | None
    start: int


def page(source: str) -> Page:
    """Read `source`. Never raises; linear in its length."""
    reader = _Reader()
    for token in tokens(source):
        reader.take(token)
    return reader.finish()


class _Reader:
    def __init__(self) -> None:
        self._seen, self._unseen = Pen(), Pen()
        self._frames = [_Frame("", _State(), False, None, 0)]
        self._open: Counter[str] = Counter()
        self._marks: list[Mark] = []
        self._anchors: list[tuple[int, int]] = []

    def take(self, token: Token) -> None:
        match token.kind:
            case Kind.TEXT:
                self._text(token.text)
            case Kind.START:
                self._start(token)
            case Kind.END:
                self._end(token.name)
            case Kind.RAW:
                self._raw(token)
            case Kind.COMMENT:
                self._comment(token.text)

    def finish(self) -> Page:
        while len(self._frames) > 1:
            self._pop()
        return Page("".join(self._seen.pieces), "".join(self._unseen.pieces), tuple(self._marks), tuple(self._anchors))

    def _text(self, text: str) -> None:
        frame = self._frames[-1]
        if frame.hidden:
            self._hide(text)
        else:
            self._seen.write(text, frame.state.kept_lines)

    def _hide(self, text: str) -> None:
        if not text.strip():
            return
        if not self._anchors or self._anchors[-1][1] != self._seen.length:
            self._unseen.feed(1)
            self._anchors.append((self._unseen.length, self._seen.length))
        self._unseen.write(text, False)

    def _start(self, token: Token) -> None:
        name = token.name
        if name in _LAID_OUT:
            if self._open.get("p") and name in _BLOCK:
                self._close_paragraph()
            self._lay_out(name)
        if name in _SPEAKING or (token.attributes and "title" in token.attributes.lower()):
            self._spoken(name, token.attributes)
        if name in _VOID or len(self._frames) > MAX_DEPTH:
            return
        outer = self._frames[-1].state
        state = _inherit(outer, name, token.attributes) if token.attributes or name in _STATEFUL else outer
        hidden = self._frames[-1].hidden if state is outer else state.hidden
        mark = (
            _mark(name, token.attributes) if (name in _WATCHED and token.attributes) or name == "blockquote" else None
        )
        self._frames.append(_Frame(name, state, hidden, mark, self._seen.length))
        self._open[name] += 1

    def _end(self, name: str) -> None:
        if self._open.get(name):
            while self._pop() != name:
                pass
        if name in _BLOCK:
            self._lay_out(name)

    def _lay_out(self, name: str) -> None:
        pen = self._unseen if self._frames[-1].hidden else self._seen
        if name == "br":
            pen.line_break()
        elif name in _PARAGRAPH:
            pen.feed(2)
        elif name in _BLOCK:
            pen.feed(1)
        elif name in _CELL:
            pen.tab()

    def _close_paragraph(self) -> None:
        """A block ends an open `p`, when nothing but a few inline elements stands between."""
        for frame in self._frames[: -_LOOK_BACK - 1 : -1]:
            if frame.name == "p":
                self._end("p")
                return
            if frame.name in _BLOCK or frame.name in _CELL:
                return

    def _pop(self) -> str:
        frame = self._frames.pop()
        self._open[frame.name] -= 1
        if frame.mark is not None:
            self._marks.append(Mark(frame.mark, frame.start, self._seen.length))
        return frame.name

    def _spoken(self, name: str, attributes: str) -> None:
        """Texts that a reader may hear or see on hovering: alternative text, titles, values of inputs."""
        given = attributes_of(attributes)
        for key in ("alt", "title", "value") if name == "input" else ("alt", "title"):
            if text := given.get(key, ""):
                self._hide(text)
                self._unseen.feed(1)

    def _raw(self, token: Token) -> None:
        if token.name in _SEEN_RAW and not self._frames[-1].hidden:
            self._seen.write(token.text, True)
        elif token.name in _SEEN_RAW | _UNSEEN_RAW:
            self._hide(token.text)
            self._unseen.feed(1)

    def _comment(self, text: str) -> None:
        """Outlook shows what stands in a conditional comment."""
        if not text.startswith("[if "):
            return
        skipped = 0
        for token in tokens(text[text.find(">") + 1 :]):
            if token.name == "xml" and token.kind in (Kind.START, Kind.END):
                skipped += 1 if token.kind is Kind.START else -1
            elif token.kind is Kind.TEXT and skipped <= 0:
                self._hide(token.text)


def _inherit(outer: _State, name: str, attributes: str) -> _State:
    own = look(attributes) if attributes else PLAIN
    kept = name in _LINES_KEPT
    if name == "template":
        return _State(gone=True)
    if own is PLAIN and not kept:
        return outer
    state = _State(
        outer.gone or own.gone,
        outer.tiny if own.tiny is None else own.tiny,
        outer.unseen if own.unseen is None else own.unseen,
        outer.colour if own.colour is None else own.colour,
        outer.ground if own.ground is None else own.ground,
        kept or outer.kept_lines if own.kept_lines is None else own.kept_lines,
    )
    return outer if state == outer else state


def _mark(name: str, attributes: str) -> MarkKind | None:
    given = attributes_of(attributes)
    names = f"{given.get('class', '')} {given.get('id', '')}".lower()
    if "divrplyfwdmsg" in names:
        return MarkKind.HEADER
    if name == "blockquote":
        certain = given.get("type", "").lower() == "cite" or "cite" in given or "quote" in names
        return MarkKind.QUOTE if certain else MarkKind.BLOCK
    if "gmail_quote" in names or "yahoo_quoted" in names or "protonmail_quote" in names:
        return MarkKind.BOX
    if "border-top:" in given.get("style", "").lower() and name == "div":
        return MarkKind.HEADER
    return None
