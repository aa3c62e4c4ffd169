"""Which sentences of a message commit, direct or spend in the councillor's own name.

Only what the author says now is scored. A plain frame without a guard is the floor: it always holds, whatever the
sentence model says.
"""

from dataclasses import dataclass

from gatekeeper.core.message import Text
from gatekeeper.core.people import Role
from gatekeeper.detect.reading import Reading, read
from gatekeeper.detect.rules import Act

__all__ = ["Act", "Scored", "Setting", "assess"]


@dataclass(frozen=True, slots=True)
class Setting:
    """Who writes to whom. `recipients` are kinds: "clerk", "officer", "councillor", "press", "minister", "outside"."""

    sender_roles: frozenset[Role]
    recipients: frozenset[str]


@dataclass(frozen=True, slots=True)
class Scored:
    """A sentence that may bind. `words` is exactly `text[start:end]` of the text it stands in.

    `floor` is set where a plain rule matched unguarded: such a sentence holds at any threshold. `reason` is written
    for the clerk and the author, `weighed` names what weighed most, strongest first.
    """

    act: Act
    words: str
    start: int
    end: int
    score: float
    floor: bool
    reason: str
    weighed: tuple[str, ...]


def assess(texts: tuple[Text, ...], setting: Setting) -> tuple[Scored, ...]:
    """The sentences that may bind, in the order of the texts. Never raises for any text."""
    return tuple(scored for text in texts for scored in _of_text(text, setting))


def _of_text(text: Text, setting: Setting) -> list[Scored]:
    best: dict[tuple[int, int], Scored] = {}
    for reading in read(text, setting.recipients):
        scored = _floor(reading, text)
        if scored is not None:
            best.setdefault((scored.start, scored.end), scored)
    return list(best.values())


def _floor(reading: Reading, text: Text) -> Scored | None:
    hit = reading.floor
    if hit is None:
        return None
    words = text.text[reading.start : reading.end]
    return Scored(
        hit.rule.act, words, reading.start, reading.end, 1.0, True, hit.rule.reason, (f"rule {hit.rule.number}",)
    )
