"""The texts of a message: its subject, what its body parts show and hide, forwarded messages, text attachments."""

import re
from dataclasses import dataclass, field

from gatekeeper.core.message import FRAGMENTS, Field, Part, Text, Where, Zone
from gatekeeper.mail import html
from gatekeeper.mail.charset import decode, one_line, readable, transfer_decode
from gatekeeper.mail.structure import MESSAGES
from gatekeeper.mail.zones import hidden_zones, whole, zones

MAX_TEXT = 2 * 1024 * 1024
"""Octets of text, transfer encoding undone, that are read of one message."""

OPAQUE = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_HTML_TYPES = frozenset({"text/html", "application/xhtml+xml", "text/x-amp-html", "text/enriched"})
_BODY_TYPES = frozenset({"text/plain", "text/html", "text/x-amp-html", "text/enriched"})
_META_CHARSET = re.compile(rb"""<meta[^<>]{0,200}?charset=["']?([A-Za-z0-9_.:-]{1,40})""", re.IGNORECASE)
_WHY = {
    **dict.fromkeys(OPAQUE, "S/MIME, encrypted or signed as a whole"),
    **dict.fromkeys(TNEF, "Outlook's own format (winmail.dat)"),
    **dict.fromkeys(FRAGMENTS, "only a fragment or a reference, its text is elsewhere"),
}


class TooMuchText(Exception):
    """The displayed text of the message is longer than `MAX_TEXT`."""


@dataclass(slots=True)
class Reading:
    """Texts as they are gathered. `others` are the names of attachments that gave no text."""

    raw: bytes
    forwarding: bool
    texts: list[Text] = field(default_factory=list)
    unread: list[tuple[str, str]] = field(default_factory=list)
    others: list[str] = field(default_factory=list)
    budget: int = MAX_TEXT

    def subjects(self, fields: tuple[Field, ...]) -> None:
        for f in fields:
            if f.name == "subject" and (subject := readable(f.value)):
                self._add(Where.SUBJECT, subject, Zone.OWN)

    def everything(self, root: Part) -> None:
        """Read the subject, every leaf, and the subjects of the messages inside."""
        self.subjects(root.fields)
        todo = [(root, False)]
        while todo:
            part, forwarded = todo.pop()
            if part.type in MESSAGES and part.children:
                self.forwarded_subject(part.children[0])
                forwarded = True
            if part.children:
                todo.extend((child, forwarded) for child in reversed(part.children))
            elif len(part.body):
                self.part(part, forwarded)

    def part(self, part: Part, forwarded: bool) -> None:
        """Read a leaf."""
        name = one_line(part.filename) or ("" if _is_body(part) else part.type)
        if part.type in OPAQUE or part.type in TNEF or part.type in FRAGMENTS:
            self.unread.append((one_line(part.filename) or "body", _WHY[part.type]))
        elif part.type in MESSAGES and len(part.body):
            self.unread.append((one_line(part.filename) or "attached message", "a message inside a transfer encoding"))
        elif not _is_text(part):
            self.others.append(one_line(part.filename) or part.type)
        elif (text := self._decoded(part, name)) is None:
            return
        elif part.is_attachment or not _is_body(part):
            self._attachment(part, text, name, forwarded)
        elif part.type in _HTML_TYPES:
            self._html(text, forwarded)
        else:
            self._plain(text, forwarded)

    def forwarded_subject(self, message: Part) -> None:
        for f in message.fields:
            if f.name == "subject" and (subject := readable(f.value)):
                self._add(Where.FORWARDED, subject, Zone.FORWARDED)

    def _decoded(self, part: Part, name: str) -> str | None:
        octets, known = transfer_decode(self.raw[part.body.start : part.body.end], part.encoding)
        if len(octets) > self.budget:
            if not part.is_attachment:
                raise TooMuchText
            self.unread.append((name, "too long to be read"))
            return None
        self.budget -= len(octets)
        text, sure = decode(octets, part.charset or (_meta_charset(octets) if part.type in _HTML_TYPES else ""))
        if not known:
            self.unread.append((name or "body", "unknown transfer encoding"))
        elif not sure:
            self.unread.append((name or "body", "unknown or wrong character set"))
        text = text.removeprefix("\ufeff").replace("\0", "")
        return text.replace("\r\n", "\n").replace("\r", "\n") if "\r" in text else text

    def _plain(self, text: str, forwarded: bool) -> None:
        if forwarded:
            self._add(Where.FORWARDED, text, Zone.FORWARDED)
        elif text.strip():
            self.texts.append(Text(Where.BODY, text, zones(text, (), self.forwarding)))

    def _html(self, source: str, forwarded: bool) -> None:
        page = html.page(source)
        if forwarded:
            self._add(Where.FORWARDED, page.visible, Zone.FORWARDED)
            self._add(Where.FORWARDED, page.hidden, Zone.FORWARDED)
            return
        seen = Text(Where.HTML, page.visible, zones(page.visible, page.marks, self.forwarding))
        if page.visible.strip():
            self.texts.append(seen)
        if page.hidden.strip():
            self.texts.append(Text(Where.HTML_HIDDEN, page.hidden, hidden_zones(page, seen.stretches)))

    def _attachment(self, part: Part, text: str, name: str, forwarded: bool) -> None:
        zone = Zone.FORWARDED if forwarded else Zone.OWN
        pieces = [text]
        if part.type in _HTML_TYPES:
            page = html.page(text)
            pieces = [page.visible, page.hidden]
        for piece in pieces:
            self._add(Where.ATTACHMENT, piece, zone, name)

    def _add(self, where: Where, text: str, zone: Zone, name: str = "") -> None:
        if text.strip():
            self.texts.append(Text(where, text, whole(text, zone), name))


def _meta_charset(octets: bytes) -> str:
    """The character set that an HTML text itself names."""
    found = _META_CHARSET.search(octets, 0, 1024)
    return found[1].decode("ascii") if found else ""


def _is_text(part: Part) -> bool:
    """A multipart that could not be divided is shown as text by some clients, so it is read as one."""
    return part.type.startswith(("text/", "multipart/")) or part.type in _HTML_TYPES


def _is_body(part: Part) -> bool:
    return part.type in _BODY_TYPES or part.type.startswith("multipart/")
