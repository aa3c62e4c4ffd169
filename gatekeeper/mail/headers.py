"""Header fields to addresses and identifiers (RFC 5322 sections 3.4 and 3.6).

An address counts only where a strict reading gives exactly that addr-spec. Every doubt, an obsolete form, a comment
inside angle brackets, an encoded word where an address belongs, leaves the address out: then it is treated as not
visible, which is the harmless error. One doubtful entry does not take its neighbours with it.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

from gatekeeper.core.address import Address, parse
from gatekeeper.core.message import Field, Mailbox, Span
from gatekeeper.mail.charset import decode_words

MAX_TOKENS = 40_960
"""Tokens of one field that are read. What stands beyond is not visible."""

MAX_KEPT = 2000
"""Characters up to which a field's mailboxes are remembered."""

MAX_IDS = 200
"""Identifiers of References that are kept: the last ones, which are the nearest ancestors."""

MAX_SIMPLE = 200
"""Characters up to which the short cut for one plain mailbox is tried; its expression backtracks."""

_TOKEN = re.compile(
    r"(?P<gap>[ \t]+)"
    r"|(?P<atom>[A-Za-z0-9!#$%&'*+/=?^_`{|}~\-\u0080-\U0010ffff]+)"
    r'|(?P<quoted>"(?:[^"\\\x00-\x08\x0a-\x1f\x7f]|\\[\t -~\u0080-\U0010ffff])*")'
    r"|(?P<literal>\[[^\[\]\\\x00-\x1f\x7f]*\])"
    r"|(?P<mark>[<>@,.:;])"
)
_COMMENT = re.compile(r"[()\\]")
_LABEL = re.compile(r"[A-Za-z0-9_\-\u0080-\U0010ffff]+")
_PLAIN_SPEC = r"[A-Za-z0-9_'\-]+(?:\.[A-Za-z0-9_'\-]+)*@[A-Za-z0-9\-]+(?:\.[A-Za-z0-9\-]+)*"
_SIMPLE = re.compile(
    rf"(?P<name>[A-Za-z0-9][A-Za-z0-9 '\-]*)?<(?P<angle>{_PLAIN_SPEC})>|(?P<bare>{_PLAIN_SPEC})", re.ASCII
)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_ID = re.compile(r"<[^<>\s]{1,998}>")
_REWRITTEN = re.compile(r"srs[01][=+-]|prvs=|imceaex?-", re.IGNORECASE)
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?(?:\n|\Z)")
_COLON = ord(":")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]+")


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
    if len(value) < MAX_SIMPLE and (found := _SIMPLE.fullmatch(value)):
        return tuple(_only(_mailbox(found["angle"] or found["bare"], (found["name"] or "").strip())))
    return tuple(_members(_tokens(value)))


def all_mailboxes(fields: Iterable[Field], name: str) -> tuple[Mailbox, ...]:
    """The mailboxes of every field of that name."""
    return tuple(box for f in fields if f.name == name for box in mailboxes(f.value))


def first_mailboxes(fields: Iterable[Field], name: str) -> tuple[Mailbox, ...]:
    """The mailboxes of the first field of that name: the only one that counts as shown to everybody."""
    return next((mailboxes(f.value) for f in fields if f.name == name), ())


def resent_block(fields: Iterable[Field]) -> tuple[Field, ...]:
    """The fields of the topmost Resent block (RFC 5322 section 3.6.6). It ends where a name comes again or a trace
    field stands between."""
    block: list[Field] = []
    for f in fields:
        if f.name.startswith("resent-"):
            if any(f.name == other.name for other in block):
                break
            block.append(f)
        elif block and f.name in ("received", "return-path"):
            break
    return tuple(block)


def shown(raw: bytes, header: Span, fields: tuple[Field, ...]) -> tuple[Field, ...]:
    """The fields that every client takes for fields of this header.

    Some programs end a header at a line that is no field, or at a continuation line of blanks only; some do not know
    a field with a space before its colon. What they may not show does not count.
    """
    blank = _BLANK_FOLD.search(raw, header.start, header.end)
    limit = blank.start() if blank else header.end
    found: list[Field] = []
    position = header.start
    for f in fields:
        if f.span.start != position or f.span.start >= limit:
            break
        position = f.span.end
        if raw[f.span.start + len(f.name)] == _COLON:
            found.append(f)
    return tuple(found)


def visible_addresses(fields: tuple[Field, ...]) -> tuple[Address, ...]:
    """The addresses that every recipient sees: first To, first Cc, and To and Cc of the topmost Resent block.

    An address in which a relay or a rewriter has wrapped another one is not shown as that other one, so it is left out.
    """
    block = resent_block(fields)
    boxes = (
        *first_mailboxes(fields, "to"),
        *first_mailboxes(fields, "cc"),
        *first_mailboxes(block, "resent-to"),
        *first_mailboxes(block, "resent-cc"),
    )
    return tuple(dict.fromkeys(b.address for b in boxes if not _is_wrapped(b.address)))


def message_ids(fields: Iterable[Field], name: str) -> tuple[str, ...]:
    """The identifiers of References or In-Reply-To, angle brackets included; words between them are passed over."""
    found = [i for f in fields if f.name == name for i in _ID.findall(f.value)]
    return tuple(dict.fromkeys(found[-MAX_IDS:]))


def message_id(fields: Iterable[Field]) -> str:
    """The Message-ID in angle brackets, "" where there is none. One written without brackets is given them."""
    value = next((f.value for f in fields if f.name == "message-id"), "").strip()
    if found := _ID.search(value):
        return found[0]
    bare = _CONTROL.sub("", value.partition(" ")[0]).strip("<>")
    return f"<{bare[:998]}>" if bare else ""


def readable(value: str) -> str:
    """A header text for people: encoded words decoded, control characters and line ends turned into blanks."""
    return _CONTROL.sub(" ", decode_words(value)).strip()


def _is_wrapped(address: Address) -> bool:
    return "%" in address.local or _REWRITTEN.match(address.local) is not None


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
