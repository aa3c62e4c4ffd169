"""Frames found in a clause, and the guards that take the force out of them.

A guard counts only where it governs the frame: in the same clause and before it, or (for conditions on the council's
own decision) anywhere in the sentence. A negation three sentences away says nothing about a promise made here.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache, reduce
from operator import or_

from gatekeeper.detect.pattern import alphabet, needs, pattern
from gatekeeper.detect.rules import RULES, Rule


class Guard(StrEnum):
    """Why a frame does not bind."""

    NEGATED = "negated"
    CONDITION = "depends on a decision"
    REPORTED = "reported"
    THOUGHT = "hoped or supposed"
    QUESTION = "a question"
    QUOTED = "in quotation marks"
    PRIVATE = "private"
    OTHERS = "somebody else's"


@dataclass(frozen=True, slots=True)
class Hit:
    """A frame in a clause with the guards that govern it; unguarded it holds."""

    rule: Rule
    start: int
    end: int
    guards: tuple[Guard, ...]


_BEFORE = (
    (Guard.NEGATED, "Not|No ~{0,6} $"),
    (Guard.CONDITION, "If|When|Whether ~{0,20} $"),
    (Guard.THOUGHT, "Think|Might|Should ~{0,14} $"),
    (Guard.REPORTED, "( Said|Asked|Resolved|Discuss|Whether / He|Other|Body|Name Say / Be Inform.ed ) ~{0,12} $"),
    (Guard.OTHERS, "Other|He|Somebody|Clerk|Body|Their ~{0,3} $"),
)
_ANYWHERE = (
    (Guard.CONDITION, "( If|When|Subject ) ~{0,6} ( Council|Body|Clerk|Resolved|Meeting|Discuss|Permit|Approve )"),
    (
        Guard.REPORTED,
        "( Resolved / ( Council|Body ) ( On|Adv|Number|Day ){0,4} ( Have|Was )? "
        "( Agree.ed|Approve.ed|Accept.ed|Grant.ed|Was|Have ) )",
    ),
    (Guard.THOUGHT, "I Wish"),
    (Guard.PRIVATE, "( Private / My ~{0,1} Behalf / My Own / ( My|Our ) ~{0,2} Home )"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clause stands in its text: it asks, it is inside quotation marks, there is a quoted question to answer."""

    asks: bool
    quoted: bool
    answers: bool


Finder = Callable[[str], re.Match[str] | None]

_MOST = 5
"""Needs of a frame that are looked at; the smallest ask for most."""


@dataclass(frozen=True, slots=True)
class Choice:
    """The rules that count in a setting, and what tells quickly which of them cannot match a row.

    With n rules, bit k * n + i of `marks[c]` says that the class `c` meets need k of rule i, and of `met` that rule i
    has no such need.
    """

    rules: tuple[Rule, ...]
    marks: dict[str, int]
    met: int

    def possible(self, clause: str) -> list[Rule]:
        """The rules whose needs the row meets, in order; no other rule matches it."""
        count = len(self.rules)
        marked = reduce(or_, map(self.marks.__getitem__, set(clause)), self.met)
        bits = marked & ((1 << count) - 1)
        for need in range(1, _MOST):
            bits &= marked >> (need * count)
        found = []
        while bits:
            lowest = bits & -bits
            found.append(self.rules[lowest.bit_length() - 1])
            bits ^= lowest
        return found


@lru_cache(maxsize=64)
def choice(recipients: frozenset[str], answers: bool) -> Choice:
    """The rules that count for one of these recipients, and for answers where the clause may be one."""
    rules = tuple(r for r in RULES if not r.to.isdisjoint(recipients) and (answers or not r.answers))
    marks = dict.fromkeys(alphabet().values(), 0)
    met = 0
    for at, rule in enumerate(rules):
        asked = needs(rule.frame)[:_MOST]
        for need, letters in enumerate(asked):
            for letter in letters:
                marks[letter] |= 1 << (need * len(rules) + at)
        for need in range(len(asked), _MOST):
            met |= 1 << (need * len(rules) + at)
    return Choice(rules, marks, met)


@cache
def _finder(frame: str) -> Finder:
    """What finds the frame, compiled when a clause first may have it; one tied to the start is only tried there."""
    return pattern(frame).match if frame.startswith("^") else pattern(frame).search


@cache
def _guarding() -> tuple[tuple[tuple[Guard, Finder], ...], tuple[tuple[Guard, Finder], ...]]:
    before = tuple((guard, pattern(frame).search) for guard, frame in _BEFORE)
    return before, tuple((guard, pattern(frame).search) for guard, frame in _ANYWHERE)


def hits(clause: str, sentence: str, standing: Standing, recipients: frozenset[str]) -> tuple[Hit, ...]:
    """Frames of `clause` (a row) that count for one of `recipients`, in the order of the rules."""
    if not (possible := choice(recipients, standing.answers).possible(clause)):
        return ()
    found: list[Hit] = []
    for rule in possible:
        if match := _finder(rule.frame)(clause):
            guards = _guards(clause[: match.start()], sentence)
            if standing.asks and not rule.asks:
                guards += (Guard.QUESTION,)
            if _quotes(clause[: match.start()], standing.quoted, "press" in recipients):
                guards += (Guard.QUOTED,)
            found.append(Hit(rule, match.start(), match.end(), guards))
    return tuple(found)


def _quotes(before: str, quoted: bool, press: bool) -> bool:
    """Whether the frame stands in quotation marks; to the press, a sentence that opens with them is one's own."""
    mark = alphabet()["Mark"]
    return mark in before[1:] if press else quoted or mark in before


def _guards(before: str, sentence: str) -> tuple[Guard, ...]:
    governing, anywhere = _guarding()
    found = [guard for guard, find in governing if find(before)]
    found += [guard for guard, find in anywhere if find(sentence)]
    return tuple(dict.fromkeys(found))
