"""The elements that are open at a point of an HTML text, and what they make of the text in them.

The same few elements come again and again, so places are shared: whoever opens the same element at the same place
twice is both times at the same inner place.
"""

from enum import StrEnum
from typing import NamedTuple

from gatekeeper.mail.html_style import PLAIN, UNKNOWN, look
from gatekeeper.mail.html_tokens import Token, attributes_of

MAX_DEPTH = 500
"""Elements that are kept open at once. Deeper ones only lend their text."""

MAX_NAMES = 256
"""Names of elements that are told apart in one text. Elements with further names only lend their text."""

MAX_SHARED = 5000
"""Places of one text that are kept to be shared."""

_WATCHED = frozenset({"blockquote", "div", "section"})
_LINES_KEPT = frozenset({"pre", "xmp", "textarea", "plaintext", "listing"})
_STATEFUL = _LINES_KEPT | {"template"}


class MarkKind(StrEnum):
    """QUOTE: quoted for certain. BLOCK: indented, quoted only below an attribution line. BOX: a reply's or forward's
    container, inside which the author may still write. HEADER: the place where a mail program put a reply header."""

    QUOTE = "quote"
    BLOCK = "block"
    BOX = "box"
    HEADER = "header"


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


class Place:
    """Inside the element `name`, itself inside `outer`; `None` is outside of everything. `open` has one bit for each
    name that is open here."""

    __slots__ = ("depth", "hidden", "kept_lines", "mark", "name", "open", "outer", "state")

    def __init__(self, outer: "Place | None", name: str, state: _State, mark: MarkKind | None, bit: int) -> None:
        self.outer = outer
        self.name = name
        self.state = state
        self.mark = mark
        self.hidden = state.hidden
        self.kept_lines = state.kept_lines
        self.open: int = bit | (outer.open if outer else 0)
        self.depth: int = outer.depth + 1 if outer else 0


class Places:
    """The places of one text."""

    def __init__(self) -> None:
        self.top = Place(None, "", _State(), None, 0)
        self._bits: dict[str, int] = {}
        self._inner: dict[tuple[Place, str, _State, MarkKind | None], Place] = {}

    def inside(self, here: Place, token: Token) -> Place:
        """The place in the element that the start tag opens; `here` where it opens none."""
        name, attributes = token.name, token.attributes
        bit = self._bits.get(name) or (
            len(self._bits) < MAX_NAMES and self._bits.setdefault(name, 1 << len(self._bits))
        )
        if here.depth >= MAX_DEPTH or not bit:
            return here
        state = _inherit(here.state, name, attributes) if attributes or name in _STATEFUL else here.state
        mark = mark_of(name, attributes) if (name in _WATCHED and attributes) or name == "blockquote" else None
        key = (here, name, state, mark)
        place = self._inner.get(key)
        if place is None:
            place = Place(here, name, state, mark, bit)
            if len(self._inner) < MAX_SHARED:
                self._inner[key] = place
        return place

    def is_open(self, here: Place, name: str) -> bool:
        return bool(self._bits.get(name, 0) & here.open)


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


def mark_of(name: str, attributes: str) -> MarkKind | None:
    """What the markup itself says of the element."""
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
