"""The footer's words as octets that the part's character set reads the way they are meant."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from gatekeeper.core.message import Part
from gatekeeper.mail.refusal import CannotAlter

MAX_LINE = 300
"""Characters of one footer line."""

_SUPERSET = re.compile(
    r"(?:us-)?ascii|utf-?8|iso-?8859-(?:1|2|3|4|5|6|7|8|9|10|11|13|14|15|16)|latin-?1|(?:windows-|cp)125[0-8]|koi8-[ru]"
)
"""Labels under which octets below 128 always are ASCII and no octet changes the meaning of a later one."""
_NOT_ASCII = re.compile(r"utf-?(?:7|16|32)|ucs|unicode|iso-?2022|hz|ibm|cp0|cp[15]0\d|ebcdic|.*ebcdic", re.IGNORECASE)
_SHIFTS = (b"\x1b", b"\x0e", b"\x0f", b"\0")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LETTERS = str.maketrans(
    {"ß": "ss", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D", "ð": "d", "Ð": "D",
     "þ": "th", "Þ": "Th", "ł": "l", "Ł": "L", "\u0131": "i",
     "‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Words:
    """Footer lines as octets. `charset` and `encoding` are given where the part must be labelled anew for them."""

    lines: tuple[bytes, ...]
    charset: str = ""
    encoding: str = ""


def clean(lines: tuple[str, ...]) -> tuple[str, ...]:
    """The lines without what is invisible, turns the reading direction or breaks a line; empty lines go."""
    shown = (
        line
        if line.isascii() and line.isprintable()
        else "".join(c for c in unicodedata.normalize("NFC", line) if _visible(c))
        for line in lines
    )
    return tuple(line for s in shown if (line := " ".join(s.split())[:MAX_LINE]))


def _visible(character: str) -> bool:
    return unicodedata.category(character) not in _INVISIBLE


def require_ascii_superset(part: Part, content: bytes) -> None:
    """Raises `CannotAlter` unless ASCII octets mean themselves anywhere between lines of this part."""
    if any(shift in content for shift in _SHIFTS):
        raise CannotAlter("The text switches between character sets.")
    if _SUPERSET.fullmatch(part.charset) or not part.charset:
        return
    if _NOT_ASCII.match(part.charset) or not content.isascii():
        raise CannotAlter("The text is in a character set that is not altered.")


def html_lines(lines: tuple[str, ...]) -> tuple[bytes, ...]:
    """The lines as ASCII with references for everything else (HTML standard, section 13.1.4)."""
    quoted = (
        line.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;") for line in lines
    )
    return tuple(line.encode("ascii", "xmlcharrefreplace") for line in quoted)


def plain_lines(lines: tuple[str, ...], part: Part, content: bytes, may_label: bool) -> Words:
    """The lines for a plain text: as they are where the part can say so, labelled anew where that is safe
    (`may_label`, and the text is pure ASCII so that no label reads it differently), else in ASCII letters.

    No octet above 127 comes into a text that has none as it travels: the next hop may not take 8-bit mail.
    """
    if all(line.isascii() for line in lines):
        return Words(tuple(line.encode("ascii") for line in lines))
    eight_bit = part.encoding in ("base64", "quoted-printable") or not content.isascii()
    encoded = _encoded(lines, part.charset, content)
    if encoded and eight_bit:
        return Words(encoded)
    known = not part.charset or _SUPERSET.fullmatch(part.charset)
    if content.isascii() and may_label and known:
        charset = "" if encoded else "utf-8"
        words = encoded or tuple(line.encode("utf-8") for line in lines)
        return Words(words, charset, "" if eight_bit else "quoted-printable")
    return Words(tuple(ascii_form(line).encode("ascii") for line in lines))


def _encoded(lines: tuple[str, ...], charset: str, content: bytes) -> tuple[bytes, ...] | None:
    if not charset or charset.endswith("ascii") or not _SUPERSET.fullmatch(charset):
        return None
    try:
        codec = codecs.lookup(charset)
        if codec.name == "utf-8":
            content.decode("utf-8")
        return tuple(codec.encode(line)[0] for line in lines)
    except (LookupError, UnicodeError):
        return None


def ascii_form(text: str) -> str:
    """`text` in ASCII letters, as names are written where no others are to be had."""
    plain = unicodedata.normalize("NFKD", text.translate(_LETTERS))
    return "".join(c for c in plain if not unicodedata.combining(c)).encode("ascii", "replace").decode("ascii")
