"""Which text parts must carry the footer so that every reader of the message sees it.

Mail programs show one alternative of several, the root of a related part and the first text of a mixed one. Where
that choice is open, or where what is shown is sealed or rendered from something else, nothing is altered.
"""

from gatekeeper.core.message import Part
from gatekeeper.mail.refusal import CannotAlter
from gatekeeper.mail.structure import MESSAGES

TEXTS = frozenset({"text/plain", "text/html"})
_CONTAINERS = frozenset({"multipart/alternative", "multipart/related", "multipart/mixed"})
_SHOWN_BY_FEW = frozenset({"text/enriched", "text/watch-html"})
"""Alternatives that are left as they are: no program in use prefers them."""

_SEALED = {
    "multipart/signed": "The message is signed.",
    "multipart/encrypted": "The message is encrypted.",
    "application/pkcs7-mime": "The message is signed or encrypted (S/MIME).",
    "application/x-pkcs7-mime": "The message is signed or encrypted (S/MIME).",
}
_SEALS = {
    "application/pgp-encrypted": "The message is encrypted (PGP).",
    "application/pgp-signature": "The message is signed (PGP).",
    "application/pkcs7-mime": "The message is signed or encrypted (S/MIME).",
    "application/x-pkcs7-mime": "The message is signed or encrypted (S/MIME).",
    "application/pkcs7-signature": "The message is signed (S/MIME).",
    "application/x-pkcs7-signature": "The message is signed (S/MIME).",
    "application/ms-tnef": "Outlook shows its own copy of the text (TNEF), not the text itself.",
    "application/vnd.ms-tnef": "Outlook shows its own copy of the text (TNEF), not the text itself.",
}
"""Parts that, wherever they stand outside a forwarded message, say that the text is sealed or not what is shown."""

_CALENDAR = "Calendar programs show the invitation, not the text."


def targets(root: Part) -> tuple[Part, ...]:
    """The text parts to alter, in the order of the message: all of them, or `CannotAlter`.

    That a header calls the message automatic is no reason to leave it: anybody can write one, and what is automatic
    in truth is never to be altered and does not come here.
    """
    _no_seal(root)
    leaves = _leaves(root, sole=True)
    if not leaves:
        raise CannotAlter("There is no text that every reader sees.")
    return leaves


def _no_seal(root: Part) -> None:
    todo = [root]
    while todo:
        part = todo.pop()
        if part.type in _SEALS:
            raise CannotAlter(_SEALS[part.type])
        name = part.filename.lower()
        if name == "winmail.dat":
            raise CannotAlter(_SEALS["application/ms-tnef"])
        if name in ("smime.p7m", "smime.p7s", "smime.p7z"):
            raise CannotAlter(_SEALS["application/pkcs7-mime"])
        if part.type == "text/calendar" and not part.is_attachment:
            raise CannotAlter(_CALENDAR)
        if part.type not in MESSAGES:
            todo.extend(part.children)


def _leaves(part: Part, sole: bool = False) -> tuple[Part, ...]:
    """The text parts to alter at or below `part`. Depth is bounded by the scan."""
    if part.faults:
        raise CannotAlter(f"Mail programs read the structure differently: {part.faults[0]}.")
    if part.type in _SEALED:
        raise CannotAlter(_SEALED[part.type])
    if part.disposition == "attachment" or (part.filename and not sole):
        raise CannotAlter("The text is an attachment.")
    match part.type:
        case "text/plain" | "text/html":
            return (part,)
        case "multipart/alternative":
            return _alternatives(part)
        case "multipart/related":
            return _leaves(_related_root(part))
        case "multipart/mixed":
            return _mixed(part)
    raise CannotAlter(_other(part.type))


def _other(kind: str) -> str:
    if kind == "multipart/report" or kind.startswith("message/"):
        return "The message is a report or a piece of another message."
    if kind == "text/calendar":
        return _CALENDAR
    if kind.startswith("multipart/"):
        return "The message is put together in a way that mail programs show differently."
    if kind.startswith("text/"):
        return "The text is in a form that is neither plain text nor HTML."
    return "The message has no text."


def _alternatives(part: Part) -> tuple[Part, ...]:
    leaves: list[Part] = []
    for child in part.children:
        if child.type not in _SHOWN_BY_FEW:
            leaves.extend(_leaves(child))
    return tuple(leaves)


def _related_root(part: Part) -> Part:
    start = part.params.get("start", "").strip()
    if start:
        for child in part.children:
            if any(f.name == "content-id" and f.value == start for f in child.fields):
                return child
        raise CannotAlter("The root of a related part is not there.")
    return part.children[0]


def _mixed(part: Part) -> tuple[Part, ...]:
    """The first part holding text; where that is a bare text, the last of the bare texts (Apple Mail puts pictures
    between them)."""
    shown = [c for c in part.children if not c.is_attachment and (c.type in TEXTS or c.type.startswith("multipart/"))]
    if not shown:
        first = part.children[0]
        sealed = first.type in _SEALED
        raise CannotAlter(_SEALED[first.type] if sealed else "There is no text outside the attachments.")
    if shown[0].type in TEXTS:
        bare = [c for c in shown if c.type in TEXTS]
        for earlier in bare[:-1]:
            _leaves(earlier)
        return _leaves(bare[-1])
    return _leaves(shown[0])
