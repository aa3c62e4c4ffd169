"""What somebody says in a message, sentence by sentence: the own words alone, or with what is forwarded.

Unlike a `Passage` a remark knows the part of the message it stands in, and each is given once although plain text and
HTML both have it.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache

from gatekeeper.core.message import Text, Where, Zone
from gatekeeper.detect.canon import LIMIT, canonical
from gatekeeper.detect.clauses import sentences

_NOW = (Zone.OWN,)
_SENT = (Zone.OWN, Zone.FORWARDED)


@dataclass(frozen=True, slots=True)
class Remark:
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

    def is_cited(self, at: int) -> bool:
        """Whether `plain[at]` is somebody else's words: inside quotation marks, but for those that open the sentence,
        in which people quote themselves."""
        return self.quoted or self.plain.count('"', 1, max(at, 1)) % 2 == 1


@lru_cache(maxsize=8)
def own_remarks(texts: tuple[Text, ...]) -> tuple[Remark, ...]:
    """What the author says now, in order. Never raises, whatever the texts hold."""
    return _once(r for text in texts for r in _of_text(text, _NOW))


@lru_cache(maxsize=8)
def sent_remarks(texts: tuple[Text, ...]) -> tuple[Remark, ...]:
    """The same, and what the author forwards."""
    return _once(r for text in texts for r in _of_text(text, _SENT))


def _once(found: Iterable[Remark]) -> tuple[Remark, ...]:
    first: dict[tuple[str, bool], Remark] = {}
    for remark in found:
        first.setdefault((remark.plain, remark.subject), remark)
    return tuple(first.values())


def _of_text(text: Text, zones: tuple[Zone, ...]) -> Iterator[Remark]:
    where = f"{text.where} {text.name}".strip()
    for words in _windows(text, zones):
        canon = canonical(words)
        for start, end in sentences(canon.text):
            first, last = canon.back(start, end)
            yield Remark(
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
