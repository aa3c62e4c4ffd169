"""What one step writes to the store, as data: all of it in one transaction, or none."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Event
from gatekeeper.core.held import HeldMessage
from gatekeeper.core.split import Debt, Transaction


class Outcome(StrEnum):
    """What became of a judged message. `OPEN` from judgement until it is known."""

    OPEN = "open"
    RELAYED = "relayed"
    HELD = "held"
    REFUSED = "refused"
    DEFERRED = "deferred"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class MessageRecord:
    """The bare fact of a message; everything personal is in the details of its `message:judged` event."""

    reference: str
    council: str
    at: datetime
    door: str
    verdict: str
    outcome: Outcome
    protocol_version: str
    digest: str


class Purpose(StrEnum):
    RELEASE = "release"
    NOTICE = "notice"
    DISCLOSURE = "disclosure"


class Delivered(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class DeliveryRecipient:
    """`reply` is the last thing the next hop said of this recipient."""

    path: Path
    state: Delivered = Delivered.WAITING
    reply: str = ""


class DeliveryState(StrEnum):
    QUEUED = "queued"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One message that gatekeeper itself sends, through the next hop of `door`. `raw` is ready for the wire but for
    dot-stuffing, and empty in the store once it is sent or has failed. `reference` is that of the message it belongs
    to."""

    id: str
    council: str
    reference: str
    purpose: Purpose
    door: str
    mail_from: Path
    recipients: tuple[DeliveryRecipient, ...]
    raw: bytes
    state: DeliveryState
    created_at: datetime
    next_at: datetime
    attempts: int = 0
    notice: str = ""


@dataclass(frozen=True, slots=True)
class OutcomeChange:
    reference: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class HeldMove:
    """A guarded change of a held message: it takes effect only if the stored row still is `before` (state, version)."""

    before: HeldMessage
    after: HeldMessage


@dataclass(frozen=True, slots=True)
class Changes:
    """`content` holds (reference, raw) for each newly held message."""

    events: tuple[Event, ...] = ()
    messages: tuple[MessageRecord, ...] = ()
    outcomes: tuple[OutcomeChange, ...] = ()
    held: tuple[HeldMessage, ...] = ()
    content: tuple[tuple[str, bytes], ...] = ()
    moves: tuple[HeldMove, ...] = ()
    deliveries: tuple[Delivery, ...] = ()
    attempts: tuple[Delivery, ...] = ()
    """Deliveries as they stand after an attempt: state, recipients, attempts and next_at replace what is stored."""
    counts: tuple[tuple[str, str, str, int], ...] = ()
    """(council, day, channel, how many more) for the counters of protected channels."""
    served: tuple[tuple[str, str, datetime], ...] = ()
    """(council, keyed digest of message and recipient, when) of protected recipients served apart from the others."""
    transactions: tuple[Transaction, ...] = ()
    """New, or in place of what is stored of the same transaction."""
    debts: tuple[Debt, ...] = ()
    """Debts that are stored, as they stand now: state and delivery replace what is stored."""
