"""Frames found in a clause, and the guards that take the force out of them.

A guard counts only where it governs the frame: in the same clause and before it, or (for conditions on the council's
own decision) anywhere in the sentence. A negation three sentences away says nothing about a promise made here.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.detect.pattern import alphabet, pattern
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
    (Guard.REPORTED, "Said|Asked|Resolved|Discuss|Whether ~{0,12} $"),
    (Guard.OTHERS, "Other|He|Clerk|Body|Their ~{0,3} $"),
)
_ANYWHERE = (
    (Guard.CONDITION, "( If|When|Subject ) ~{0,6} ( Council|Body|Clerk|Resolved|Meeting|Discuss|Permit|Approve )"),
    (Guard.REPORTED, "( Resolved / ( Council|Body ) ( Have|Was )? ( Agree.ed|Approve.ed|Accept.ed|Grant.ed|Was|Have ) )"),
    (Guard.PRIVATE, "( Private / My ~{0,1} Behalf )"),
)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a clause stands in its text: it asks, it is inside quotation marks, there is a quoted question to answer."""

    asks: bool
    quoted: bool
    answers: bool


def hits(clause: str, sentence: str, standing: Standing, recipients: frozenset[str]) -> list[Hit]:
    """Frames of `clause` (a row) that count for one of `recipients`, in the order of the rules."""
    found: list[Hit] = []
    mark = alphabet()["Mark"]
    for rule in RULES:
        if rule.to.isdisjoint(recipients) or (rule.answers and not standing.answers):
            continue
        if match := pattern(rule.frame).search(clause):
            guards = _guards(clause, sentence, match.start())
            if standing.asks and not rule.asks:
                guards += (Guard.QUESTION,)
            if "press" not in recipients and (standing.quoted or mark in clause[: match.start()]):
                guards += (Guard.QUOTED,)
            found.append(Hit(rule, match.start(), match.end(), guards))
    return found


def _guards(clause: str, sentence: str, start: int) -> tuple[Guard, ...]:
    before = clause[:start]
    found = [guard for guard, frame in _BEFORE if pattern(frame).search(before)]
    found += [guard for guard, frame in _ANYWHERE if pattern(frame).search(sentence)]
    return tuple(dict.fromkeys(found))
