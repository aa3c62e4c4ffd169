"""A message as octets to a `Message`, or to `Unreadable` with the reason. Never raises.

Limits are those of `structure` and `fields`, and `MAX_TEXT` of `texts`. What they keep from being read makes the
message `Unreadable`; a single text that cannot be read well is named in `Message.unread`, and so is, under the name
"structure", what makes mail programs read the parts in different ways.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from gatekeeper.core.message import STRUCTURE, Automatic, Field, Mailbox, Message, Part, Text, Unreadable, Where
from gatekeeper.mail import fields as header_fields
from gatekeeper.mail import headers
from gatekeeper.mail.charset import one_line, readable
from gatekeeper.mail.structure import MESSAGES, Malformed, scan
from gatekeeper.mail.texts import MAX_TEXT, OPAQUE, Reading, TooMuchText

_SINGLE = ("from", "sender", "reply-to", "to", "cc", "subject", "date", "message-id")
_FORWARD = re.compile(r"\s*(?:(?:re|ateb)\s*:\s*)*(?:fwd?|ymlaen|wg)\s*:", re.IGNORECASE)
_REPORTS = frozenset({"multipart/report", "message/disposition-notification", "message/delivery-status"})
_AMBIGUOUS = (
    "duplicate Content-Type",
    "duplicate Content-Transfer-Encoding",
    "duplicate boundary",
    "duplicate charset",
    "boundary is a prefix",
    "same boundary",
    "composite type",
    "no boundary",
    "no delimiter",
    "delimiter after the end",
    "unreadable Content-Type",
    header_fields.ODD_LINE,
    header_fields.BLANK_FOLD,
)
_ENCRYPTED_KINDS = ("enveloped-data", "authenveloped-data", "")
_ARMOUR = b"-----BEGIN PGP "
_SIGNED_ARMOUR = "-----BEGIN PGP SIGNED MESSAGE-----"
_ENCRYPTED_ARMOUR = "-----BEGIN PGP MESSAGE-----"


def read(raw: bytes, texts: bool = True) -> Message | Unreadable:
    """Read a message. Without `texts` only headers and structure are read: `Message.texts` is empty, and what only
    texts tell (`unread`, `attachments`, armour inside a transfer encoding, a calendar's METHOD in its body) is not
    known."""
    try:
        message = _message(raw, scan(raw))
    except Malformed as broken:
        return _unreadable(raw, broken.reason)
    return with_texts(raw, message) if texts else message


def with_texts(raw: bytes, message: Message) -> Message | Unreadable:
    """The message, which was read from `raw` without them, with its texts and what they tell."""
    root = message.root
    reading = Reading(raw, _FORWARD.match(message.subject) is not None)
    try:
        reading.everything(root)
    except TooMuchText:
        return _unreadable(raw, f"The text is longer than {MAX_TEXT // 1024} KiB.")
    outer = _outer_parts(root)
    signed, encrypted = _sealed(raw, outer, reading.texts)
    return replace(
        message,
        texts=tuple(reading.texts),
        attachments=tuple(reading.others),
        signed=signed,
        encrypted=encrypted,
        automatic=_automatic(root, outer, reading.texts),
        unread=(*reading.unread, *_structure(root, encrypted)),
    )


def _unreadable(raw: bytes, reason: str) -> Unreadable:
    """`Unreadable` with what its header still tells."""
    top = raw[: header_fields.MAX_HEADER]
    try:
        end, _, _ = header_fields.split(top, 0, len(top))
        found, _ = header_fields.fields(top, 0, end)
    except Malformed:
        return Unreadable(reason)
    return Unreadable(
        reason, _subject(found), headers.message_id(found), headers.all_mailboxes(found, "from"), _sender(found)
    )


def _message(raw: bytes, root: Part) -> Message:
    """What headers and structure tell."""
    fields = root.fields
    named = _by_name(fields)
    outer = _outer_parts(root)
    signed, encrypted = _sealed(raw, outer, ())
    return Message(
        root=root,
        fields=fields,
        subject=_subject(named["subject"]),
        message_id=headers.message_id(named["message-id"]),
        in_reply_to=headers.message_ids(named["in-reply-to"], "in-reply-to"),
        references=headers.message_ids(named["references"], "references"),
        date=one_line(_first(named["date"], "date")),
        from_=headers.all_mailboxes(named["from"], "from"),
        sender=_sender(named["sender"]),
        reply_to=headers.all_mailboxes(named["reply-to"], "reply-to"),
        to=headers.all_mailboxes(named["to"], "to"),
        cc=headers.all_mailboxes(named["cc"], "cc"),
        bcc=headers.all_mailboxes(named["bcc"], "bcc"),
        resent_to=headers.first_mailboxes(headers.resent_block(fields), "resent-to") if named["resent-to"] else (),
        visible=headers.visible_addresses(headers.shown(raw, root.header, fields)),
        texts=(),
        signed=signed,
        encrypted=encrypted,
        automatic=_automatic(root, outer, ()),
        unread=_structure(root, encrypted),
        notes=tuple(_notes(root, named)),
    )


def _by_name(fields: Iterable[Field]) -> defaultdict[str, list[Field]]:
    """The fields in their order, gathered under their names, as most are asked for by name."""
    named: defaultdict[str, list[Field]] = defaultdict(list)
    for f in fields:
        named[f.name].append(f)
    return named


def _first(fields: Iterable[Field], name: str) -> str:
    return next((f.value for f in fields if f.name == name), "")


def _subject(fields: Iterable[Field]) -> str:
    return readable(_first(fields, "subject"))


def _sender(fields: Iterable[Field]) -> Mailbox | None:
    return next(iter(headers.first_mailboxes(fields, "sender")), None)


def _outer_parts(root: Part) -> tuple[Part, ...]:
    """The parts of this message, without those of messages inside it."""
    found: list[Part] = []
    todo = [root]
    while todo:
        part = todo.pop()
        found.append(part)
        if part.type not in MESSAGES:
            todo.extend(reversed(part.children))
    return tuple(found)


def _sealed(raw: bytes, parts: Iterable[Part], texts: Iterable[Text]) -> tuple[bool, bool]:
    """(signed, encrypted) by S/MIME (RFC 8551), PGP/MIME (RFC 3156) or inline PGP."""
    signed = encrypted = False
    for part in parts:
        signed = signed or part.type == "multipart/signed"
        encrypted = encrypted or part.type == "multipart/encrypted"
        if part.type in OPAQUE:
            kind = part.params.get("smime-type", "").lower()
            encrypted = encrypted or kind in _ENCRYPTED_KINDS
            signed = signed or kind == "signed-data"
    if _ARMOUR in raw:
        signed = signed or _SIGNED_ARMOUR.encode() in raw
        encrypted = encrypted or _ENCRYPTED_ARMOUR.encode() in raw
    for text in texts:
        if "-----BEGIN PGP" in text.text:
            signed = signed or _SIGNED_ARMOUR in text.text
            encrypted = encrypted or _ENCRYPTED_ARMOUR in text.text
    return signed, encrypted


def _automatic(root: Part, parts: Iterable[Part], texts: Iterable[Text]) -> Automatic:
    """By RFC 6522, RFC 8098, RFC 3834, the fields older programs use, and RFC 6047."""
    if root.type in _REPORTS:
        return Automatic.REPORT
    if any(p.type == "text/calendar" and p.params.get("method", "").lower() == "reply" for p in parts) or any(
        t.where is Where.ATTACHMENT and t.text.lstrip().startswith("BEGIN:VCALENDAR") and "\nMETHOD:REPLY\n" in t.text
        for t in texts
    ):
        return Automatic.CALENDAR
    submitted = _first(root.fields, "auto-submitted").partition(";")[0].strip().lower()
    if submitted not in ("", "no") or _first(root.fields, "precedence").strip().lower() == "auto_reply":
        return Automatic.REPLY
    if any(f.name in ("x-autoreply", "x-autorespond", "x-autoresponder") for f in root.fields):
        return Automatic.REPLY
    return Automatic.NO


def _structure(root: Part, encrypted: bool) -> tuple[tuple[str, str], ...]:
    faults = dict.fromkeys(fault for part in root.walk() for fault in part.faults if fault.startswith(_AMBIGUOUS))
    found = tuple((STRUCTURE, fault) for fault in faults)
    return (*found, ("body", "encrypted")) if encrypted else found


def _notes(root: Part, named: Mapping[str, list[Field]]) -> Iterable[str]:
    """What is odd: fields that came more than once, and what the structure says of its parts."""
    for name in _SINGLE:
        if len(named[name]) > 1:
            yield f"more than one {'-'.join(w.capitalize() for w in name.split('-'))} field"
    yield from dict.fromkeys(fault for part in root.walk() for fault in (*part.faults, *part.notes))
