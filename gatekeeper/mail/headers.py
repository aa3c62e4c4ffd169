"""Header fields to addresses and identifiers (RFC 5322 sections 3.4 and 3.6).

Visible is only what every client shows to everybody; in doubt an address is not.
"""

import re
from collections.abc import Iterable

from gatekeeper.core.address import Address
from gatekeeper.core.message import Field, Mailbox, Span
from gatekeeper.mail.addresses import mailboxes

MAX_IDS = 200
"""Identifiers of References that are kept: the last ones, which are the nearest ancestors."""

_ID = re.compile(r"<[^<>\s\x00-\x1f\x7f]{1,998}>")
_REWRITTEN = re.compile(r"srs[01][=+-]|prvs=|imceaex?-", re.IGNORECASE)
_BLANK_FOLD = re.compile(rb"\n[ \t]+\r?(?:\n|\Z)")
_COLON = ord(":")


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
    bare = "".join(c for c in value.partition(" ")[0] if c.isprintable()).strip("<>")
    return f"<{bare[:998]}>" if bare else ""


def _is_wrapped(address: Address) -> bool:
    return "%" in address.local or _REWRITTEN.match(address.local) is not None
