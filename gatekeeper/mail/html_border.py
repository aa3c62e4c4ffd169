"""Where an author's own text ends in HTML: at the element with which a mail program begins signature or history,
or at the rule drawn above it.

Certain only where everything before is nested strictly, the element stands in nothing but plain containers, the
author has written something above it, and nothing to be seen follows what it encloses.
"""

import html
import re

from gatekeeper.mail.markup import EVERYTHING, Tag, end_of, follow, tags
from gatekeeper.mail.refusal import CannotAlter

_SIGNS = ("_quote", "signature", "appendonsend", "divrply", "mail-editor-ref", "border-top:solid", "cite")
"""What must be there for any border, to be quick about the many texts that have none."""
_STARTS = re.compile(
    r"""\b(?:class|id)\s*=\s*["']?(?:[^"']{0,200}[\s])?(gmail_quote|gmail_quote_container|gmail_signature|"""
    r"""gmail_signature_prefix|appendonsend|divrplyfwdmsg|moz-cite-prefix|moz-signature|yahoo_quoted|protonmail_quote|"""
    r"""mail-editor-reference-message-container|ms-outlook-mobile-signature|signature)(?=["'\s>]|$)"""
    r"""|style\s*=\s*["'][^"']{0,200}border:\s*none;\s*(border-top:solid #(?:e1e1e1|b5c4df))|type\s*=\s*["']?(cite)\b"""
)
_ALL_BELOW = frozenset({"appendonsend", "divrplyfwdmsg", "border-top:solid #e1e1e1", "border-top:solid #b5c4df"})
"""Outlook: everything from here on is history."""
_PLAIN = frozenset({"html", "body", "div", "center", "section", "article", "main"})
_UNSEEN = frozenset({"head", "style", "script", "title", "!", "!--"})
_TAGS = re.compile(r"<[^<>]*>")
_ELEMENTS = re.compile(r"</?[a-z][^<>]*>")
"""The tags of elements that `NESTED` passes over."""
_ATTRIBUTION = re.compile(
    r"\s*(?:on|am|le|el|op)\b.{6,300}?\b(?:wrote|schrieb|crit|escribi.|schreef)\b.{0,80}?:", re.DOTALL
)
_ATTRIBUTION_REACH = 2000
_BLANK = re.compile(r"(?:\s|&nbsp;|&#160;|&#8203;|&zwnj;|\xa0)*")


def border(source: str) -> int | None:
    """The offset of the start tag above which the author's own text ends, or None."""
    if not any(sign in source for sign in _SIGNS):
        return None
    try:
        return _border(source)
    except CannotAlter:
        return None


def _border(source: str) -> int | None:
    stack: list[str] = []
    seen = False
    last = 0
    rule = -1
    for tag in tags(source, EVERYTHING, 0, _first_sign(source)):
        between = source[last : tag.start]
        if "<" in between:
            between, passed = _ELEMENTS.subn(" ", between)
            rule = -1 if passed else rule
        blank = bool(_BLANK.fullmatch(between))
        seen = seen or not ("head" in stack or blank)
        if not tag.closing and (marker := _marker(tag)):
            if not seen or not _PLAIN.issuperset(stack) or not _certain(source, tag, marker):
                return None
            return rule if rule >= 0 and blank else tag.start
        if not follow(stack, tag):
            return None
        rule = tag.start if tag.name == "hr" else -1
        last = tag.end
    return None


def _first_sign(source: str) -> int:
    """Before it no marker begins."""
    return source.rfind("<", 0, min(at for sign in _SIGNS if (at := source.find(sign)) >= 0))


def _marker(tag: Tag) -> str:
    if not tag.attributes or tag.name in _UNSEEN:
        return ""
    found = _STARTS.search(tag.attributes)
    return (found[1] or found[2] or found[3] or "") if found else ""


def _certain(source: str, tag: Tag, marker: str) -> bool:
    """Whether all below the marker is signature and history. A quotation must hold its own line of attribution, as
    Apple Mail writes it; else that line may be part of the text above."""
    if marker == "cite":
        text = _TAGS.sub(" ", source[tag.end : tag.end + _ATTRIBUTION_REACH])
        if not _ATTRIBUTION.match(html.unescape(text)):
            return False
    return _history_only(source, tag, marker)


def _history_only(source: str, tag: Tag, marker: str) -> bool:
    """Nothing is to be seen from here on but elements of signature and history, one after another."""
    while marker not in _ALL_BELOW:
        at = end_of(source, tag)
        if at is None:
            return False
        for following in tags(source, EVERYTHING, at):
            if following.name == "img" or not _BLANK.fullmatch(source, at, following.start):
                return False
            at = following.end
            if not following.closing and (marker := _marker(following)):
                tag = following
                break
        else:
            return bool(_BLANK.fullmatch(source, at))
    return True
