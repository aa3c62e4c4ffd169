"""HTML cut into tags with offsets, strictly: what programs would cut differently raises `CannotAlter`.

Every `source` in this and the neighbouring modules is what `source_of` makes of the octets, so that offsets are octets
and names are in lower case. What is of no interest is skipped inside one regular expression with possessive
quantifiers, so the work is linear.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gatekeeper.mail.refusal import CannotAlter

ODD_MARKUP = "The HTML is one that programs read differently."
RAW_TEXT = frozenset({"script", "style", "title", "textarea", "xmp", "noembed", "noframes", "iframe", "plaintext"})
VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "track", "wbr"}
)

_VALUE = r"""(?:\s*+=\s*+(?:"[^"]*+"|'[^']*+'|[^\s"'<>]++))?+"""
_ATTRIBUTE = r"""[\s/]*+[^\s"'<>/=]++""" + _VALUE
_TAG = re.compile(r"<(/?)([a-z][^\s/>\"'<]*+)((?:" + _ATTRIBUTE + r")*+)[\s/]*+>")
_DECLARATION = re.compile(r"<[!?][^<>]*+>")
_END_OF_RAW = re.compile(r"</(script|style|title|textarea|xmp|noembed|noframes|iframe)(?=[\s/>])")

_TEXT = r"[^<]++|<(?![!?/a-z])"
_HARMLESS = (
    r"\s*+(?:font(?:-family|-size|-weight|-style)?|color|background(?:-color)?|text-align|text-decoration|line-height|"
    r"mso-(?!hide)[a-z-]++):[^;&\\(%s]*+;?\s*+"
)
_STYLE = 'style=(?:"(?:' + _HARMLESS % '"' + ")*+\"|'(?:" + _HARMLESS % "'" + ")*+')"
_WATCHED = (
    "html|head|body|script|style|title|textarea|xmp|noembed|noframes|iframe|plaintext|frameset|template|select|svg|"
    "math|noscript|object|applet|audio|video|canvas|details|dialog|button|link|marquee|meter|progress"
)
_COMMON = "(?:p|span|div|br|a|b|i|u|t[dr]|o:p|li|font|strong|em)"
"""Tried first, for speed only."""


def _skip(attributes: str) -> re.Pattern[str]:
    """Text, and tags that are not watched and have none of those attributes, but for styles known to be harmless."""
    attribute = rf"""[\s/]*+(?:{_STYLE}|(?!(?:{attributes})[\s=/>])[^\s"'<>/=]++{_VALUE})"""
    name = rf"""(?:{_COMMON}(?=[\s/>])|(?!(?:{_WATCHED})[\s/>])[a-z][^\s/>"'<]*+)"""
    return re.compile(rf"(?:[^<]++|</?+{name}(?:>|(?:{attribute})*+[\s/]*+>)|<(?![!?/a-z]))*+")


EVERYTHING = re.compile(rf"(?:{_TEXT})*+")
"""Skips text only."""
STYLED = _skip("style|hidden")
"""Skips all but structure, raw text, elements that may not show their content, and styled tags."""
CLASSED = _skip("style|hidden|class|id")


def _elements(depth: int) -> str:
    """Elements written plainly and nested strictly, at most so many in one another, of which none is raw text, the
    head or without an end tag."""
    attribute = r"""\s++[^\s"'<>/=]++(?:=(?:"[^"<>]*+"|'[^'<>]*+'|[^\s"'<>]++))?+"""
    inner = rf"[^<]++|<(?:br|img)(?:{attribute})*+\s*+>"
    if depth > 1:
        inner += "|" + _elements(depth - 1)
    other = "|".join(sorted(RAW_TEXT | VOID | {"head"}))
    name = rf"(?P<n{depth}>(?!(?:{other})[\s>])[a-z][^\s/>\"'<]*+)"
    return rf"<{name}(?:{attribute})*+\s*+>(?:{inner})*+</(?P=n{depth})\s*+>"


NESTED = re.compile(rf"(?:[^<]*+{_elements(4)})*+")
"""Skips elements that are all there, up to the end of one; nothing where none begins."""


class Tag(NamedTuple):
    """A tag, comment or raw text element at `[start, end)`. `name` is in lower case, "!--" for a comment; `attributes`
    is the piece behind the name of a start tag, or the text inside a comment or raw text element. `whole` says that
    no end tag follows. A tuple, as there may be many thousands."""

    start: int
    end: int
    name: str
    closing: bool = False
    attributes: str = ""
    whole: bool = False


def source_of(content: bytes) -> str:
    """One character for each octet, ASCII letters in lower case."""
    return content.lower().decode("latin-1")


def tags(source: str, skip: re.Pattern[str], at: int = 0, nested_until: int = 0) -> Iterator[Tag]:
    """Tags, comments and raw text elements in order from `at` on, without those that `skip` passes over, and before
    `nested_until` without the elements that `NESTED` passes over."""
    size = len(source)
    while True:
        if at < nested_until and (nested := NESTED.match(source, at, nested_until)):
            at = nested.end()
        passed = skip.match(source, at)
        at = passed.end() if passed else at
        if at >= size:
            return
        tag = _one(source, at)
        yield tag
        at = tag.end


def _one(source: str, at: int) -> Tag:
    if source.startswith("<!--", at):
        return _comment(source, at)
    match = _TAG.match(source, at)
    if match is None:
        if declaration := _DECLARATION.match(source, at):
            return Tag(at, declaration.end(), "!", whole=True)
        raise CannotAlter(ODD_MARKUP)
    name = match[2]
    if match[1] or name not in RAW_TEXT:
        return Tag(at, match.end(), name, bool(match[1]), match[3], name in VOID)
    end = next((m for m in _END_OF_RAW.finditer(source, match.end()) if m[1] == name), None)
    closing = source.find(">", end.end()) if end else -1
    if end is None or closing < 0 or name == "plaintext":
        raise CannotAlter("The HTML hides what follows in an element without an end.")
    inner = source[match.end() : end.start()]
    if name == "script" and "<!--" in inner:
        raise CannotAlter(ODD_MARKUP)
    return Tag(at, closing + 1, name, False, inner, True)


def _comment(source: str, at: int) -> Tag:
    """A comment that ends where old and new programs agree."""
    end = source.find("-->", at + 2)
    inner = source[at + 4 : end]
    if end < 0:
        raise CannotAlter("The HTML hides what follows in a comment without an end.")
    if end < at + 4 or "--!>" in inner:
        raise CannotAlter(ODD_MARKUP)
    return Tag(at, end + 3, "!--", False, inner, True)


def end_of(source: str, tag: Tag) -> int | None:
    """Behind the end tag that belongs to `tag`; None where there is none or what is inside is not nested strictly."""
    if tag.whole:
        return tag.end
    stack = [tag.name]
    for inner in tags(source, EVERYTHING, tag.end, len(source)):
        if not follow(stack, inner):
            return None
        if not stack:
            return inner.end
    return None


def follow(stack: list[str], tag: Tag) -> bool:
    """Keep the stack of open elements; False where the nesting is not strict."""
    if tag.closing:
        return bool(stack) and stack.pop() == tag.name
    if not tag.whole:
        stack.append(tag.name)
    return True
