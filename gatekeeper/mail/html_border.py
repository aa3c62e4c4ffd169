"""Where an author's own text ends in HTML: at the element with which a mail program begins signature or history.

Certain only where everything before is nested strictly, the element stands in nothing but plain containers, the
author has written something above it, and nothing to be seen follows what it encloses.
"""

import re

from gatekeeper.mail.markup import EVERYTHING, Tag, end_of, follow, tags
from gatekeeper.mail.refusal import CannotAlter

_SIGNS = ("_quote", "signature", "appendonsend", "divrply", "moz-cite", "mail-editor-ref", "border-top:solid")
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
    for tag in tags(source, EVERYTHING):
        seen = seen or ("head" not in stack and not _BLANK.fullmatch(source, last, tag.start))
        last = tag.end
        if not tag.closing and (marker := _marker(tag)):
            if not seen or not _PLAIN.issuperset(stack):
                return None
            return _certain(source, tag, marker)
        if not follow(stack, tag):
            return None
    return None


def _marker(tag: Tag) -> str:
    if not tag.attributes or tag.name in _UNSEEN:
        return ""
    found = _STARTS.search(tag.attributes)
    return (found[1] or found[2] or found[3] or "") if found else ""


def _certain(source: str, tag: Tag, marker: str) -> int | None:
    """Where the marker stands, if all below it is signature and history. A bare quotation has no line of attribution
    of its own, which may then be part of the text above it: not certain."""
    if marker == "cite":
        return None
    return tag.start if _history_only(source, tag, marker) else None


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
