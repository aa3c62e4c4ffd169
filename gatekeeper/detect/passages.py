"""A text cut into sentences and lines: each as a reader reads it, and with the exact words as they were sent."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from gatekeeper.core.message import Text, Zone
from gatekeeper.detect.canon import LIMIT, Canon, canonical

OWN = frozenset({Zone.OWN})
SIGNED = frozenset({Zone.OWN, Zone.SIGNATURE})
HISTORY = frozenset({Zone.QUOTED, Zone.FORWARDED})

_BREAK = re.compile(
    r"(?<!\bCllr)(?<!\bMr)(?<!\bMrs)(?<!\bDr)(?<!\bSt)(?<!\bNo)(?<!\be\.g)(?<!\bi\.e)[.!?;]{1,8}[\"')\]]{0,3}(?=\s)|"
    r"\n[ \t]*(?=\n)|\n(?=[ \t]*[-*•])|(?:^|(?<=\n))[ \t]*(?:dear|hi|hello|good (?:morning|afternoon)|morning|"
    r"afternoon)\b[^\n,!.]{0,60}[,!]?(?=\n)|\n(?=[ \t]*(?:kind |best |warm )?(?:regards|wishes)\b)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Passage:
    """`plain` is the canonical text with its white space collapsed, at most 2000 characters; `words` is exactly
    `text[start:end]` of the text it stands in; `zone` says whose words they are."""

    plain: str
    words: str
    start: int
    end: int
    zone: Zone


@lru_cache(maxsize=32)
def sentences(text: Text, zones: frozenset[Zone] = OWN) -> tuple[Passage, ...]:
    """The sentences of these zones, in order. Of a very long stretch only both ends are read; see `LIMIT`."""
    return tuple(p for zone, offset, canon in _stretches(text, zones) for p in _cut(text, zone, offset, canon, _BREAK))


@lru_cache(maxsize=32)
def lines(text: Text, zones: frozenset[Zone] = OWN) -> tuple[Passage, ...]:
    """The lines of these zones that are not blank, in order."""
    return tuple(p for zone, offset, canon in _stretches(text, zones) for p in _cut(text, zone, offset, canon, _LINE))


_LINE = re.compile(r"\n")


def _stretches(text: Text, zones: frozenset[Zone]) -> Iterator[tuple[Zone, int, Canon]]:
    for s in text.stretches:
        if s.zone not in zones:
            continue
        if s.end - s.start <= 2 * LIMIT:
            yield s.zone, s.start, canonical(text.text[s.start : s.end])
        else:
            yield s.zone, s.start, canonical(text.text[s.start : s.start + LIMIT])
            yield s.zone, s.end - LIMIT, canonical(text.text[s.end - LIMIT : s.end])


def _cut(text: Text, zone: Zone, offset: int, canon: Canon, at: re.Pattern[str]) -> Iterator[Passage]:
    begin = 0
    for end in (*(m.end() for m in at.finditer(canon.text)), len(canon.text)):
        piece = canon.text[begin:end]
        start, stop = begin + len(piece) - len(piece.lstrip()), begin + len(piece.rstrip())
        begin = end
        if start < stop:
            first, last = canon.back(start, stop)
            words = text.text[offset + first : offset + last]
            yield Passage(" ".join(canon.text[start:stop][:2000].split()), words, offset + first, offset + last, zone)
