"""What a clause can score at most, found without naming its features.

Most clauses of a mail score next to nothing, and need neither names nor an explanation. The bound adds the same
weights as `Model.held` does, looked up by the words and classes themselves. It is above the score only where a word
happens to be called like another feature ("floor", "to clerk"): such a weight may count twice here, and only if it
speaks for holding. So a clause whose bound is too low is too low.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import repeat
from operator import add

from gatekeeper.detect.features import FLESH, SHORT, framing, opening, stance
from gatekeeper.detect.frames import Guard, Hit
from gatekeeper.detect.gist import Gist
from gatekeeper.detect.pattern import alphabet
from gatekeeper.detect.rules import ANYONE, Act

Weights = Mapping[str, float]

_NOUGHT = repeat(0.0)
_SPACE = repeat(" ")
_SHARED = frozenset(
    {"asks", "says", "answers", "floor", "before floor", "after floor", "scope private"}
    | {f"to {kind}" for kind in ANYONE}
    | {f"guard {guard.value}" for guard in Guard}
    | {f"frame {act.value}" for act in Act}
)
"""Features whose names may be those of a word or of two."""


@dataclass(frozen=True, slots=True)
class Bound:
    """The weights by what they are looked up with: in `grams` words, pairs of words, rows of one class or two, and
    bones as rows in an alphabet of their own; in the others single classes. `named` has all by name."""

    named: Weights
    grams: Weights
    before: Weights
    after: Weights
    answers: Weights
    stances: dict[tuple[str, bool, bool, str], float] = field(default_factory=dict)

    def of(
        self, gist: Gist, at: int, frames: list[tuple[Hit, ...]], quoted: bool, kinds: list[str], question: str
    ) -> float:
        """At most this much, before the bias, do the features of phrase `at` add up to for any of the kinds.

        `frames` are those of every phrase, `question` the quoted text that the text may answer.
        """
        _, _, words, row = gist.phrases[at]
        total = self._grams(words, row)
        if len(gist.phrases) > 1:
            total += self._neighbours(gist, at, frames)
        if question and len(words) <= SHORT:
            total += self.named.get("answers" if "?" in question else "below a quote", 0.0)
            total += _sum(self.answers, set(row))
        first = opening(row)
        return total + max([self._to(kind, first, gist.asks, quoted, frames[at]) for kind in kinds])

    def named_sum(self, names: Iterable[str]) -> float:
        return _sum(self.named, names)

    def _grams(self, words: list[str], row: str) -> float:
        bare = row.translate(_bare())
        twos = [*map(add, "^" + bare, bare + "$")]
        return sum(
            map(
                self.grams.get,
                {
                    *words, *map(add, ["^ ", *map(add, words, _SPACE)], [*words, "$"]),
                    *row, *map(add, "^" + row, row + "$"),
                    *twos, *map(add, twos, bare[1:] + "$"), *map(add, twos, twos[2:]),
                },
                _NOUGHT,
            )
        )  # fmt: skip

    def _neighbours(self, gist: Gist, at: int, frames: list[tuple[Hit, ...]]) -> float:
        total = 0.0
        if at > 0:
            total += _sum(self.before, set(gist.phrases[at - 1].row))
            total += self.named.get("before floor", 0.0) if _stands(frames[at - 1]) else 0.0
        if at + 1 < len(gist.phrases):
            total += _sum(self.after, set(gist.phrases[at + 1].row))
            total += self.named.get("after floor", 0.0) if _stands(frames[at + 1]) else 0.0
        return total

    def _to(self, kind: str, first: str, asks: bool, quoted: bool, found: tuple[Hit, ...]) -> float:
        key = (first, asks, quoted, kind)
        if (total := self.stances.get(key)) is None:
            if len(self.stances) >= 8192:
                self.stances.clear()
            total = self.stances[key] = _sum(self.named, set(stance(*key)))
        return total + _sum(self.named, set(framing(found, kind))) if found else total


def _stands(found: tuple[Hit, ...]) -> bool:
    return any(not hit.guards for hit in found)


def _sum(weights: Weights, names: Iterable[str]) -> float:
    return sum(map(weights.get, names, _NOUGHT))


@cache
def _bare() -> dict[int, str]:
    """What makes a row bones: flesh goes, and the classes that stay get characters of their own."""
    return {ord(letter): "" if kind in FLESH else chr(ord(letter) + 0x800) for kind, letter in alphabet().items()}


def bound_of(weights: dict[str, float]) -> Bound:
    """The bound of a model with these weights."""
    letters = {**alphabet(), "^": "^", "$": "$"}
    bones = {kind: bare for kind, letter in letters.items() if (bare := letter.translate(_bare()))}
    grams = {**weights, **{name: max(0.0, weights[name]) for name in _SHARED if name in weights}}
    tables: dict[str, dict[str, float]] = {"before": {}, "after": {}, "answers": {}}
    for name, weight in weights.items():
        head, _, rest = name.partition(" ")
        if head == "bones":
            _enter(grams, rest.split(" "), bones, weight)
        elif head in tables:
            _enter(tables[head], [rest[1:-1]], letters, weight)
        elif head[0] == "<":
            _enter(grams, name[1:-1].split(" "), letters, weight)
    return Bound(weights, grams, tables["before"], tables["after"], tables["answers"])


def _enter(table: dict[str, float], kinds: list[str], letters: dict[str, str], weight: float) -> None:
    """Under the row of these classes; a name that no row has, as that of a masked word, is none of the table's."""
    row = [letters[kind] for kind in kinds if kind in letters]
    if len(row) == len(kinds):
        table["".join(row)] = weight
