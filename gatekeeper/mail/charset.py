"""Octets to text: transfer encodings (RFC 2045), character sets and encoded words (RFC 2047). Nothing here raises.

Labels are often wrong or unknown, so reading tries what a mail client would try, and says what stays doubtful.
"""

import binascii
import codecs
import re
from functools import lru_cache

_ALIASES = {
    "us-ascii": "",
    "ascii": "",
    "x-unknown": "",
    "unknown-8bit": "",
    "x-user-defined": "",
    "iso-8859-1": "windows-1252",
    "latin1": "windows-1252",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "iso-8859-6-i": "iso-8859-6",
    "windows-874": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "euc-kr": "cp949",
    "shift_jis": "cp932",
    "x-sjis": "cp932",
    "unicode-1-1-utf-7": "utf-7",
    "cp-850": "cp850",
}
_REFUSED = frozenset({"idna", "punycode", "unicode-escape", "raw-unicode-escape", "undefined", "mbcs", "oem", "palmos"})
_SURROGATE = re.compile("[\ud800-\udfff]")
_LABEL = re.compile(r"[a-z0-9][a-z0-9_.:+-]{0,39}")
_NOT_BASE64 = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_PADDING = re.compile(rb"=+")
_WORD = re.compile(r"=\?([^?\s*]{1,64})(?:\*[^?\s]{0,32})?\?([bBqQ])\?([^?]*)\?=")
_CONTROL = re.compile("[\x00-\x1f\x7f\ud800-\udfff]+")
_PLAIN_ENCODINGS = frozenset({"", "7bit", "8bit", "binary"})


@lru_cache(maxsize=256)
def codec(label: str) -> str | None:
    """The codec for a charset label; "" where the label says nothing, `None` where nobody knows it."""
    label = label.strip().strip("\"'").lower()
    if not label:
        return ""
    label = _ALIASES.get(label, label)
    if not label:
        return ""
    if not _LABEL.fullmatch(label):
        return None
    for name in (label, label.removeprefix("x-")):
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError):
            continue
        if found.name.replace("_", "-") not in _REFUSED:
            return found.name
    return None


def decode(raw: bytes, label: str = "") -> tuple[str, bool]:
    """Text and whether the reading is sure: the declared set, else UTF-8, else windows-1252 as a guess."""
    name = codec(label)
    tries = (name, "utf-8") if name else ("utf-8",)
    for attempt in tries:
        try:
            text = raw.decode(attempt)
            return (text if attempt == "utf-8" else _SURROGATE.sub("\ufffd", text)), True
        except (UnicodeError, LookupError, ValueError):
            continue
    return _western(raw, sure=name == "")


def _western(raw: bytes, sure: bool) -> tuple[str, bool]:
    try:
        return raw.decode("cp1252"), sure
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace"), False


def transfer_decode(raw: bytes, encoding: str) -> tuple[bytes, bool]:
    """The octets behind a Content-Transfer-Encoding, and whether the encoding is one we know."""
    if encoding in _PLAIN_ENCODINGS:
        return raw, True
    if encoding == "base64":
        return from_base64(raw), True
    if encoding == "quoted-printable":
        return binascii.a2b_qp(raw), True
    return raw, False


def from_base64(raw: bytes) -> bytes:
    """Every octet that a lenient client would find, also behind padding in mid-stream, which some decode past."""
    runs = _PADDING.split(raw.translate(None, _NOT_BASE64))
    return b"".join(_quanta(run) for run in runs if len(run) > 1)


def _quanta(run: bytes) -> bytes:
    rest = len(run) % 4
    if rest == 1:
        run, rest = run[:-1], 0
    return binascii.a2b_base64(run + b"=" * (-rest % 4))


def decode_words(value: str) -> str:
    """A header text with its encoded words decoded; what is no valid encoded word stays as it stands."""
    if "=?" not in value:
        return value
    out: list[str] = []
    held: tuple[str, bytes] | None = None
    end = 0
    for word in _WORD.finditer(value):
        between = value[end : word.start()]
        octets = _octets(word[2], word[3])
        if held is not None and not between.strip() and held[0] == word[1].lower():
            held = (held[0], held[1] + octets)
        else:
            out.extend(_flush(held))
            if held is None or between.strip():
                out.append(between)
            held = (word[1].lower(), octets)
        end = word.end()
    out.extend(_flush(held))
    out.append(value[end:])
    return "".join(out)


def _flush(held: tuple[str, bytes] | None) -> tuple[str, ...]:
    return () if held is None else (decode(held[1], held[0])[0],)


def _octets(kind: str, text: str) -> bytes:
    raw = text.encode("utf-8", "surrogatepass")
    return from_base64(raw) if kind in "bB" else binascii.a2b_qp(raw, header=True)


def readable(value: str) -> str:
    """A header text for people: encoded words decoded, control characters and line ends turned into blanks."""
    return one_line(decode_words(value))


def one_line(text: str) -> str:
    """`text` with control characters, line ends and lone surrogates turned into blanks."""
    return _CONTROL.sub(" ", text).strip()
