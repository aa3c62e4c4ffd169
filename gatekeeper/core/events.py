"""Audit events: what happened, to what, by whom. The catalogue is closed: what is not here is not recorded as event.

An event has a public half, which is sealed and holds no personal value, and `details`, which retention may delete.
The sentence for people is made from both when it is read, so nothing personal is kept in the sealed half.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType

NO_COUNCIL = "-"
"""The council of an event that belongs to none: mail between outsiders, the server's own events."""


class Kind(StrEnum):
    """`subject:action`."""

    JUDGED = "message:judged"
    RELAYED = "message:relayed"
    NOT_RELAYED = "message:not-relayed"
    HELD = "message:held"
    REFUSED = "message:refused"
    OUTCOME_UNKNOWN = "message:outcome-unknown"
    DISCLOSED = "disclosure:made"
    DEBT_OWED = "disclosure:owed"
    DEBT_NOTICED = "disclosure:noticed"
    DEBT_PAID = "disclosure:paid"
    DEBT_FAILED = "disclosure:failed"
    RELEASED = "held:released"
    RETURNED = "held:returned"
    DECLINED = "held:declined"
    WITHDRAWN = "held:withdrawn"
    REASSIGNED = "held:reassigned"
    SENT = "held:sent"
    FAILED = "held:failed"
    CANCELLED = "held:cancelled"
    VIEWED = "held:viewed"
    NOTICE_QUEUED = "notice:queued"
    NOTICE_SENT = "notice:sent"
    NOTICE_FAILED = "notice:failed"
    SENT_TWICE = "delivery:maybe-twice"
    REGISTER_IMPORTED = "register:imported"
    PROTOCOL_IMPORTED = "protocol:imported"
    SEARCHED = "audit:searched"
    EXPORTED = "audit:exported"
    REFUSED_ACCESS = "access:refused"
    CHANNEL_COUNTED = "protected:counted"
    PRECHECKED = "draft:checked"
    STARTED = "server:started"


SENTENCES: Mapping[Kind, str] = MappingProxyType(
    {
        Kind.JUDGED: "A message from {sender} to {recipients} was judged: {verdict}.",
        Kind.RELAYED: "The message was handed to the next mail server ({reply}).",
        Kind.NOT_RELAYED: "The next mail server did not take the message ({reply}); the sender's server was told.",
        Kind.HELD: "The message was held for review.",
        Kind.REFUSED: "The message was refused, citing {clauses}.",
        Kind.OUTCOME_UNKNOWN: "It is not known whether the next mail server took the message.",
        Kind.DISCLOSED: "The copy to {disclosed} was disclosed at the foot of the message.",
        Kind.DEBT_OWED: "{recipients} received the message without being told of the copy to {disclosed}.",
        Kind.DEBT_NOTICED: "A notice that tells {recipients} of the copy to {disclosed} was prepared.",
        Kind.DEBT_PAID: "The notice that tells {recipients} of the copy to {disclosed} was handed on ({reply}).",
        Kind.DEBT_FAILED: "The notice that tells {recipients} of the copy to {disclosed} was not delivered ({reply}).",
        Kind.RELEASED: "{actor} released the held message.",
        Kind.RETURNED: "{actor} returned the held message to its author.",
        Kind.DECLINED: "{actor} decided not to send the held message.",
        Kind.WITHDRAWN: "{actor} withdrew the held message.",
        Kind.REASSIGNED: "{actor} passed the held message to {reviewer}.",
        Kind.SENT: "The released message was handed to the next mail server ({reply}).",
        Kind.FAILED: "The released message could not be delivered ({reply}).",
        Kind.CANCELLED: "The hold was cancelled, since the message was not accepted after all.",
        Kind.VIEWED: "{actor} looked at the held message.",
        Kind.NOTICE_QUEUED: "A notice ({notice}) to {recipients} was prepared.",
        Kind.NOTICE_SENT: "The notice was handed to the next mail server ({reply}).",
        Kind.NOTICE_FAILED: "The notice could not be delivered ({reply}).",
        Kind.SENT_TWICE: "A crash interrupted the sending, so this may have been sent twice.",
        Kind.REGISTER_IMPORTED: "{actor} put a new version of the register in force.",
        Kind.PROTOCOL_IMPORTED: "{actor} put a new version of the protocol in force.",
        Kind.SEARCHED: "{actor} searched the record.",
        Kind.EXPORTED: "{actor} exported the record.",
        Kind.REFUSED_ACCESS: "{actor} was refused: {reason}",
        Kind.CHANNEL_COUNTED: "{count} messages went to a protected channel ({channel}).",
        Kind.PRECHECKED: "A draft was checked for its author.",
        Kind.STARTED: "gatekeeper started.",
    }
)

Value = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Event:
    """`id` is a UUIDv7 in hex, so ids sort by time. `facts` are public values without personal content (a reply code,
    a protocol version); `details` the personal ones: sender, recipients, subject, message_id, actor, reason, evidence.
    `people` are the ids of the persons it concerns, for searching."""

    id: str
    council: str
    at: datetime
    kind: Kind
    reference: str = ""
    verdict: str = ""
    rules: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()
    facts: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    details: Mapping[str, Value] = field(default_factory=lambda: MappingProxyType({}))
    people: tuple[str, ...] = ()

    @property
    def sentence(self) -> str:
        """For people; a value that retention has deleted reads "(deleted)"."""
        values = _Values(self)
        return SENTENCES[self.kind].format_map(values)


class _Values(dict[str, str]):
    def __init__(self, event: Event) -> None:
        super().__init__(event.facts)
        self["verdict"] = event.verdict
        self["clauses"] = ", ".join(event.clauses) or "the protocol"
        for key, value in event.details.items():
            self[key] = value if isinstance(value, str) else ", ".join(value)

    def __missing__(self, key: str) -> str:
        return "(deleted)"
