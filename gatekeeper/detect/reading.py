"""A text read sentence by sentence: words, classes, frames and guards, with the way back to the text as sent."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from gatekeeper.core.message import Text, Zone
from gatekeeper.detect.canon import LIMIT, Canon, canonical
from gatekeeper.detect.clauses import sentences
from gatekeeper.detect.frames import Hit, Standing, hits
from gatekeeper.detect.gist import Gist, gist


@dataclass(frozen=True, slots=True)
class Reading:
    """One clause of what the author says now.

    `words` and `row` are those of `gist.Phrase`, `sentence` is the row of its sentence. `start` and `end` are the
    sentence's range in `Text.text`, `span` that of the clause. `question` is the quoted text (canonical, at most 400
    characters) that a short answer answers, else "". `quoted` says that the clause stands in quotation marks.
    """

    words: list[str]
    row: str
    sentence: str
    hits: tuple[Hit, ...]
    start: int
    end: int
    asks: bool
    quoted: bool
    span: tuple[int, int]
    question: str = ""

    @property
    def floor(self) -> Hit | None:
        """The first frame that stands unguarded."""
        return floor_of(self.hits)


def floor_of(found: tuple[Hit, ...]) -> Hit | None:
    """The first frame that stands unguarded."""
    return next((h for h in found if not h.guards), None) if found else None


class Heard(NamedTuple):
    """A sentence of the own words. `quoted` says of each of its phrases whether it stands in quotation marks; it is
    empty where none does. The sentence is `[start, end)` of `canon`, which begins at `offset` of the text."""

    said: str
    gist: Gist
    quoted: tuple[bool, ...]
    canon: Canon
    offset: int
    start: int
    end: int

    def place(self, start: int, end: int) -> tuple[int, int]:
        """The range in `Text.text` of the range `[start, end)` of the sentence."""
        first, last = self.canon.back(self.start + start, self.start + end)
        return self.offset + first, self.offset + last

    def frames(self, answers: bool, recipients: frozenset[str]) -> list[tuple[Hit, ...]]:
        """The frames of each phrase."""
        row, phrases, asks = self.gist
        if not self.quoted:
            standing = _standing(asks, False, answers)
            return [hits(p.row, row, standing, recipients) for p in phrases]
        standings = [_standing(asks, quoted, answers) for quoted in self.quoted]
        return [hits(p.row, row, s, recipients) for p, s in zip(phrases, standings, strict=True)]


_standing = lru_cache(maxsize=8)(Standing)


def hear(text: Text, known: dict[str, Gist]) -> list[Heard]:
    """Every sentence of the own words, in order; beyond two times `LIMIT` characters of one stretch only its ends.

    `known` remembers sentences, so that what stands in the plain text and in the HTML is taken apart once.
    """
    found: list[Heard] = []
    for offset, words in _windows(text):
        canon = canonical(words)
        marks = '"' in canon.text
        for start, end in sentences(canon.text):
            said = canon.text[start:end]
            if (what := known.get(said)) is None:
                what = known[said] = gist(said)
            quoted = _quoted(canon.text, start, what) if marks else ()
            found.append(Heard(said, what, quoted, canon, offset, start, end))
    return found


def read(text: Text, recipients: frozenset[str]) -> list[Reading]:
    """Every clause of the own words of `text`, in order."""
    question = question_of(text)
    return [
        reading
        for heard in hear(text, {})
        for reading in readings(heard, heard.frames(bool(question), recipients), question)
    ]


def readings(heard: Heard, frames: list[tuple[Hit, ...]], question: str) -> list[Reading]:
    """The clauses of one sentence, with the frames that `Heard.frames` found."""
    row, phrases, asks = heard.gist
    quoted = heard.quoted or (False,) * len(phrases)
    whole = heard.place(0, len(heard.said))
    return [
        Reading(p.words, p.row, row, found, *whole, asks, inside, heard.place(p.start, p.end), question)
        for p, found, inside in zip(phrases, frames, quoted, strict=True)
    ]


def _windows(text: Text) -> Iterator[tuple[int, str]]:
    for offset, words in text.own():
        if len(words) <= 2 * LIMIT:
            yield offset, words
        else:
            yield offset, words[:LIMIT]
            yield offset + len(words) - LIMIT, words[-LIMIT:]


def question_of(text: Text) -> str:
    """What was asked in the quoted text: from its last question or request backwards, at most 400 characters."""
    asked = [text.text[s.start : s.end][:4000] for s in text.stretches if s.zone in (Zone.QUOTED, Zone.FORWARDED)]
    if not asked:
        return ""
    plain = canonical(asked[0]).text.replace("\n>", "\n")
    end = plain.rfind("?") + 1 or len(plain)
    return plain[max(0, end - 400) : end]


def _quoted(text: str, start: int, what: Gist) -> tuple[bool, ...]:
    found = tuple(_in_quotes(text, start + p.start) for p in what.phrases)
    return found if any(found) else ()


def _in_quotes(text: str, start: int) -> bool:
    """Whether a clause begins inside quotation marks: an odd number of them stands before it in its paragraph."""
    furthest = max(0, start - 2000)
    begin = max(furthest, text.rfind("\n\n", furthest, start) + 1)
    return text.count('"', begin, start) % 2 == 1
