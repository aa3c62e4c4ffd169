"""A sentence as words and classes, cut into clauses: all that its own letters say, wherever it stands."""

from bisect import bisect_left
from functools import cache
from itertools import chain
from typing import NamedTuple

from gatekeeper.detect.clauses import clauses
from gatekeeper.detect.pattern import alphabet
from gatekeeper.detect.words import OPENERS, pieces, placed_tokens, tokens

Piece = tuple[tuple[str, ...], str]
"""The words of a token and their classes, one character each."""


class Phrase(NamedTuple):
    """A clause that has words: where it stands in its sentence, its words as `words.pieces` gives them, its row."""

    start: int
    end: int
    words: list[str]
    row: str


class Gist(NamedTuple):
    """`row` is that of the whole sentence, with what parts its clauses; `asks` says that it ends in a question mark."""

    row: str
    phrases: tuple[Phrase, ...]
    asks: bool


def gist(sentence: str) -> Gist:
    """What a sentence of a canonical text says. Linear in its length."""
    asks = "?" in sentence[-4:]
    cuts = clauses(sentence)
    if len(cuts) > 1:
        return _of_several(sentence, cuts, asks)
    words, row = _joined(_known(tokens(sentence)))
    return Gist(row, (Phrase(0, len(sentence), words, row),) if words else (), asks)


def _of_several(sentence: str, cuts: list[tuple[int, int]], asks: bool) -> Gist:
    placed = placed_tokens(sentence)
    starts = [at for at, _ in placed]
    known = _known([raw for _, raw in placed])
    phrases = []
    for start, end in cuts:
        words, row = _joined(known[bisect_left(starts, start) : bisect_left(starts, end)])
        if words:
            phrases.append(Phrase(start, end, words, row))
    return Gist("".join([letters for _, letters in known]), tuple(phrases), asks)


def _known(raws: list[str]) -> list[Piece]:
    """Each token as a piece: the first, and those after an opener, stand where a capital says nothing."""
    inside, opening = _memory()
    known = [*map(inside.__getitem__, raws)]
    if raws:
        known[0] = opening[raws[0]]
    if not OPENERS.isdisjoint(raws[:-1]):
        for at in [at for at, raw in enumerate(raws[:-1], 1) if raw in OPENERS]:
            known[at] = opening[raws[at]]
    return known


def _joined(known: list[Piece]) -> tuple[list[str], str]:
    if not known:
        return [], ""
    words, letters = zip(*known, strict=True)
    return [*chain.from_iterable(words)], "".join(letters)


class _Memory(dict[str, Piece]):
    """Tokens seen before, so that each is looked up and taken apart once; forgets all when it is full."""

    def __init__(self, opening: bool) -> None:
        self._opening = opening

    def __missing__(self, raw: str) -> Piece:
        if len(self) >= 16384:
            self.clear()
        letters = alphabet()
        found = pieces(raw, self._opening)
        piece = tuple(word for word, _ in found), "".join(letters[kind] for _, kind in found)
        self[raw] = piece
        return piece


@cache
def _memory() -> tuple[_Memory, _Memory]:
    return _Memory(False), _Memory(True)
