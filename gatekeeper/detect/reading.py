"""A text read clause by clause: words, classes, frames and guards, with the way back to the text as sent."""

from collections.abc import Iterator
from dataclasses import dataclass

from gatekeeper.core.message import Text, Zone
from gatekeeper.detect.canon import LIMIT, Canon, canonical
from gatekeeper.detect.clauses import Clause, clauses
from gatekeeper.detect.frames import Hit, Standing, hits
from gatekeeper.detect.pattern import row
from gatekeeper.detect.words import Token, tokens


@dataclass(frozen=True, slots=True)
class Reading:
    """One clause of what the author says now.

    `start` and `end` are the sentence's range in `Text.text`, `span` that of the clause. `question` is the quoted
    text (canonical, at most 400 characters) that a short answer answers, else "". `quoted` says that the clause
    stands in quotation marks.
    """

    tokens: tuple[Token, ...]
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
        return next((h for h in self.hits if not h.guards), None)


def read(text: Text, recipients: frozenset[str]) -> list[Reading]:
    """Every clause of the own words of `text`, in order. Beyond two times `LIMIT` characters only the ends are read."""
    found: list[Reading] = []
    question = _question(text)
    for offset, words in _windows(text):
        canon = canonical(words)
        found.extend(_readings(canon, offset, recipients, question))
    return found


def _windows(text: Text) -> Iterator[tuple[int, str]]:
    for offset, words in text.own():
        if len(words) <= 2 * LIMIT:
            yield offset, words
        else:
            yield offset, words[:LIMIT]
            yield offset + len(words) - LIMIT, words[-LIMIT:]


def _question(text: Text) -> str:
    """What was asked in the quoted text: from its last question or request backwards, at most 400 characters."""
    asked = [text.text[s.start : s.end][:4000] for s in text.stretches if s.zone in (Zone.QUOTED, Zone.FORWARDED)]
    if not asked:
        return ""
    plain = canonical(asked[0]).text.replace("\n>", "\n")
    end = plain.rfind("?") + 1 or len(plain)
    return plain[max(0, end - 400) : end]


def _readings(canon: Canon, offset: int, recipients: frozenset[str], question: str) -> Iterator[Reading]:
    span, words, sentence, whole = (-1, -1), list[Token](), "", (0, 0)
    for clause in clauses(canon.text):
        if span != (clause.sentence_start, clause.sentence_end):
            span = (clause.sentence_start, clause.sentence_end)
            words = tokens(canon.text, *span)
            sentence = row(words)
            start, end = canon.back(*span)
            whole = (offset + start, offset + end)
        alone = (clause.start, clause.end) == span
        own = tuple(words) if alone else tuple(t for t in words if clause.start <= t.start < clause.end)
        if own:
            letters = sentence if alone else row(own)
            quoted = _in_quotes(canon.text, clause)
            standing = Standing(clause.question, quoted, bool(question))
            found = tuple(hits(letters, sentence, standing, recipients))
            first, last = canon.back(clause.start, clause.end)
            place = (offset + first, offset + last)
            yield Reading(own, letters, sentence, found, *whole, clause.question, quoted, place, question)


def _in_quotes(text: str, clause: Clause) -> bool:
    """Whether the clause begins inside quotation marks: an odd number of them stands before it in its paragraph."""
    if '"' not in text:
        return False
    furthest = max(0, clause.start - 2000)
    begin = max(furthest, text.rfind("\n\n", furthest, clause.start) + 1)
    return text.count('"', begin, clause.start) % 2 == 1
