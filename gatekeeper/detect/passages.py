"""The sentences of a message one by one: canonical for matching, and exactly as the author wrote them for showing."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gatekeeper.core.message import Text, Where, Zone
from gatekeeper.detect.canon import LIMIT, canonical
from gatekeeper.detect.clauses import sentences

_NOW = (Zone.OWN,)
_SENT = (Zone.OWN, Zone.FORWARDED)


@dataclass(frozen=True, slots=True)
class Passage:
    """One sentence. `plain` is its canonical form on one line; `words` is what stands in the text, untouched.

    `where` is the part of the message as findings name it, `subject` whether that is the subject. `asks`: it ends in a
    question mark. `quoted`: it begins inside quotation marks.
    """

    plain: str
    words: str
    where: str
    subject: bool = False
    asks: bool = False
    quoted: bool = False


@lru_cache(maxsize=8)
def own_passages(texts: tuple[Text, ...]) -> tuple[Passage, ...]:
    """What the author says now, each sentence once though plain text and HTML both have it. Never raises."""
    return _once(p for text in texts for p in _of_text(text, _NOW))


@lru_cache(maxsize=8)
def sent_passages(texts: tuple[Text, ...]) -> tuple[Passage, ...]:
    """The same, and what the author forwards."""
    return _once(p for text in texts for p in _of_text(text, _SENT))


def _once(found: Iterable[Passage]) -> tuple[Passage, ...]:
    first: dict[tuple[str, bool], Passage] = {}
    for passage in found:
        first.setdefault((passage.plain, passage.subject), passage)
    return tuple(first.values())


def _of_text(text: Text, zones: tuple[Zone, ...]) -> Iterator[Passage]:
    where = f"{text.where} {text.name}".strip()
    for words in _windows(text, zones):
        canon = canonical(words)
        for start, end in sentences(canon.text):
            first, last = canon.back(start, end)
            yield Passage(
                plain=" ".join(canon.text[start:end].split()),
                words=words[first:last],
                where=where,
                subject=text.where is Where.SUBJECT,
                asks="?" in canon.text[max(start, end - 4) : end],
                quoted=_is_quoted(canon.text, start),
            )


def _windows(text: Text, zones: tuple[Zone, ...]) -> Iterator[str]:
    """Stretches in these zones; of a very long one its two ends."""
    for stretch in text.stretches:
        if stretch.zone in zones:
            words = text.text[stretch.start : stretch.end]
            yield from (words,) if len(words) <= 2 * LIMIT else (words[:LIMIT], words[-LIMIT:])


def _is_quoted(text: str, at: int) -> bool:
    """Whether an odd number of quotation marks stands before it in its paragraph."""
    furthest = max(0, at - 2000)
    begin = max(furthest, text.rfind("\n\n", furthest, at) + 1)
    return text.count('"', begin, at) % 2 == 1
