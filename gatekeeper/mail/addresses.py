"""An address list to mailboxes, read strictly (RFC 5322 section 3.4, RFC 6532).

An address counts only where a strict reading gives exactly that addr-spec. Every doubt, an obsolete form, a comment
inside angle brackets, an encoded word where an address belongs, leaves the address out: then it is treated as not
visible, which is the harmless error. One doubtful entry does not take its neighbours with it.
"""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from gatekeeper.core.address import parse
from gatekeeper.core.message import Mailbox
from gatekeeper.mail.charset import readable

MAX_TOKENS = 40_960
"""Tokens of one field that are read. What stands beyond is not visible."""

MAX_KEPT = 2000
"""Characters up to which a field's mailboxes are remembered."""

_TOKEN = re.compile(
    r"(?P<gap>[ \t]+)"
    r"|(?P<atom>[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+)"
    r'|(?P<quoted>"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t -~\u0080-\U0010ffff])*")'
    r"|(?P<literal>\[[^\[\]\\\x00-\x1f\x7f]*\])"
    r"|(?P<mark>[<>@,.:;])"
)
_COMMENT = re.compile(r"[()\\]")
_LABEL = re.compile(r"[A-Za-z0-9_\-\u0080-\U0010ffff]+")
_PLAIN_SPEC = r"[A-Za-z0-9_'\-]++(?:\.[A-Za-z0-9_'\-]++)*+@[A-Za-z0-9\-]++(?:\.[A-Za-z0-9\-]++)*+"
_SIMPLE = re.compile(
    rf"""[ ]?(?:(?:"(?P<quoted>[ !#-<>-\[\]-~]*+)"[ ]?|(?P<name>[A-Za-z0-9][A-Za-z0-9 '\-]*+))?"""
    rf"""<(?P<angle>{_PLAIN_SPEC})>|(?P<bare>{_PLAIN_SPEC}))(?:,|\Z)"""
)
"""A mailbox with nothing odd in it, which is nearly every one, and the comma behind it."""
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)


class _Token(NamedTuple):
    """`kind` is atom, quoted, literal, bad or the mark itself; `apart` says that white space or a comment precedes,
    `commented` that a comment does."""

    kind: str
    text: str
    apart: bool
    commented: bool


def mailboxes(value: str) -> tuple[Mailbox, ...]:
    """The mailboxes of an address field's value, group members included, in their order."""
    return _kept(value) if len(value) < MAX_KEPT else tuple(_members(_tokens(value)))


@lru_cache(maxsize=1024)
def _kept(value: str) -> tuple[Mailbox, ...]:
    """`mailboxes`, remembered: a field is asked for more than once, and the same people write every day."""
    boxes = _simple(value)
    return tuple(_members(_tokens(value))) if boxes is None else boxes


def _simple(value: str) -> tuple[Mailbox, ...] | None:
    """The mailboxes of a list in which every one is simple; `None` for any other list."""
    boxes: list[Mailbox] = []
    at = 0
    while at < len(value):
        found = _SIMPLE.match(value, at)
        if found is None:
            return None
        name = found["quoted"] or found["name"] or ""
        boxes.extend(_only(_mailbox(found["angle"] or found["bare"], name.strip())))
        at = found.end()
    return tuple(boxes)


def _tokens(value: str) -> Iterator[_Token]:
    """Lexical tokens. An unclosed quoted string, comment or literal ends the reading."""
    at = count = 0
    apart = commented = False
    while at < len(value) and count < MAX_TOKENS:
        found = _TOKEN.match(value, at)
        if found is None:
            at, kind = _unusual(value, at)
            if at < 0:
                yield _Token("bad", "", False, False)
                return
            if kind == "comment":
                apart = commented = True
                continue
            text = ""
        else:
            at, kind, text = found.end(), found.lastgroup or "", found[0]
            if kind == "gap":
                apart = True
                continue
        count += 1
        yield _Token(text if kind == "mark" else kind, text, apart, commented)
        apart = commented = False


def _unusual(value: str, at: int) -> tuple[int, str]:
    """Where reading goes on after a comment or a character that no token starts with; -1 where it cannot."""
    if value[at] == "(":
        return _after_comment(value, at), "comment"
    return (-1 if value[at] in '"[' else at + 1), "bad"


def _after_comment(value: str, at: int) -> int:
    depth = 0
    while found := _COMMENT.search(value, at):
        at = found.end()
        if found[0] == "\\":
            at += 1
        else:
            depth += 1 if found[0] == "(" else -1
            if depth == 0:
                return at
    return -1


def _members(tokens: Iterator[_Token]) -> Iterator[Mailbox]:
    """Walk the address list. Members of a group are given once its semicolon is seen."""
    entry: list[_Token] = []
    group: list[Mailbox] | None = None
    spoilt = False
    for token in tokens:
        if token.kind == ",":
            boxes = [] if spoilt else _entry(entry)
            if group is None:
                yield from boxes
            else:
                group.extend(boxes)
            entry, spoilt = [], False
        elif token.kind == ":" and group is None and _is_phrase(entry):
            group, entry = [], []
        elif token.kind == ";" and group is not None:
            yield from group
            yield from [] if spoilt else _entry(entry)
            group, entry, spoilt = None, [], False
        elif token.kind in ("bad", ";", ":"):
            spoilt = True
        else:
            entry.append(token)
    if group is None and not spoilt:
        yield from _entry(entry)


def _is_phrase(entry: list[_Token]) -> bool:
    return bool(entry) and all(t.kind in ("atom", "quoted", ".") for t in entry)


def _entry(entry: list[_Token]) -> list[Mailbox]:
    """The mailbox of one comma-separated entry: none or one."""
    if not entry:
        return []
    if entry[-1].kind != ">":
        return _only(_mailbox(_addr_spec(entry), ""))
    opening = next((i for i, t in enumerate(entry) if t.kind == "<"), -1)
    phrase, inside = entry[:opening], entry[opening + 1 : -1]
    if opening < 0 or (phrase and not _is_phrase(phrase)) or any(t.commented for t in (*inside, entry[-1])):
        return []
    return _only(_mailbox(_addr_spec(inside), _phrase(phrase)))


def _only(box: Mailbox | None) -> list[Mailbox]:
    return [] if box is None else [box]


def _addr_spec(tokens: list[_Token]) -> str:
    """The addr-spec these tokens are, without white space or comments inside; "" where they are none."""
    at = next((i for i, t in enumerate(tokens) if t.kind == "@"), 0)
    if at == 0 or any(t.apart for t in tokens[1:]):
        return ""
    local, domain = tokens[:at], tokens[at + 1 :]
    if not (_is_dot_atom(local) or (len(local) == 1 and local[0].kind == "quoted")):
        return ""
    if _is_dot_atom(domain):
        if not all(_LABEL.fullmatch(t.text) for t in domain[::2]):
            return ""
    elif len(domain) != 1 or domain[0].kind != "literal":
        return ""
    return "".join(t.text for t in tokens)


def _is_dot_atom(tokens: list[_Token]) -> bool:
    return len(tokens) % 2 == 1 and all(t.kind == ("." if i % 2 else "atom") for i, t in enumerate(tokens))


def _mailbox(spec: str, name: str) -> Mailbox | None:
    """`None` for a spec that is none, hides an encoded word, or that compatibility mapping would make another."""
    if not spec or "=?" in spec or not (spec.isascii() or _is_stable(spec)):
        return None
    address = parse(spec)
    return None if address is None or str(address) != spec else Mailbox(address, name)


def _is_stable(spec: str) -> bool:
    odd = any(unicodedata.category(c)[0] in "CZ" for c in spec if c > "\x7f")
    return not odd and unicodedata.normalize("NFKC", spec) == spec


def _phrase(tokens: list[_Token]) -> str:
    """A display name: quoted strings unquoted, encoded words decoded, white space made single."""
    out: list[str] = []
    for token in tokens:
        if token.apart and out:
            out.append(" ")
        out.append(_ESCAPED.sub(r"\1", token.text[1:-1]) if token.kind == "quoted" else token.text)
    return readable("".join(out))
