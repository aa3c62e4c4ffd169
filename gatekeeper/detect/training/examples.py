"""Clauses with their labels, as the trainer wants them."""

from collections.abc import Sequence
from dataclasses import dataclass

from gatekeeper.core.message import Where
from gatekeeper.detect.features import features, scope_of
from gatekeeper.detect.reading import Reading, read
from gatekeeper.detect.training.corpus import Mail, Zoner


@dataclass(frozen=True, slots=True)
class Example:
    """One clause: its features, its label ("none" or an act), and how much it counts."""

    features: list[str]
    label: str
    weight: float
    mail: str


def examples(mails: Sequence[Mail], zones: Zoner) -> list[Example]:
    return [e for mail in mails for e in _of_mail(mail, zones)]


def _of_mail(mail: Mail, zones: Zoner) -> list[Example]:
    found: list[Example] = []
    setting = mail.setting
    (to,) = setting.recipients
    for text in mail.texts(zones):
        readings = read(text, setting.recipients)
        scope = () if mail.source == "paradigms" else scope_of(r.row for r in readings)
        for at, reading in enumerate(readings):
            label, weight = _label(mail, text.text, reading, text.where is Where.SUBJECT)
            if weight:
                found.append(Example(features(readings, at, to, scope), label, weight, mail.id))
    return found


def _label(mail: Mail, text: str, reading: Reading, subject: bool) -> tuple[str, float]:
    """Evidence is the positive; the words that stand in its place in the sister mail weigh as much as negatives.

    Other clauses of a held mail are weak negatives, and none at all where a rule matched: they may well bind too.
    """
    if not mail.held:
        return "none", 3.0 if mail.contrast and _overlap(text, mail.contrast, reading) > 0.5 else 1.0
    share = _overlap(text, mail.evidence, reading)
    if share > 0.5:
        return mail.label, 3.0
    return "none", 0.0 if share > 0 or reading.floor or subject else 0.5


def _overlap(text: str, words: str, reading: Reading) -> float:
    """The share of the clause's tokens, or of `words` if that is more, that the two have in common."""
    start = text.find(words) if words else -1
    if start < 0:
        return 0.0
    end = start + len(words)
    left, right = reading.span
    common = min(end, right) - max(start, left)
    return max(0.0, common / max(1, right - left), 0.9 * common / len(words))
