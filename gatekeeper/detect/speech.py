"""Which sentences of a message commit, direct or spend in the councillor's own name.

Only what the author says now is scored. A plain frame without a guard is the floor: it always holds, whatever the
sentence model says. The model catches what no frame foresaw.
"""

from dataclasses import dataclass

from gatekeeper.core.message import Text
from gatekeeper.core.people import Role
from gatekeeper.detect.features import features, scope_of
from gatekeeper.detect.model import Model, shipped
from gatekeeper.detect.reading import Reading, read
from gatekeeper.detect.rules import ANYONE, Act

__all__ = ["Act", "Scored", "Setting", "assess", "threshold"]

LEAST = 0.1
"""Sentences that score less are not worth a line in any record."""

_REASONS = {
    Act.OBLIGATION: "It reads as a commitment of the council, though it matches none of the plain forms.",
    Act.INSTRUCTION: "It reads as an order to do work or to change course, though it matches none of the plain forms.",
    Act.FINANCIAL: "It reads as letting council money out, though it matches none of the plain forms.",
}


@dataclass(frozen=True, slots=True)
class Setting:
    """Who writes to whom. `recipients` are kinds: "clerk", "officer", "councillor", "press", "minister", "outside"."""

    sender_roles: frozenset[Role]
    recipients: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence that may bind. `words` is exactly `text[start:end]` of the text it stands in.

    `floor` is set where a plain rule matched unguarded: such a sentence holds at any threshold, and its score is at
    least one half. `reason` is written for the clerk and the author, `weighed` names what weighed most, strongest
    first.
    """

    act: Act
    words: str
    start: int
    end: int
    score: float
    floor: bool
    reason: str
    weighed: tuple[str, ...]


def assess(texts: tuple[Text, ...], setting: Setting, model: Model | None = None) -> tuple[Scored, ...]:
    """The sentences that may bind, in the order of the texts; hold where `floor` or `score >= threshold(...)`.

    Never raises for any text; raises ValueError when the shipped weights are damaged. `model` is for measuring.
    """
    chosen = model or shipped()
    return tuple(scored for text in texts for scored in _of_text(text, setting, chosen))


def threshold(needless_holds: float) -> float:
    """The score from which to hold so that about this share of ordinary mail (0.01: one in 100) waits needlessly."""
    return shipped().threshold(needless_holds)


def _of_text(text: Text, setting: Setting, model: Model) -> list[Scored]:
    """The strongest clause of every sentence speaks for it."""
    best: dict[tuple[int, int], tuple[bool, float, Reading, list[str]]] = {}
    kinds = _known(setting.recipients)
    readings = read(text, kinds)
    scope = scope_of(readings)
    for at, reading in enumerate(readings):
        score, names = max(_weigh(readings, at, kind, scope, model) for kind in sorted(kinds))
        found = (reading.floor is not None, score)
        place = (reading.start, reading.end)
        if max(found) >= LEAST and (place not in best or found > best[place][:2]):
            best[place] = (*found, reading, names)
    return [_scored(reading, text, names, score, model) for _, score, reading, names in best.values()]


def _known(recipients: frozenset[str]) -> frozenset[str]:
    """The kinds that rules and model know; a stranger is "outside", and so is a message to nobody we can name."""
    return frozenset(kind if kind in ANYONE else "outside" for kind in recipients) or frozenset({"outside"})


def _weigh(
    readings: list[Reading], at: int, kind: str, scope: tuple[str, ...], model: Model
) -> tuple[float, list[str]]:
    """How much clause `at` binds, said to that kind of recipient: one message to several is as bad as to the worst."""
    names = features(readings, at, kind, scope)
    return model.held(names), names


def _scored(reading: Reading, text: Text, names: list[str], score: float, model: Model) -> Scored:
    words = text.text[reading.start : reading.end]
    hit = reading.floor
    if hit is None:
        act = model.act(names)
        return Scored(act, words, reading.start, reading.end, score, False, _REASONS[act], model.weighed(names))
    weighed = (f"rule {hit.rule.number}", *model.weighed(names))
    return Scored(hit.rule.act, words, reading.start, reading.end, max(score, 0.5), True, hit.rule.reason, weighed)
