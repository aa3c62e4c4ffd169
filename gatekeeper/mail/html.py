"""HTML to the text a reader sees, and the text that is there and not seen.

Nothing is lost between the two: where markup is broken or hiding is not certain the text counts as visible. Marks say
where the markup itself calls a passage quoted.

What a run of tags does at a place is worked out once and remembered, as mail programs write the same ones hundreds of
times.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial

from gatekeeper.mail.html_pen import Pen
from gatekeeper.mail.html_places import MAX_DEPTH, MarkKind, Place, Places
from gatekeeper.mail.html_tokens import Kind, Run, Token, attributes_of, runs

__all__ = ["MAX_DEPTH", "Mark", "MarkKind", "Page", "page"]

MAX_STEPS = 20_000
"""Effects of runs of tags at places that are remembered of one text."""

_VOID = frozenset("area base basefont bgsound br col embed frame hr img input link meta param source track wbr".split())
_PARAGRAPH = frozenset("p h1 h2 h3 h4 h5 h6 table ul ol dl blockquote pre hr form".split())
_BLOCK = _PARAGRAPH | frozenset(
    "div li tr dt dd center section article header footer main aside nav address fieldset figure figcaption caption "
    "tbody thead tfoot option title body html xmp textarea legend details summary".split()
)
_CELL = frozenset({"td", "th"})
_SPEAKING = frozenset({"img", "area", "input"})
_LAID_OUT = _BLOCK | _CELL | {"br"}
_SEEN_RAW = frozenset({"textarea", "xmp", "plaintext"})
_UNSEEN_RAW = frozenset({"title", "noembed", "noframes", "iframe"})
_LOOK_BACK = 12


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


_Act = Callable[[], None]
_Step = tuple[Place, Callable[[str], None], tuple[_Act, ...]]
"""Where a run of tokens leads, what is to be done with text there, and what is to be done on the way."""


def page(source: str) -> Page:
    """Read `source`. Never raises; linear in its length."""
    reader = _Reader()
    reader.read(source)
    return reader.finish()


class _Reader:
    """`_begun` are the offsets at which the marks that are open began."""

    def __init__(self) -> None:
        self._seen, self._unseen = Pen(), Pen()
        self._places = Places()
        self._here = self._places.top
        self._steps: dict[tuple[Place, Run], _Step] = {}
        self._begun: list[int] = []
        self._marks: list[Mark] = []
        self._anchors: list[tuple[int, int]] = []
        self._blank = partial(self._seen.write, " ")

    def read(self, source: str) -> None:
        here, steps = self._here, self._steps
        for run, text in runs(source):
            here, write, acts = steps.get((here, run)) or self._step(here, run)
            for act in acts:
                act()
            if text:
                write(text)
        self._here = here

    def finish(self) -> Page:
        for act in self._leaving(self._here, self._places.top):
            act()
        return Page(self._seen.text, self._unseen.text, tuple(self._marks), tuple(self._anchors))

    def _step(self, here: Place, run: Run) -> _Step:
        acts: list[_Act] = []
        there = here
        for token in run.tokens:
            there = self._token(there, token, acts)
        step = (there, self._writer(there), tuple(acts))
        if run.tokens[0].kind in (Kind.START, Kind.END) and len(self._steps) < MAX_STEPS:
            self._steps[here, run] = step
        return step

    def _token(self, here: Place, token: Token, acts: list[_Act]) -> Place:
        """Add what the token does to `acts`, and give the place it leads to."""
        match token.kind:
            case Kind.START:
                return self._start(here, token, acts)
            case Kind.END:
                return self._end(here, token.name, acts)
            case Kind.TEXT:
                acts.append(self._text(here, token.text))
            case Kind.RAW:
                acts.extend(self._raw(here, token))
            case Kind.COMMENT:
                acts.append(partial(self._comment, token.text))
        return here

    def _writer(self, place: Place) -> Callable[[str], None]:
        if place.hidden:
            return self._hide
        return self._seen.keep if place.kept_lines else self._seen.write

    def _hide(self, text: str) -> None:
        if not text.strip():
            return
        if not self._anchors or self._anchors[-1][1] != self._seen.length:
            self._unseen.block()
            self._anchors.append((self._unseen.length, self._seen.length))
        self._unseen.write(text)

    def _hide_line(self, text: str) -> None:
        self._hide(text)
        self._unseen.block()

    def _start(self, here: Place, token: Token, acts: list[_Act]) -> Place:
        name = token.name
        if name in _LAID_OUT:
            if name in _BLOCK and self._in_paragraph(here):
                here = self._end(here, "p", acts)
            self._lay_out(here, name, acts)
        if name in _SPEAKING or (token.attributes and "title" in token.attributes.lower()):
            acts.extend(partial(self._hide_line, text) for text in _spoken(name, token.attributes))
        if name in _VOID:
            return here
        there = self._places.inside(here, token)
        if there is not here and there.mark is not None:
            acts.append(self._begin_mark)
        return there

    def _end(self, here: Place, name: str, acts: list[_Act]) -> Place:
        there = here
        if self._places.is_open(here, name):
            while there.name != name and there.outer is not None:
                there = there.outer
            there = there.outer or there
            acts.extend(self._leaving(here, there))
        if name in _BLOCK:
            self._lay_out(there, name, acts)
        return there

    def _lay_out(self, place: Place, name: str, acts: list[_Act]) -> None:
        """Blanks at the end of a line show nothing, nor does beginning a line that has begun."""
        pen = self._unseen if place.hidden else self._seen
        act = _layout(pen, name)
        if acts and acts[-1] is self._blank and pen is self._seen:
            acts.pop()
        if not acts or acts[-1] is not act:
            acts.append(act)

    def _text(self, place: Place, text: str) -> _Act:
        write = self._writer(place)
        return self._blank if write is self._seen.write and text.isspace() else partial(write, text)

    def _in_paragraph(self, place: Place) -> bool:
        """Whether a block ends an open `p`: when nothing but a few inline elements stands between."""
        if not self._places.is_open(place, "p"):
            return False
        for _ in range(_LOOK_BACK):
            if place.name == "p":
                return True
            if place.name in _BLOCK or place.name in _CELL or place.outer is None:
                return False
            place = place.outer
        return False

    def _leaving(self, place: Place, outer: Place) -> Iterator[_Act]:
        """The ends of the marks that are left on the way from `place` out to `outer`."""
        while place is not outer and place.outer is not None:
            if place.mark is not None:
                yield partial(self._end_mark, place.mark)
            place = place.outer

    def _begin_mark(self) -> None:
        self._begun.append(self._seen.length)

    def _end_mark(self, kind: MarkKind) -> None:
        self._marks.append(Mark(kind, self._begun.pop(), self._seen.length))

    def _raw(self, here: Place, token: Token) -> Iterator[_Act]:
        if token.name in _SEEN_RAW and not here.hidden:
            yield partial(self._seen.keep, token.text)
        elif token.name in _SEEN_RAW | _UNSEEN_RAW:
            yield partial(self._hide_line, token.text)

    def _comment(self, text: str) -> None:
        """Outlook shows what stands in a conditional comment."""
        if not text.startswith("[if "):
            return
        skipped = 0
        for run, following in runs(text[text.find(">") + 1 :]):
            for token in run.tokens:
                if token.name == "xml" and token.kind in (Kind.START, Kind.END):
                    skipped += 1 if token.kind is Kind.START else -1
                if token.kind is Kind.TEXT and skipped <= 0:
                    self._hide(token.text)
            if skipped <= 0:
                self._hide(following)


def _layout(pen: Pen, name: str) -> _Act:
    """Where it does nothing a second time it is the same object each time."""
    if name == "br":
        return pen.line_break
    if name in _PARAGRAPH:
        return pen.paragraph
    return pen.block if name in _BLOCK else pen.tab


def _spoken(name: str, attributes: str) -> Iterator[str]:
    """Texts that a reader may hear or see on hovering: alternative text, titles, values of inputs."""
    given = attributes_of(attributes)
    for key in ("alt", "title", "value") if name == "input" else ("alt", "title"):
        if text := given.get(key, ""):
            yield text
