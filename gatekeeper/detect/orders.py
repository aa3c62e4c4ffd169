"""A bare order: an imperative with its object and a deadline, without a word of asking."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.core.message import Text, Where
from gatekeeper.detect.passages import sentences

_VERBS = (
    "send get order cancel book arrange provide prepare draft write reply print deliver remove stop start"
    " cut fix repair contact tell email e-mail issue change move clear close open lock install replace"
    " paint complete finish submit publish post update amend circulate organise appoint instruct chase"
    " collect bring hand give sort withdraw rewrite produce supply forward return report put take draw"
    " check test hire dismiss suspend answer respond"
).split()
_VERB = "(?:" + "|".join(map(re.escape, _VERBS)) + r"|make sure|ensure|see to it|have)"
_LEAD = r"(?:(?:and|then|so|now|just|also|clerk|chris)\b[,:]?\s+){0,2}"
_MUST = r"(?:you\s+(?:must|will|need\s+to|have\s+to|are\s+to|shall)\s+(?:now\s+|also\s+)?)?"
_ORDER = re.compile(rf"\s*{_LEAD}{_MUST}{_VERB}\s+(?!back\b|off\b)\S+", re.IGNORECASE)
_DEADLINE = re.compile(
    r"\b(?:by|before|no later than|not later than|until)\s+(?:the\s+end\s+of\s+|this\s+|next\s+|close\s+of\s+|\d|"
    r"noon|midday|midnight|tomorrow|tonight|today|lunch|monday|tuesday|wednesday|thursday|friday|saturday|sunday|the\s+weekend|"
    r"the\s+\d)|\b(?:today|tonight|immediately|at once|straight ?away|right away|forthwith|without delay|"
    r"first thing|within\s+(?:the\s+)?(?:\w+\s+)?(?:hours?|days?|week))\b",
    re.IGNORECASE,
)
_ASKING = re.compile(
    r"\b(?:please|kindly|could|would|can you|might|grateful|if you|thank|thanks|perhaps|maybe|let me know|apolog\w+|"
    r"regards|love|wishes|have a|have had|give (?:me|us|him|her|them) a (?:ring|call|shout)|i|we)\b|\?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Order:
    """`words` exactly as sent."""

    words: str
    where: str


def orders(texts: Iterable[Text]) -> Iterator[Order]:
    """The bare orders of the author's own, each once though plain text and HTML both have it."""
    seen: set[str] = set()
    for text in texts:
        if text.where is Where.SUBJECT:
            continue
        for passage in sentences(text):
            said = passage.plain
            if not _ORDER.match(said) or not _DEADLINE.search(said) or _ASKING.search(said):
                continue
            if (key := " ".join(passage.words.split())) not in seen:
                seen.add(key)
                yield Order(passage.words, f"{text.where} {text.name}".strip())
