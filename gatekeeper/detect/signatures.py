"""Whose name stands under a message."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.core.message import Text, Where, Zone
from gatekeeper.detect.canon import canonical
from gatekeeper.detect.passages import lines

_TITLES = re.compile(
    r"^(?:(?:cllr|councill?or|mrs?|ms|miss|mx|dr|sir|dame|rev|revd|prof|pp|p\.p)\b\.?,? *)+", re.IGNORECASE
)
_TAIL = re.compile(
    r"\s*(?:[,|(/:•·]|\s-+\s|\b(?:mbe|obe|cbe|jp|dl|ba|bsc|fslcc|pslcc|cilca|phd)\b).*$", re.IGNORECASE | re.DOTALL
)
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SIGNATURE = frozenset({Zone.SIGNATURE})
MAX_LINES = 12


@dataclass(frozen=True, slots=True)
class Signed:
    """A line of a signature. `name` are its words in small letters, without title and what follows the name."""

    name: tuple[str, ...]
    words: str
    text: Text


def signatures(texts: Iterable[Text]) -> tuple[Signed, ...]:
    """The lines of the author's signature, in every form of the text."""
    return tuple(_of_texts(texts))


def _of_texts(texts: Iterable[Text]) -> Iterator[Signed]:
    for text in texts:
        if text.where in (Where.BODY, Where.HTML):
            for line in lines(text, _SIGNATURE)[:MAX_LINES]:
                if name := name_in(line.plain):
                    yield Signed(name, line.words, text)


def name_in(line: str) -> tuple[str, ...]:
    """The words of the name at the beginning of a line; none where the line is no name."""
    plain = canonical(line[:200]).text.strip(" *_~-")
    bare = _TAIL.sub("", _TITLES.sub("", plain))
    words = _WORD.findall(bare.casefold())
    rest = _WORD.sub("", bare).strip(" .")
    return tuple(words) if 0 < len(words) <= 5 and not rest else ()


def is_name_of(words: tuple[str, ...], name: str) -> bool:
    """Whether these words are this person's name in full, or initials and surname."""
    full = name_in(name)
    if len(full) < 2 or len(words) < 2:
        return False
    if words[-1] != full[-1]:
        return False
    first, given = words[0], full[0]
    return first == given or (len(first) <= 2 and first[0] == given[0] and all(len(w) <= 2 for w in words[:-1]))
