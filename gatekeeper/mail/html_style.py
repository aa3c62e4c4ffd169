"""How an element looks, as far as its own attributes say: enough to tell text that nobody sees."""

import re
from dataclasses import dataclass
from functools import lru_cache

from gatekeeper.mail.html_tokens import attributes_of

MAX_STYLE = 4096
MAX_KEPT = 500

_CSS_NOISE = re.compile(r"/\*[^*]*(?:\*(?!/)[^*]*)*(?:\*/|\Z)|\s+")
_DECLARATION = re.compile(r"([a-z-]+):([^;]*)")
_ZERO = re.compile(r"[+-]?0*(?:\.0*)?(?:px|pt|em|rem|%|cm|mm|in|vw|vh)?")
_TINY = re.compile(r"\+?0*(?:[01](?:\.\d*)?|\.\d+)(?:px|pt)|0*(?:\.0\d*)?(?:em|rem|%)")
_FAINT = re.compile(r"\+?0*(?:\.0\d*)?|0*[0-4](?:\.\d*)?%")
_FAR = re.compile(r"-\d{3,}(?:\.\d+)?[a-z%]*")
_RGB = re.compile(r"rgba?\((\d{1,3}),(\d{1,3}),(\d{1,3})(?:,([\d.]+%?))?\)")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")
_COLOUR = re.compile(r"#[0-9a-f]{3,6}|rgba?\([^)]{0,60}\)|[a-z]+")
_NAMED = {
    "white": "#ffffff",
    "black": "#000000",
    "red": "#ff0000",
    "yellow": "#ffff00",
    "snow": "#fffafa",
    "ivory": "#fffff0",
    "windowtext": "#000000",
    "window": "#ffffff",
}
_OFF_SCREEN = ("left", "top", "right", "text-indent", "margin-left", "margin-top")
UNKNOWN = "?"


@dataclass(frozen=True, slots=True)
class Look:
    """What one element says about itself. `None` means that it inherits.

    `gone`: neither it nor anything in it is seen. `colour` and `ground` are "#rrggbb", or UNKNOWN for what is no
    plain colour; `clear` marks a fully transparent text colour.
    """

    gone: bool = False
    tiny: bool | None = None
    unseen: bool | None = None
    colour: str | None = None
    ground: str | None = None
    kept_lines: bool | None = None


PLAIN = Look()


def look(attributes: str) -> Look:
    """The look that the attributes of a start tag give."""
    return _kept(attributes) if len(attributes) < MAX_KEPT else _look(attributes)


@lru_cache(maxsize=2048)
def _kept(attributes: str) -> Look:
    """Mail programs repeat the same few styles on every paragraph."""
    return _look(attributes)


def _look(attributes: str) -> Look:
    lowered = attributes.lower()
    if not any(word in lowered for word in ("style", "hidden", "color", "size")):
        return PLAIN
    given = attributes_of(attributes)
    css = dict(_DECLARATION.findall(_CSS_NOISE.sub("", given.get("style", "")[:MAX_STYLE].lower())))
    css = {name: value.removesuffix("!important") for name, value in css.items()}
    colour = _colour(css.get("color") or given.get("color", "").lower())
    return Look(
        gone="hidden" in given or _is_gone(css),
        tiny=_tiny(css, given.get("size", "")),
        unseen=_unseen(css.get("visibility")),
        colour=colour,
        ground=_ground(css, given.get("bgcolor", "").lower()),
        kept_lines=css["white-space"].startswith("pre") if "white-space" in css else None,
    )


def _is_gone(css: dict[str, str]) -> bool:
    flat = any(_ZERO.fullmatch(css[n]) for n in ("height", "max-height", "width", "max-width") if css.get(n))
    return (
        css.get("display") == "none"
        or (bool(css.get("opacity")) and _FAINT.fullmatch(css["opacity"]) is not None)
        or (flat and css.get("overflow") == "hidden")
        or any(_FAR.fullmatch(css[n]) for n in _OFF_SCREEN if n in css)
    )


def _tiny(css: dict[str, str], size: str) -> bool | None:
    value = css.get("font-size", "")
    if not value:
        return False if size.strip() else None
    return value == "0" or _TINY.fullmatch(value) is not None


def _unseen(visibility: str | None) -> bool | None:
    return None if visibility is None else visibility in ("hidden", "collapse")


def _ground(css: dict[str, str], attribute: str) -> str | None:
    if "background-image" in css:
        return UNKNOWN
    value = css.get("background-color") or css.get("background") or attribute
    if "url(" in value or "gradient" in value:
        return UNKNOWN
    for word in _COLOUR.findall(value):
        if (found := _colour(word)) is not None and found not in (UNKNOWN, "clear"):
            return found
    return UNKNOWN if value and value not in ("none", "transparent", "inherit", "initial") else None


def _colour(value: str) -> str | None:
    """ "#rrggbb", "clear" for wholly transparent, UNKNOWN for other colours, `None` where nothing is said."""
    value = value.strip()
    if value in ("", "inherit", "initial", "currentcolor"):
        return None
    if value == "transparent":
        return "clear"
    if _HEX.fullmatch(value):
        return value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:])
    if found := _RGB.fullmatch(value):
        if found[4] is not None and not found[4].strip("0.%"):
            return "clear"
        return "#" + "".join(f"{min(int(found[i]), 255):02x}" for i in (1, 2, 3))
    return _NAMED.get(value, UNKNOWN)
