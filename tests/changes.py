"""What is recorded of messages, for tests of the store and of what builds on it."""

from dataclasses import replace
from datetime import datetime, timedelta

from gatekeeper.core.changes import (
    Changes,
    Delivery,
    DeliveryRecipient,
    DeliveryState,
    MessageRecord,
    Outcome,
    Purpose,
)
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Event, Kind
from tests.builders import NOON


def an_event(number: int, kind: Kind = Kind.JUDGED, **changes: object) -> Event:
    """`number` gives the id and the second after noon, so that a higher one is newer."""
    event = Event(id=f"{number:032x}", council="stow", at=NOON + timedelta(seconds=number), kind=kind)
    return replace(event, **changes)  # type: ignore[arg-type]


def a_message(reference: str, at: datetime = NOON, **changes: object) -> MessageRecord:
    message = MessageRecord(reference, "stow", at, "relay", "pass", Outcome.OPEN, "v1", "")
    return replace(message, **changes)  # type: ignore[arg-type]


def a_delivery(id: str = "d1", **changes: object) -> Delivery:
    delivery = Delivery(
        id=id,
        council="stow",
        reference="K7W-D2M-9QX",
        purpose=Purpose.RELEASE,
        door="relay",
        mail_from=Path(b"jane.smith@stow.example", b"SIZE=400"),
        recipients=(DeliveryRecipient(Path(b"builder@trade.example")),),
        raw=b"Subject: a\r\n\r\n\x00\xff\r\n",
        state=DeliveryState.QUEUED,
        created_at=NOON,
        next_at=NOON,
    )
    return replace(delivery, **changes)  # type: ignore[arg-type]


def a_judgement(number: int, reference: str, **changes: object) -> Changes:
    """A message and its first event."""
    event = an_event(number, reference=reference, verdict="pass", **changes)
    return Changes(events=(event,), messages=(a_message(reference, event.at),))
