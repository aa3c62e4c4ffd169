"""The arguments of MAIL, RCPT and XCLIENT: cut apart, never rewritten."""

import re
from collections.abc import Iterable

from gatekeeper.core.envelope import Path

_PATH = rb'<((?:[^\x00-\x20\x7f"<>]|"(?:[^\x00-\x1f\x7f"\\]|\\[ -~])*")*)>'
_PARAM = rb"[A-Za-z0-9][A-Za-z0-9-]*(?:=[^\x00-\x20\x7f=][^\x00-\x20\x7f]*)?"
_ARGUMENT = re.compile(
    rb"(?:FROM|TO):[ \t]*" + _PATH + rb"(?:[ \t]+(" + _PARAM + rb"(?:[ \t]+" + _PARAM + rb")*))?[ \t]*", re.IGNORECASE
)
_XTEXT = re.compile(rb"\+([0-9A-F]{2})")
_UNKNOWN = frozenset({b"[UNAVAILABLE]", b"[TEMPUNAVAIL]"})
_ATTRIBUTE = re.compile(rb"([A-Za-z]+)=([!-~]*)")


def path_of(argument: bytes, keyword: bytes) -> Path | None:
    """The path of `FROM:<...>` or `TO:<...>` with its parameters as they came; `None` where that is not what stands
    there. A quoted local part may hold anything printable (RFC 5321 section 4.1.2)."""
    if argument[: len(keyword)].upper() != keyword:
        return None
    found = _ARGUMENT.fullmatch(argument)
    return Path(found[1], found[2] or b"") if found else None


def parameter(params: bytes, name: bytes) -> bytes | None:
    """The value of the first parameter of that name; empty where it has none, `None` where it is absent."""
    for word in params.split():
        key, _, value = word.partition(b"=")
        if key.upper() == name:
            return value
    return None


def without(path: Path, names: Iterable[bytes]) -> Path:
    """The path without the parameters of these names."""
    if not path.params:
        return path
    unwanted = frozenset(names)
    kept = [w for w in path.params.split() if w.partition(b"=")[0].upper() not in unwanted]
    return path if len(kept) == len(path.params.split()) else Path(path.raw, b" ".join(kept))


def account_of(value: bytes) -> str:
    """The name in AUTH= or XCLIENT LOGIN=: xtext undone (RFC 3461 section 4); "" where nobody is named."""
    if value == b"<>" or value.upper() in _UNKNOWN:
        return ""
    return _XTEXT.sub(lambda m: bytes((int(m[1], 16),)), value).decode("utf-8", "replace")


def attributes(argument: bytes) -> dict[bytes, str] | None:
    """Attributes of XCLIENT by their name in capitals; a value of "" is unknown. `None` where one is malformed."""
    found = [_ATTRIBUTE.fullmatch(word) for word in argument.split()]
    if not found or not all(found):
        return None
    return {m[1].upper(): account_of(m[2]) for m in found if m}


def command_line(verb: bytes, path: Path) -> bytes:
    """`MAIL FROM` or `RCPT TO` with the path as it came."""
    return b"%b:<%b>%b" % (verb, path.raw, b" " + path.params if path.params else b"")
