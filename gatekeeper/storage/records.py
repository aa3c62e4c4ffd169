"""Rows of the tables as the records they were."""

import json
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row

from gatekeeper.core.changes import (
    Delivered,
    Delivery,
    DeliveryRecipient,
    DeliveryState,
    MessageRecord,
    Outcome,
    Purpose,
)
from gatekeeper.core.events import Event, Kind, Value
from gatekeeper.core.held import HeldMessage, State
from gatekeeper.core.split import Debt, DebtState, Transaction
from gatekeeper.services.ports import Document, DocumentKind, Source
from gatekeeper.storage.plain import instant, path_from
from gatekeeper.storage.verdicts import verdict_from


def message_from(row: Row[Any]) -> MessageRecord:
    return MessageRecord(
        reference=row.reference,
        council=row.council,
        at=instant(row.at),
        door=row.door,
        verdict=row.verdict,
        outcome=Outcome(row.outcome),
        protocol_version=row.protocol_version,
        digest=row.digest,
    )


def event_from(row: Row[Any]) -> Event:
    """`row` holds the columns of events, and `details` and `people` of event_details, which may be null."""
    return Event(
        id=row.id,
        council=row.council,
        at=instant(row.at),
        kind=Kind(row.kind),
        reference=row.reference,
        verdict=row.verdict,
        rules=tuple(json.loads(row.rules)),
        clauses=tuple(json.loads(row.clauses)),
        facts=json.loads(row.facts),
        details=details_from(row.details) if row.details is not None else {},
        people=tuple(json.loads(row.people)) if row.people is not None else (),
    )


def details_from(value: str) -> dict[str, Value]:
    return {name: v if isinstance(v, str) else tuple(v) for name, v in json.loads(value).items()}


def held_from(row: Row[Any]) -> HeldMessage:
    return HeldMessage(
        reference=row.reference,
        council=row.council,
        state=State(row.state),
        version=row.version,
        received_at=instant(row.received_at),
        due_at=instant(row.due_at),
        door=row.door,
        account=row.account,
        mail_from=path_from(json.loads(row.mail_from)),
        rcpt_to=tuple(map(path_from, json.loads(row.rcpt_to))),
        sender=row.sender,
        author=row.author,
        subject=row.subject,
        message_id=row.message_id,
        verdict=verdict_from(row.verdict),
        size=row.size,
        digest=row.digest,
        reviewer=row.reviewer,
        concerned=tuple(json.loads(row.concerned)),
        decided_at=instant(row.decided_at) if row.decided_at is not None else None,
        decided_by=row.decided_by,
        reason=row.reason,
    )


def delivery_from(row: Row[Any]) -> Delivery:
    return Delivery(
        id=row.id,
        council=row.council,
        reference=row.reference,
        purpose=Purpose(row.purpose),
        door=row.door,
        mail_from=path_from(json.loads(row.mail_from)),
        recipients=tuple(map(_recipient, json.loads(row.recipients))),
        raw=bytes(row.raw),
        state=DeliveryState(row.state),
        created_at=instant(row.created_at),
        next_at=instant(row.next_at),
        attempts=row.attempts,
        notice=row.notice,
    )


def _recipient(value: list[str]) -> DeliveryRecipient:
    return DeliveryRecipient(path_from(value), Delivered(value[2]), value[3])


def transaction_from(row: Sequence[Any]) -> Transaction:
    """`row` has the columns in the order of the table."""
    key, council, reference, at, blind, disclosed, look_at = row
    return Transaction(
        council=council,
        key=key,
        reference=reference,
        at=instant(at),
        blind=tuple(json.loads(blind)),
        disclosed=tuple(json.loads(disclosed)),
        look_at=instant(look_at) if look_at is not None else None,
    )


def debt_from(row: Row[Any]) -> Debt:
    return Debt(
        council=row.council,
        key=row.key,
        person=row.person,
        creditor=row.creditor,
        reference=row.reference,
        state=DebtState(row.state),
        at=instant(row.at),
        delivery=row.delivery,
    )


def document_from(row: Row[Any]) -> Document:
    return Document(
        council=row.council,
        kind=DocumentKind(row.kind),
        version=row.version,
        text=row.text,
        digest=row.digest,
        source=Source(row.source),
        at=instant(row.at),
        by=row.by,
    )
