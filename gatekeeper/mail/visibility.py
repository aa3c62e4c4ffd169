"""Whether what is put into an HTML text is certain to be seen there.

Our own element resets every property for itself with inline importance, which no style sheet outranks. What can hide
it is only what encloses it. So every element that may hide its content must be closed in strict nesting before the
place, and no style sheet may hide what encloses everything.
"""

import html
import re
from dataclasses import dataclass

from gatekeeper.mail.markup import CLASSED, STYLED, Tag, end_of, tags
from gatekeeper.mail.refusal import CannotAlter

HIDDEN = "The HTML may hide what is added to it."

_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)|opacity\s*:\s*[.0]|"
    r"(?<![\w-])(?:max-)?(?:height|width)\s*:\s*0*(?:\.0*)?\d?(?:px|pt|em|rem|%|cm|mm|in)?\s*(?:!|;|$)|"
    r"position\s*:\s*(?:absolute|fixed)|overflow[a-z-]*\s*:\s*(?:hidden|clip)|"
    r"(?:text-indent|left|top|right|bottom|margin[a-z-]*|inset[a-z-]*)\s*:[^;]{0,100}-\d|"
    r"(?<![\w-])(?:transform|translate|rotate|scale|clip|clip-path|filter|zoom|mask|content-visibility|animation|"
    r"offset-path|mix-blend-mode|contain|column-count|perspective)[a-z-]*\s*:|mso-hide|expression\s*\(|behavior\s*:"
)
_STYLE = re.compile(r"""(?:^|[\s/"'])style\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_HIDDEN_ATTRIBUTE = re.compile(r"""(?:^|[\s/"'])hidden(?:[\s=/]|$)""")
_NAMES = re.compile(r"""(?:^|[\s/"'])(class|id)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'<>]+))""")
_HARMLESS_REFERENCES = re.compile("&(?:quot|apos|#39|#34|amp);")
_CSS_COMMENT = re.compile(r"/\*.*?(?:\*/|$)", re.DOTALL)
_COMBINATOR = re.compile(r"[\s>+~]+")
_BEFORE_SELECTOR = re.compile(r"[{;]")
MAX_STYLE = 2000
MAX_SHEETS = 200_000
"""Characters of one style attribute or rule, and of all style sheets, that are read; more is taken to hide."""
_NAMED = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?::[a-z-]+)*|[a-zA-Z0-9]*((?:[.#][\w-]+)+)(?::{1,2}[a-z-]+)*")
_HARMLESS = frozenset({"img", "br", "hr", "sup", "sub", "meta", "title", "script", "style"})
_MAY_HIDE = frozenset(
    {"template", "select", "svg", "math", "noscript", "object", "applet", "audio", "video", "canvas", "details",
     "dialog", "button", "marquee", "meter", "progress"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Outline:
    """Where the last `</body>` and `</html>` stand (-1 for none), and the spans whose content may not be seen."""

    body_end: int
    html_end: int
    hidden: tuple[tuple[int, int], ...]

    def require_visible(self, at: int) -> None:
        if any(start < at < end for start, end in self.hidden):
            raise CannotAlter(HIDDEN)


def outline(source: str) -> Outline:
    """Reads the whole text. Raises `CannotAlter` where no place in it is certain to be seen."""
    found = list(tags(source, STYLED))
    names = _hiding_names(found)
    if names:
        found = list(tags(source, CLASSED))
    body_end = html_end = -1
    hidden: list[tuple[int, int]] = []
    judged: dict[tuple[str, str], bool] = {}
    for tag in found:
        if tag.closing:
            body_end = tag.start if tag.name == "body" else body_end
            html_end = tag.start if tag.name == "html" else html_end
        elif _hides_the_rest(tag):
            raise CannotAlter(HIDDEN)
        elif not hidden or tag.start >= hidden[-1][1]:
            key = tag.name, tag.attributes
            if key not in judged:
                judged[key] = _may_hide(tag, names)
            if judged[key]:
                hidden.append((tag.start, end_of(source, tag) or len(source) + 1))
    return Outline(body_end, html_end, tuple(hidden))


def _hides_the_rest(tag: Tag) -> bool:
    if tag.name == "link":
        return "stylesheet" in html.unescape(tag.attributes)
    return tag.name == "frameset" or (tag.name == "!--" and _hides_in_outlook(tag.attributes))


def _may_hide(tag: Tag, names: frozenset[str]) -> bool:
    if tag.closing or tag.name in ("style", "script", "title", "textarea", "xmp", "!", "!--"):
        return False
    if tag.name in _MAY_HIDE or _HIDDEN_ATTRIBUTE.search(tag.attributes):
        return True
    if any(_hides(m[1] or m[2] or m[3] or "") for m in _STYLE.finditer(tag.attributes)):
        return True
    if not names:
        return False
    given = (w for m in _NAMES.finditer(tag.attributes) for w in html.unescape(m[2] or m[3] or m[4] or "").split())
    return any(word in names for word in given)


def _hides(style: str) -> bool:
    if len(style) > MAX_STYLE:
        return True
    if "&" in style:
        style = _HARMLESS_REFERENCES.sub("'", style)
    if "/*" in style:
        style = _CSS_COMMENT.sub("", style)
    return "\\" in style or "&" in style or bool(_HIDING.search(style))


def _hides_in_outlook(comment: str) -> bool:
    """Outlook reads what stands in its conditional comments; style sheets in them are for its own classes."""
    return (
        comment.lstrip().startswith("[if")
        and " style=" in comment
        and any(_hides(m[1] or m[2] or m[3] or "") for m in _STYLE.finditer(comment))
    )


def _hiding_names(found: list[Tag]) -> frozenset[str]:
    """Classes and ids that a style sheet may hide, in lower case; raises where it hides elements by other means."""
    names: set[str] = set()
    read = 0
    for tag in found:
        if tag.name != "style" or tag.closing:
            continue
        sheet = _CSS_COMMENT.sub("", tag.attributes.replace("<!--", "").replace("-->", ""))
        read += len(sheet)
        if "@import" in sheet or "\\" in sheet.replace("\\9", "") or read > MAX_SHEETS:
            raise CannotAlter(HIDDEN)
        for piece in sheet.split("}"):
            head, _, declarations = piece.rpartition("{")
            if len(declarations) > MAX_STYLE or _HIDING.search(declarations):
                names.update(_selected(_BEFORE_SELECTOR.split(head)[-1]))
    return frozenset(names)


def _selected(selectors: str) -> set[str]:
    names: set[str] = set()
    for selector in selectors.split(","):
        last = _COMBINATOR.split(selector.strip())[-1]
        match = _NAMED.fullmatch(last)
        if match is None:
            raise CannotAlter(HIDDEN)
        if match[1]:
            names.update(re.findall(r"[\w-]+", match[1]))
        elif match[0].split(":")[0] not in _HARMLESS:
            raise CannotAlter(HIDDEN)
    return names
