"""Frames found in a clause, and the guards that take the force out of them.

A guard counts only where it governs the frame: in the same clause and before it, or (for conditions on the council's
own decision) anywhere in the sentence. A negation three sentences away says nothing about a promise made here.
"""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.detect.pattern import pattern
from gatekeeper.detect.rules import RULES, Rule


class Guard(StrEnum):
    """Why a frame does not bind."""

    NEGATED = "negated"
    CONDITION = "depends on a decision"
    REPORTED = "reported"
    THOUGHT = "hoped or supposed"
    QUESTION = "a question"
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
    (Guard.THOUGHT, "Think|Might|Should|Want ~{0,14} $"),
    (Guard.REPORTED, "Said|Resolved|Meeting|Whether ~{0,12} $"),
    (Guard.OTHERS, "Other|He|Clerk|Body|Their ~{0,3} $"),
)
_ANYWHERE = (
    (
        Guard.CONDITION,
        "( If|When|Subject ) ~{0,6} ( Council|Body|Clerk|Resolved|Meeting|Permit|Agree|Approve|Agree.s )",
    ),
    (Guard.CONDITION, "( Council|Body|Clerk|Resolved|Meeting ) ~{0,3} ( Resolved|Meeting ) ~{0,3} ( Whether|If )"),
    (Guard.REPORTED, "( Resolved|Council Agree.ed|Body Agree.ed|Body Approve.ed|Council Approve.ed|Council Have )"),
    (Guard.PRIVATE, "Private"),
)


def hits(clause: str, sentence: str, question: bool, recipients: frozenset[str]) -> list[Hit]:
    """Frames of `clause` (a row) that count for one of `recipients`, in the order of the rules."""
    found: list[Hit] = []
    for rule in RULES:
        if rule.to.isdisjoint(recipients):
            continue
        if match := pattern(rule.frame).search(clause):
            guards = _guards(clause, sentence, match.start(), question and not rule.asks)
            found.append(Hit(rule, match.start(), match.end(), guards))
    return found


def _guards(clause: str, sentence: str, start: int, question: bool) -> tuple[Guard, ...]:
    before = clause[:start]
    found = [guard for guard, frame in _BEFORE if pattern(frame).search(before)]
    found += [guard for guard, frame in _ANYWHERE if pattern(frame).search(sentence)]
    if question:
        found.append(Guard.QUESTION)
    return tuple(dict.fromkeys(found))
