"""A message as it was read (RFC 5322, RFC 2045-2049): what judgement and footer surgery need of it.

All offsets are octets into `Submission.raw` unless a field says otherwise.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from gatekeeper.core.address import Address


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open range `[start, end)`."""

    start: int
    end: int

    def __len__(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Field:
    """One header field. `name` in lower case; `span` covers name, value and the final line end; `value` is unfolded
    and decoded as UTF-8 where it is that, else as Latin-1. Encoded words are *not* decoded."""

    name: str
    value: str
    span: Span


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME entity (RFC 2045 section 2.4).

    `type` is "text/plain" and the like in lower case, the default where none is given. `params` are those of
    Content-Type, names in lower case. `encoding` is the Content-Transfer-Encoding in lower case, "7bit" where absent.
    `body` excludes the line end that belongs to a following delimiter (RFC 2046 section 5.1.1).
    `faults` says what makes clients disagree about this entity ("duplicate Content-Type", "boundary is a prefix of
    another", ...); a part with faults, or inside one, is never altered. `notes` are oddities that all clients read
    alike ("no end boundary" at the end of the message).
    """

    type: str
    params: dict[str, str]
    encoding: str
    disposition: str
    filename: str
    fields: tuple[Field, ...]
    header: Span
    body: Span
    children: tuple["Part", ...] = ()
    faults: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def charset(self) -> str:
        return self.params.get("charset", "").lower()

    @property
    def is_attachment(self) -> bool:
        return self.disposition == "attachment" or bool(self.filename)

    def walk(self) -> Iterator["Part"]:
        """This part and everything below it, in the order of the message."""
        todo = [self]
        while todo:
            part = todo.pop()
            yield part
            todo.extend(reversed(part.children))


class Zone(StrEnum):
    """Whose words a stretch of text is. Only `OWN` is what the author says now."""

    OWN = "own"
    QUOTED = "quoted"
    FORWARDED = "forwarded"
    SIGNATURE = "signature"
    DISCLAIMER = "disclaimer"


@dataclass(frozen=True, slots=True)
class Stretch:
    """Characters `[start, end)` of a `Text`, and whose words they are."""

    zone: Zone
    start: int
    end: int


class Where(StrEnum):
    """Where in the message a text stands. The value is what `check --json` prints."""

    SUBJECT = "subject"
    BODY = "body"
    HTML = "html"
    HTML_HIDDEN = "html-hidden"
    ATTACHMENT = "attachment"
    FORWARDED = "forwarded"


@dataclass(frozen=True, slots=True)
class Text:
    """A text that a recipient could read, decoded, with LF line ends.

    `stretches` cover it without gap or overlap. `name` is the file name of an attachment, else "".
    """

    where: Where
    text: str
    stretches: tuple[Stretch, ...]
    name: str = ""

    def own(self) -> Iterator[tuple[int, str]]:
        """(offset, words) of what the author says now."""
        for s in self.stretches:
            if s.zone is Zone.OWN:
                yield s.start, self.text[s.start : s.end]

    @property
    def own_text(self) -> str:
        return "\n".join(words for _, words in self.own())


@dataclass(frozen=True, slots=True)
class Mailbox:
    """A mailbox of an address field that a strict reading of RFC 5322 section 3.4 gives. `name` is decoded."""

    address: Address
    name: str = ""


class Automatic(StrEnum):
    """Mail that no person wrote. Headers alone never decide it for a council account."""

    NO = ""
    REPORT = "report"
    REPLY = "automatic reply"
    CALENDAR = "calendar response"


FRAGMENTS = frozenset({"message/partial", "message/external-body"})
"""Types of parts whose text stands elsewhere (RFC 2046 sections 5.2.2 and 5.2.3)."""

STRUCTURE = "structure"
"""The name in `Message.unread` under which stands what makes mail programs read the parts in different ways."""


@dataclass(frozen=True, slots=True)
class Message:
    """What reading gave.

    `visible` are the addresses that every recipient can see: To and Cc, and those of the topmost Resent block.
    Extra To or Cc fields, which clients show or do not show as they like, do not count.
    `signed` and `encrypted` cover S/MIME, PGP/MIME and inline PGP. `unread` lists (file name or "body", why) for
    texts that could not be read although the message could.
    `automatic` says what the message looks like by its headers and structure only.
    """

    root: Part
    fields: tuple[Field, ...]
    subject: str
    message_id: str
    in_reply_to: tuple[str, ...]
    references: tuple[str, ...]
    date: str
    from_: tuple[Mailbox, ...]
    sender: Mailbox | None
    reply_to: tuple[Mailbox, ...]
    to: tuple[Mailbox, ...]
    cc: tuple[Mailbox, ...]
    bcc: tuple[Mailbox, ...]
    resent_to: tuple[Mailbox, ...]
    visible: tuple[Address, ...]
    texts: tuple[Text, ...]
    attachments: tuple[str, ...] = ()
    signed: bool = False
    encrypted: bool = False
    automatic: Automatic = Automatic.NO
    unread: tuple[tuple[str, str], ...] = ()
    notes: tuple[str, ...] = field(default=())

    def field_values(self, name: str) -> tuple[str, ...]:
        return tuple(f.value for f in self.fields if f.name == name)

    @property
    def all_text(self) -> str:
        return "\n".join(t.text for t in self.texts)


@dataclass(frozen=True, slots=True)
class Unreadable:
    """The message could not be read. `reason` is one plain sentence for the reviewer, with no content in it.

    What could be read of the header is given, so that the record can say whose mail it was.
    """

    reason: str
    subject: str = ""
    message_id: str = ""
    from_: tuple[Mailbox, ...] = ()
    sender: Mailbox | None = None
