"""`Changes` as rows of plain values (str, int, bytes, None), ready for the driver, in the order of the tables' columns.

Rows of many changes are gathered in the same lists, so that a commit they share takes one statement a table.
"""

import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from gatekeeper.core.changes import Changes, Delivery, DeliveryRecipient, DeliveryState, HeldMove, MessageRecord
from gatekeeper.core.events import Event, Value
from gatekeeper.core.held import HeldMessage
from gatekeeper.core.split import Debt, Transaction
from gatekeeper.storage.plain import (
    address_key,
    is_plain,
    json_list,
    json_map,
    json_text,
    message_id_key,
    micros,
    names_list,
    path_text,
    search_key,
    text,
)
from gatekeeper.storage.sealing import PEOPLE, SALT_OCTETS, commitments, event_digest
from gatekeeper.storage.verdicts import verdict_json

Row = tuple[Any, ...]
"""Values in the order in which the statement takes them."""

_ADDRESS_FIELDS = ("sender", "recipients")
_WORD_FIELDS = ("subject", "reason", "reasons")


class Rows:
    """Lists of rows by statement. `outcomes` are (outcome, reference); `attempts` end in the delivery's id, and so do
    `emptied`, the deliveries that are over and keep no content; `moves` are
    (the row of `after`, state of `before`, version of `before`); `debts` are (state, delivery, and the key)."""

    __slots__ = (
        "addresses",
        "attempts",
        "content",
        "counts",
        "debts",
        "deliveries",
        "details",
        "emptied",
        "events",
        "held",
        "messages",
        "moves",
        "outcomes",
        "people",
        "served",
        "transactions",
    )

    def __init__(self) -> None:
        self.messages: list[Row] = []
        self.events: list[Row] = []
        self.details: list[Row] = []
        self.people: list[Row] = []
        self.addresses: list[Row] = []
        self.outcomes: list[Row] = []
        self.held: list[Row] = []
        self.content: list[Row] = []
        self.moves: list[Row] = []
        self.deliveries: list[Row] = []
        self.attempts: list[Row] = []
        self.emptied: list[Row] = []
        self.counts: list[Row] = []
        self.served: list[Row] = []
        self.transactions: list[Row] = []
        self.debts: list[Row] = []

    def add(self, changes: Changes) -> None:
        """Raises ValueError or TypeError for changes that no table takes; what is here by then is of no use."""
        for message in changes.messages:
            self.messages.append(message_row(message))
        for event in changes.events:
            self._add_event(event)
        for change in changes.outcomes:
            self.outcomes.append((change.outcome.value, text(change.reference)))
        if changes.held or changes.content:
            self._add_held(changes)
        for move in changes.moves:
            self.moves.append(move_row(move))
        for delivery in changes.deliveries:
            self.deliveries.append(delivery_row(delivery))
        for delivery in changes.attempts:
            self.attempts.append(attempt_row(delivery))
            if delivery.state in (DeliveryState.SENT, DeliveryState.FAILED):
                self.emptied.append((b"", text(delivery.id)))
        for council, day, channel, count in changes.counts:
            self.counts.append((text(council), text(day), text(channel), count, 0))
        for council, digest, served_at in changes.served:
            self.served.append((text(council), text(digest), micros(served_at)))
        for transaction in changes.transactions:
            self.transactions.append(transaction_row(transaction))
        for debt in changes.debts:
            self.debts.append((debt.state.value, text(debt.delivery), *debt_key(debt)))

    def extend(self, other: "Rows") -> None:
        for name in self.__slots__:
            if more := getattr(other, name):
                getattr(self, name).extend(more)

    def _add_held(self, changes: Changes) -> None:
        councils = {h.reference: text(h.council) for h in changes.held}
        self.held.extend(map(held_row, changes.held))
        for reference, raw in changes.content:
            if reference not in councils:
                raise ValueError(f"content of {reference} without its held message")
            self.content.append((text(reference), councils[reference], bytes(raw)))

    def _add_event(self, event: Event) -> None:
        """The public row, and the personal ones with it."""
        event = clean_event(event)
        at = micros(event.at)
        columns = (
            event.id,
            event.council,
            str(at),
            event.kind.value,
            event.reference,
            event.verdict,
            names_list(event.rules),
            names_list(event.clauses),
            json_map(event.facts),
            self._add_personal(event) if event.details or event.people else "{}",
        )
        self.events.append((event.id, event.council, at, *columns[3:], event_digest(columns)))

    def _add_personal(self, event: Event) -> str:
        """The commitments to what is added, as JSON."""
        id, council, details = event.id, event.council, event.details
        salt = os.urandom(SALT_OCTETS)
        values = {name: json_text(v) if isinstance(v, str) else json_list(v) for name, v in details.items()}
        body = "{" + ",".join([f"{json_text(name)}:{value}" for name, value in values.items()]) + "}"
        people = names_list(event.people)
        if event.people:
            values[PEOPLE] = people
        self.details.append((id, council, *_searched(details), body, people, salt.hex()))
        for person in dict.fromkeys(event.people):
            self.people.append((council, search_key(person), id))
        for key in address_keys(details):
            self.addresses.append((council, key, id))
        return json_map(commitments(salt, values))


def clean_event(event: Event) -> Event:
    """The event as it is stored: every text of it as `text` has it. Nearly always that is the event itself."""
    everything = [event.id, event.council, event.reference, event.verdict, *event.rules, *event.clauses, *event.people]
    for name, value in event.facts.items():
        everything += (name, value)
    for name, detail in event.details.items():
        everything.append(name)
        everything += (detail,) if isinstance(detail, str) else detail
    if is_plain("".join(everything)):
        return event
    return replace(
        event,
        id=text(event.id),
        council=text(event.council),
        reference=text(event.reference),
        verdict=text(event.verdict),
        rules=_texts(event.rules),
        clauses=_texts(event.clauses),
        facts={text(name): text(value) for name, value in event.facts.items()},
        details={text(n): text(v) if isinstance(v, str) else _texts(v) for n, v in event.details.items()},
        people=_texts(event.people),
    )


def _texts(values: Iterable[str]) -> tuple[str, ...]:
    return tuple([text(v) for v in values])


def address_keys(details: Mapping[str, Value]) -> dict[str, None]:
    """The mailboxes in the details, each once, in their order."""
    keys: dict[str, None] = {}
    for field in _ADDRESS_FIELDS:
        value = details.get(field, ())
        for written in (value,) if isinstance(value, str) else value:
            if key := address_key(written):
                keys[key] = None
    return keys


def _searched(details: Mapping[str, Value]) -> Row:
    """Sender, subject, key of the Message-ID, actor, and what text search looks through."""
    sender, subject = _one(details, "sender"), _one(details, "subject")
    words = "\n".join([words for field in _WORD_FIELDS if (words := _one(details, field))])
    return sender, subject, message_id_key(_one(details, "message_id")), _one(details, "actor"), text(words.casefold())


def _one(details: Mapping[str, Value], field: str) -> str:
    value = details.get(field, "")
    return value if isinstance(value, str) else text(", ".join(value))


def message_row(message: MessageRecord) -> Row:
    return (
        text(message.reference),
        text(message.council),
        micros(message.at),
        text(message.door),
        text(message.verdict),
        message.outcome.value,
        text(message.protocol_version),
        text(message.digest),
    )


def held_row(held: HeldMessage) -> Row:
    return (
        text(held.reference),
        text(held.council),
        held.state.value,
        held.version,
        micros(held.received_at),
        micros(held.due_at),
        text(held.door),
        text(held.account),
        json.dumps(path_text(held.mail_from)),
        json.dumps([path_text(p) for p in held.rcpt_to]),
        text(held.sender),
        text(held.author),
        text(held.subject),
        text(held.message_id),
        verdict_json(held.verdict),
        held.size,
        text(held.digest),
        text(held.reviewer),
        json_list(_texts(held.concerned)),
        micros(held.decided_at) if held.decided_at is not None else None,
        text(held.decided_by),
        text(held.reason),
    )


def move_row(move: HeldMove) -> Row:
    """Raises ValueError where the two are not the same message."""
    before, after = move.before, move.after
    if (before.reference, before.council) != (after.reference, after.council):
        raise ValueError(f"a move from {before.reference} to {after.reference}")
    return (held_row(after), before.state.value, before.version)


def delivery_row(delivery: Delivery) -> Row:
    return (
        text(delivery.id),
        text(delivery.council),
        text(delivery.reference),
        delivery.purpose.value,
        text(delivery.door),
        json.dumps(path_text(delivery.mail_from)),
        _recipients(delivery.recipients),
        bytes(delivery.raw),
        delivery.state.value,
        micros(delivery.created_at),
        micros(delivery.next_at),
        delivery.attempts,
        text(delivery.notice),
        None,
    )


def attempt_row(delivery: Delivery) -> Row:
    return (
        delivery.state.value,
        _recipients(delivery.recipients),
        delivery.attempts,
        micros(delivery.next_at),
        text(delivery.id),
    )


def transaction_row(transaction: Transaction) -> Row:
    return (
        text(transaction.key),
        text(transaction.council),
        text(transaction.reference),
        micros(transaction.at),
        names_list(_texts(transaction.blind)),
        names_list(_texts(transaction.disclosed)),
        micros(transaction.look_at) if transaction.look_at is not None else None,
    )


def debt_key(debt: Debt) -> Row:
    """What makes it the same debt: council, key, person, creditor."""
    return (text(debt.council), text(debt.key), search_key(debt.person), text(debt.creditor))


def debt_row(debt: Debt) -> Row:
    return (*debt_key(debt), text(debt.reference), debt.state.value, micros(debt.at), text(debt.delivery))


def _recipients(recipients: Sequence[DeliveryRecipient]) -> str:
    return json.dumps([[*path_text(r.path), r.state.value, text(r.reply)] for r in recipients])
