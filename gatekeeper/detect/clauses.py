"""Sentences and clauses of a canonical text, with their offsets."""

import re

_ABBREVIATIONS = frozenset(
    "cllr cllrs cyngh mr mrs ms dr rev revd prof st no nos approx est ext tel e.g i.e eg ie etc vs p.m a.m inc ltd co "
    "sgt insp hon jan feb mar apr jun jul aug sep sept oct nov dec mon tue tues wed weds thu thurs fri sat sun para "
    "fig ref".split()
)
_END = re.compile(r"[.!?\n](?:(?<=\n)|(?<!\n)[.!?]{0,5}[\"')\]]{0,3}(?=\s|$))")
"""Like `_CLAUSE` it starts with one set of characters, so that all others are passed over at once."""
_LAST_WORD = re.compile(r"([A-Za-z](?:[A-Za-z.]{0,6}[A-Za-z])?)$")
_BULLET = re.compile(r"\s{0,8}(?:[-*\u00b7]|\(?[0-9a-z]{1,2}[.)])\s")
_SPEAKERS = r"i|i'\w{1,2}|we|we'\w{1,2}"
_CLAUSE = re.compile(
    r"[;:,\s](?:(?<=[;:])\s|(?<=,)\s(?=(?:but|so|then|because|although|though|which|who|whereas|yet)\s)"
    rf"|(?<=,)\s(?=(?:and\s)?(?:please|kindly|can you|could you|{_SPEAKERS}|you|you'\w{{1,2}}|the council)\s)"
    rf"|(?<=\s)(?:-{{1,3}}\s|(?=but\s)|(?=and\s(?:please|kindly|can you|could you|{_SPEAKERS}|you can|you may"
    r"|the council)\s)|(?=so\s(?:please|go|i|we|you|just)\b)))",
    re.IGNORECASE,
)


LONGEST = 1200
"""Characters after which a sentence ends, full stop or not; keeps the work linear in the text."""


def sentences(text: str) -> list[tuple[int, int]]:
    """Ranges of the sentences of `text`, trimmed of white space; none is empty."""
    found: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        if match[0] == "\n":
            if not _breaks(text, start, match.start()):
                continue
        elif match[0] == "." and _abbreviated(text, match.start()):
            continue
        _add(found, text, start, match.end())
        start = match.end()
    _add(found, text, start, len(text))
    return found


def _add(found: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while end - start > LONGEST:
        cut = max(text.rfind(" ", start + LONGEST // 2, start + LONGEST), start + LONGEST // 2)
        _add(found, text, start, cut)
        start = cut
    words = text[start:end]
    left = start + len(words) - len(words.lstrip())
    right = start + len(words.rstrip())
    if left < right:
        found.append((left, right))


def _abbreviated(text: str, at: int) -> bool:
    word = _LAST_WORD.search(text, max(0, at - 9), at)
    if word is None:
        return False
    name = word[1].lower()
    following = text[at + 1 : at + 3].strip()[:1]
    if name in _ABBREVIATIONS:
        return not (name in {"no", "etc", "est", "co", "sat", "sun", "mar", "am", "pm"} and following.isupper())
    return len(name) == 1 and name != "i" and following.isupper()


def _breaks(text: str, start: int, at: int) -> bool:
    """Whether the line end at `at` ends a sentence: before a blank line, a list item, or after a short line."""
    line_start = max(text.rfind("\n", start, at) + 1, start)
    line = text[line_start:at].rstrip()
    following = text[at + 1 : at + 80]
    if not line or not following.strip() or following.lstrip(" \t").startswith("\n"):
        return True
    if line.endswith((":", ",")) and len(line) < 40:
        return True
    if _BULLET.match(following):
        return True
    first = following.lstrip(" \t*>")[:1]
    return len(line) < 50 and (first.isupper() or first.isdigit() or not first.isalnum())


def clauses(sentence: str) -> list[tuple[int, int]]:
    """Ranges of the clauses of one sentence, in order, without what parts them."""
    found: list[tuple[int, int]] = []
    at = 0
    for match in _CLAUSE.finditer(sentence):
        if match.start() - at >= 2:
            found.append((at, match.start()))
            at = match.end()
    found.append((at, len(sentence)))
    return found
