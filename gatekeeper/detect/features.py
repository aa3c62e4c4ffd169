"""What the sentence model sees of a clause: masked words, classes, frames, guards, neighbours and the setting.

No name, place, sum, number or date is a feature; they are masked before they come here. Nothing counts words of the
whole message, and the author's role is none: on the development mails both taught the model who writes and not what
is meant.
"""

from itertools import pairwise

from gatekeeper.detect.pattern import pattern
from gatekeeper.detect.reading import Reading

_FLESH = frozenset(
    "Det Adv Word Name Comma Of In Number Good And Please Town Stop 's Your My Our Their Day On For".split()
)
_SHORT = 9
"""Tokens up to which a clause may be an answer that takes its meaning from the quoted question."""


def features(readings: list[Reading], at: int, kind: str, scope: tuple[str, ...] = ()) -> list[str]:
    """Names of the features of clause `at`; each counts once.

    `kind` is that of the recipient, `scope` from `scope_of` for all of the text.
    """
    here = readings[at]
    found = _grams(here)
    found += _setting(here, kind)
    found += _frames(here, kind)
    if at > 0 and _same_sentence(readings[at - 1], here):
        found += _neighbour(readings[at - 1], "before")
    if at + 1 < len(readings) and _same_sentence(readings[at + 1], here):
        found += _neighbour(readings[at + 1], "after")
    if here.question and len(here.tokens) <= _SHORT:
        found += _answer(here)
    found += scope
    return list(dict.fromkeys(found))


def scope_of(readings: list[Reading]) -> tuple[str, ...]:
    """Whether the text speaks of the author's own purse and household: a private customer writes differently."""
    rows = "\n".join([r.row for r in readings])
    private = pattern("( Private / My Own / ( My|Our ) ~{0,1} Home / My ~{0,1} Money )").search(rows)
    return ("scope private",) if private else ()


def _grams(here: Reading) -> list[str]:
    """Masked words and their classes, singly and in pairs."""
    words = ["^", *[t.word for t in here.tokens], "$"]
    kinds = ["^", *[t.kind for t in here.tokens], "$"]
    found = words[1:-1]
    found += [f"{a} {b}" for a, b in pairwise(words)]
    found += [f"<{a} {b}>" for a, b in pairwise(kinds)]
    found += [f"<{k}>" for k in kinds[1:-1]]
    return found + _bones(kinds)


def _bones(kinds: list[str]) -> list[str]:
    """Runs of two to four of the classes that carry the frame, whatever stands between them."""
    bare = [k for k in kinds if k not in _FLESH]
    found = [f"bones {a} {b}" for a, b in pairwise(bare)]
    found += [f"bones {a} {b} {c}" for a, b, c in zip(bare, bare[1:], bare[2:], strict=False)]
    found += [f"bones {a} {b} {c} {d}" for a, b, c, d in zip(bare, bare[1:], bare[2:], bare[3:], strict=False)]
    return found


def _setting(here: Reading, kind: str) -> list[str]:
    opening = " ".join([t.kind for t in here.tokens if t.kind not in ("Good", "Name", "Comma", "Adv", "And")][:2])
    first = opening.split(" ", 1)[0]
    mark = "asks" if here.asks else "says"
    found = [mark, f"{mark} <{opening}>"]
    found += [f"to {kind}", f"to {kind} {mark}", f"to {kind} <{first}>", f"to {kind} <{opening}>"]
    if here.quoted:
        found.append("in quotation marks")
    return found


def _frames(here: Reading, kind: str) -> list[str]:
    found = []
    for hit in here.hits:
        guards = hit.guards
        found.append(f"rule {hit.rule.number}" if not guards else f"rule {hit.rule.number} guarded")
        found += [f"guard {g.value}" for g in guards]
        found.append(f"frame {hit.rule.act.value}" + (" guarded" if guards else ""))
    if here.floor:
        found += ["floor", f"floor to {kind}"]
    return found


def _same_sentence(one: Reading, other: Reading) -> bool:
    return (one.start, one.end) == (other.start, other.end)


def _neighbour(other: Reading, where: str) -> list[str]:
    """Classes only, and only within the sentence: words of other sentences say who writes, not what is meant."""
    found = [f"{where} <{t.kind}>" for t in other.tokens]
    if other.floor:
        found.append(f"{where} floor")
    return found


def _answer(here: Reading) -> list[str]:
    ask = "?" in here.question
    return ["answers" if ask else "below a quote", *[f"answers <{t.kind}>" for t in here.tokens]]
