"""What the sentence model sees of a clause: masked words, classes, frames, guards, neighbours and the setting.

No name, place, sum, number or date is a feature; they are masked before they come here. Nothing counts words of the
whole message, and the author's role is none: on the development mails both taught the model who writes and not what
is meant.
"""

from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from gatekeeper.detect.frames import Hit
from gatekeeper.detect.pattern import alphabet, classes, pattern
from gatekeeper.detect.reading import Reading

FLESH = frozenset(
    "Det Adv Word Name Comma Of In Number Good And Please Town Stop 's Your My Our Their Day On For".split()
)
SHORT = 9
"""Tokens up to which a clause may be an answer that takes its meaning from the quoted question."""


def features(readings: list[Reading], at: int, kind: str, scope: tuple[str, ...] = ()) -> list[str]:
    """Names of the features of clause `at`; each counts once.

    `kind` is that of the recipient, `scope` from `scope_of` for all of the text.
    """
    here = readings[at]
    found = _grams(here)
    found += stance(opening(here.row), here.asks, here.quoted, kind)
    found += framing(here.hits, kind)
    if at > 0 and _same_sentence(readings[at - 1], here):
        found += _neighbour(readings[at - 1], "before")
    if at + 1 < len(readings) and _same_sentence(readings[at + 1], here):
        found += _neighbour(readings[at + 1], "after")
    if here.question and len(here.words) <= SHORT:
        found += _answer(here)
    found += scope
    return list(dict.fromkeys(found))


def scope_of(rows: Iterable[str]) -> tuple[str, ...]:
    """Whether the text of these clauses speaks of the author's own purse: a private customer writes differently."""
    private = pattern("( Private / My Own / ( My|Our ) ~{0,1} Home / My ~{0,1} Money )").search("\n".join(rows))
    return ("scope private",) if private else ()


def _grams(here: Reading) -> list[str]:
    """Masked words and their classes, singly and in pairs."""
    words = ["^", *here.words, "$"]
    kinds = ["^", *_kinds(here.row), "$"]
    found = words[1:-1]
    found += [f"{a} {b}" for a, b in pairwise(words)]
    found += [f"<{a} {b}>" for a, b in pairwise(kinds)]
    found += [f"<{k}>" for k in kinds[1:-1]]
    return found + _bones(kinds)


def _bones(kinds: list[str]) -> list[str]:
    """Runs of two to four of the classes that carry the frame, whatever stands between them."""
    bare = [k for k in kinds if k not in FLESH]
    found = [f"bones {a} {b}" for a, b in pairwise(bare)]
    found += [f"bones {a} {b} {c}" for a, b, c in zip(bare, bare[1:], bare[2:], strict=False)]
    found += [f"bones {a} {b} {c} {d}" for a, b, c, d in zip(bare, bare[1:], bare[2:], bare[3:], strict=False)]
    return found


def _kinds(row: str) -> list[str]:
    return list(map(classes().__getitem__, row))


@cache
def _greeting() -> str:
    letters = alphabet()
    return "".join(letters[kind] for kind in ("Good", "Name", "Comma", "Adv", "And"))


def opening(row: str) -> str:
    """The first two classes of the row that are no greeting."""
    greeting = _greeting()
    begins = row.lstrip(greeting)
    return begins[:1] + begins[1:].lstrip(greeting)[:1]


def stance(first_two: str, asks: bool, quoted: bool, kind: str) -> list[str]:
    """How the clause opens (see `opening`), and to whom."""
    kinds = _kinds(first_two)
    begins, first = " ".join(kinds), kinds[0] if kinds else ""
    mark = "asks" if asks else "says"
    found = [mark, f"{mark} <{begins}>"]
    found += [f"to {kind}", f"to {kind} {mark}", f"to {kind} <{first}>", f"to {kind} <{begins}>"]
    if quoted:
        found.append("in quotation marks")
    return found


def framing(hits: tuple[Hit, ...], kind: str) -> list[str]:
    """The frames of the clause and their guards; an unguarded one counts once more."""
    found = []
    for hit in hits:
        guards = hit.guards
        found.append(f"rule {hit.rule.number}" if not guards else f"rule {hit.rule.number} guarded")
        found += [f"guard {g.value}" for g in guards]
        found.append(f"frame {hit.rule.act.value}" + (" guarded" if guards else ""))
    if any(not hit.guards for hit in hits):
        found += ["floor", f"floor to {kind}"]
    return found


def _same_sentence(one: Reading, other: Reading) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _neighbour(other: Reading, where: str) -> list[str]:
    """Classes only, and only within the sentence: words of other sentences say who writes, not what is meant."""
    found = [f"{where} <{kind}>" for kind in _kinds(other.row)]
    if other.floor:
        found.append(f"{where} floor")
    return found


def _answer(here: Reading) -> list[str]:
    ask = "?" in here.question
    return ["answers" if ask else "below a quote", *[f"answers <{kind}>" for kind in _kinds(here.row)]]
