"""Which sentences of a message commit, direct or spend in the councillor's own name.

Only what the author says now is scored. A plain frame without a guard is the floor: it always holds, whatever the
sentence model says. The model catches what no frame foresaw.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.core.message import Text
from gatekeeper.core.people import Role
from gatekeeper.detect.features import features, scope_of
from gatekeeper.detect.frames import Hit
from gatekeeper.detect.gist import Gist
from gatekeeper.detect.model import Model, shipped
from gatekeeper.detect.reading import Heard, Reading, floor_of, hear, question_of, readings
from gatekeeper.detect.rules import ANYONE, Act

__all__ = ["Act", "Scored", "Setting", "assess", "assess_each", "threshold"]

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
    return tuple(scored for found in assess_each(texts, setting, model) for scored in found)


def assess_each(
    texts: tuple[Text, ...],
    setting: Setting,
    model: Model | None = None,
    least: float = LEAST,
    sifted: bool = True,
) -> tuple[tuple[Scored, ...], ...]:
    """What `assess` finds, for each text apart: what stands on the floor or scores `least` or more.

    `sifted=False` names the features of every clause and leaves none out beforehand: the outcome is the same, and
    this is how to see that it is.
    """
    listener = _Listener(model or shipped(), _known(setting.recipients), least, sifted)
    return tuple(tuple(listener.of_text(text)) for text in texts)


def threshold(needless_holds: float) -> float:
    """The score from which to hold so that about this share of ordinary mail (0.01: one in 100) waits needlessly."""
    return shipped().threshold(needless_holds)


def _known(recipients: frozenset[str]) -> frozenset[str]:
    """The kinds that rules and model know; a stranger is "outside", and so is a message to nobody we can name."""
    return frozenset(kind if kind in ANYONE else "outside" for kind in recipients) or frozenset({"outside"})


@dataclass(frozen=True, slots=True)
class _Verdict:
    """What the strongest clause of a sentence does."""

    act: Act
    score: float
    floor: bool
    reason: str
    weighed: tuple[str, ...]


_Key = tuple[str, tuple[bool, ...], str, tuple[str, ...]]


class _Listener:
    """Hears the texts of one message. A sentence that stands in several of them is judged once."""

    def __init__(self, model: Model, kinds: frozenset[str], least: float, sifted: bool) -> None:
        self._model = model
        self._kinds = kinds
        self._sorted = sorted(kinds)
        self._least = least
        self._sifted = sifted
        self._gists: dict[str, Gist] = {}
        self._verdicts: dict[_Key, _Verdict | None] = {}

    def of_text(self, text: Text) -> Iterator[Scored]:
        heard = hear(text, self._gists)
        scope = scope_of(phrase.row for sentence in heard for phrase in sentence.gist.phrases)
        question = question_of(text)
        for sentence in heard:
            key = (sentence.said, sentence.quoted, question, scope)
            if key not in self._verdicts:
                self._verdicts[key] = self._verdict(sentence, question, scope)
            if found := self._verdicts[key]:
                yield _scored(found, sentence, text)

    def _verdict(self, heard: Heard, question: str, scope: tuple[str, ...]) -> _Verdict | None:
        """The strongest clause of every sentence speaks for it."""
        frames = heard.frames(bool(question), self._kinds)
        places = [at for at in range(len(frames)) if self._may_matter(heard, at, frames, question, scope)]
        if not places:
            return None
        clauses = readings(heard, frames, question)
        best: tuple[bool, float] | None = None
        for at in places:
            score, names = max(self._weigh(clauses, at, kind, scope) for kind in self._sorted)
            found = (clauses[at].floor is not None, score)
            if max(found) >= self._least and (best is None or found > best):
                best, hit, speaking = found, clauses[at].floor, names
        return None if best is None else self._verdict_on(best[1], hit, speaking)

    def _may_matter(
        self, heard: Heard, at: int, frames: list[tuple[Hit, ...]], question: str, scope: tuple[str, ...]
    ) -> bool:
        """Whether the clause stands on the floor, or can score enough for a line in a record."""
        if not self._sifted or floor_of(frames[at]):
            return True
        quoted = heard.quoted[at] if heard.quoted else False
        bound = self._model.bound
        most = bound.of(heard.gist, at, frames, quoted, self._sorted, question)
        if scope:
            most += bound.named_sum(scope)
        return self._model.may_reach(self._least, most)

    def _weigh(self, clauses: list[Reading], at: int, kind: str, scope: tuple[str, ...]) -> tuple[float, list[str]]:
        """How much clause `at` binds, said to that kind of recipient: said to several it is as bad as to the worst."""
        names = features(clauses, at, kind, scope)
        return self._model.held(names), names

    def _verdict_on(self, score: float, hit: Hit | None, names: list[str]) -> _Verdict:
        weighed = self._model.weighed(names)
        if hit is None:
            act = self._model.act(names)
            return _Verdict(act, score, False, _REASONS[act], weighed)
        rule = hit.rule
        return _Verdict(rule.act, max(score, 0.5), True, rule.reason, (f"rule {rule.number}", *weighed))


def _scored(found: _Verdict, heard: Heard, text: Text) -> Scored:
    start, end = heard.place(0, len(heard.said))
    words = text.text[start:end]
    return Scored(found.act, words, start, end, found.score, found.floor, found.reason, found.weighed)
