"""What single lines look like: a name, a line of contact details, an utterance."""

from collections.abc import Iterator

from gatekeeper.mail import zone_words as say


def lowered(text: str) -> str:
    """Lower case, every character in its place."""
    lowered = text.lower()
    return lowered if len(lowered) == len(text) else "".join(c if len(c.lower()) > 1 else c.lower() for c in text)


def attributions(text: str) -> Iterator[int]:
    """Where a line that ends like "... wrote:" has that word."""
    for word in say.WROTE_WORDS:
        at = text.find(word)
        while at >= 0:
            end = at + len(word)
            if say.AFTER_WROTE.match(text, end):
                yield at
            at = text.find(word, end)


def speaks(line: str) -> bool:
    return not say.SPOKEN.isdisjoint(say.WORD.findall(line.lower().replace("’", "'")))


def sentence_ends(text: str, first: int, last: int) -> list[int]:
    ends = [m.end() for m in say.SENTENCE_END.finditer(text, first, last)]
    return ends if ends and ends[-1] == last else [*ends, last]


def is_name(line: str) -> bool:
    """One to five words, none of which says anything, capitalised but for small ones, or a single word."""
    words = line.strip().strip(",.-–*_").split()
    if (
        not 0 < len(words) <= 5
        or len(line) > 60
        or any(c.isdigit() for c in line)
        or speaks(line)
        or line.rstrip()[-1] in "?!:;"
    ):
        return False
    return (len(words) == 1 and words[0][0].isalpha()) or all(
        w[0].isupper() or w[0] in "(&" or w.lower() in say.SMALL_WORDS for w in words
    )


def is_detail(line: str) -> bool:
    """A line of contact details: short, no utterance, mostly capitals or with a number or an address in it."""
    stripped = line.strip()
    if len(stripped) > 120 or speaks(stripped) or stripped[-1] in "?!" or "£" in stripped:
        return False
    if say.POSTSCRIPT.match(line) or say.DISCLAIMER_OPENS.match(line) or stripped.startswith(">"):
        return False
    words = [w for w in stripped.split() if w.lower() not in say.SMALL_WORDS]
    if say.CONTACT.search(stripped):
        return len(words) <= 14
    capitals = sum(w[0].isupper() or not w[0].isalpha() for w in words)
    return (len(words) <= 8 and 2 * capitals >= len(words) + (len(words) > 1)) or len(words) == 0
