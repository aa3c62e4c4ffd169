"""One transaction, for both databases."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, literal_column, select, update

from gatekeeper.core.changes import Changes, Delivery, DeliveryState, MessageRecord, Outcome
from gatekeeper.core.held import HeldMessage, Move, NotPossible, State
from gatekeeper.core.split import Debt, DebtState, Transaction
from gatekeeper.services.ports import Document, DocumentKind, EventQuery, SearchRow
from gatekeeper.storage import records
from gatekeeper.storage import tables as t
from gatekeeper.storage.plain import micros, text, whole_text
from gatekeeper.storage.rows import Row, Rows, debt_row
from gatekeeper.storage.search import search
from gatekeeper.storage.statements import Statements, once

_MOVE_INTO = {
    State.SENDING: Move.RELEASE,
    State.RETURNED: Move.RETURN,
    State.NOT_SENT: Move.DECLINE,
    State.WITHDRAWN: Move.WITHDRAW,
    State.CANCELLED: Move.CANCEL,
    State.RELEASED: Move.SENT,
    State.FAILED: Move.FAIL,
}

_IS_OPEN = t.messages.c.outcome == literal_column(f"'{Outcome.OPEN}'")
"""Spelt out, since the small index of open messages serves only a condition that is the same to the letter."""


class SqlTx:
    """Implements `Tx` on a connection whose transaction somebody else begins and ends."""

    def __init__(self, connection: Connection, statements: Statements) -> None:
        self._connection = connection
        self._statements = statements

    # --- writing --------------------------------------------------------------------------------------------------

    def apply(self, changes: Changes) -> None:
        rows = Rows()
        rows.add(changes)
        self.apply_rows(rows)

    def apply_rows(self, rows: Rows) -> None:
        """The moves first: where one is stale nothing else was written."""
        for row in rows.moves:
            self._move(row)
        self._statements.execute(self._connection, rows)

    def _move(self, row: Row) -> None:
        after, state, version = row
        values = dict(zip(t.held.c.keys(), after, strict=True))
        guard = (t.held.c.reference == values["reference"], t.held.c.council == values["council"])
        moved = self._connection.execute(
            update(t.held).where(*guard, t.held.c.state == state, t.held.c.version == version).values(values)
        )
        if moved.rowcount != 1:
            raise self._came_second(values)

    def _came_second(self, wanted: dict[str, Any]) -> NotPossible:
        """Says what is stored now, in the words of the record itself."""
        now = self.held(wanted["council"], wanted["reference"])
        if now is None:
            return NotPossible(f"There is no held message {wanted['reference']} any more.")
        move = _MOVE_INTO.get(State(wanted["state"]), Move.REASSIGN)
        try:
            now.moved(move, now.received_at)
        except NotPossible as why:
            return why
        return NotPossible(f"{now.reference} was changed by somebody else meanwhile: it is {now.state}{_with(now)}.")

    def put_document(self, document: Document) -> None:
        row = (
            text(document.council),
            document.kind.value,
            document.version,
            whole_text(document.text),
            text(document.digest),
            document.source.value,
            micros(document.at),
            text(document.by),
        )
        self._connection.execute(t.documents.insert().values(dict(zip(t.documents.c.keys(), row, strict=True))))

    def count_channel(self, council: str, day: str, channel: str, count: int) -> None:
        self.apply(Changes(counts=((council, day, channel, count),)))

    def claim_deliveries(self, now: datetime, limit: int) -> Sequence[Delivery]:
        d = t.deliveries
        due = select(d).where(d.c.state == DeliveryState.QUEUED.value, d.c.next_at <= micros(now))
        due = due.order_by(d.c.next_at, d.c.id).limit(limit).with_for_update(skip_locked=True)
        claimed = {"state": DeliveryState.SENDING.value, "claimed_at": micros(now)}
        found = self._all(due)
        if found:
            ids = [row.id for row in found]
            self._connection.execute(update(d).where(d.c.id.in_(ids)).values(claimed))
        return [replace(records.delivery_from(row), state=DeliveryState.SENDING) for row in found]

    def requeue_interrupted(self, before: datetime, now: datetime, apart: Collection[str] = ()) -> Sequence[Delivery]:
        d = t.deliveries
        lost = select(d).where(d.c.state == DeliveryState.SENDING.value, d.c.claimed_at < micros(before))
        lost = lost.where(d.c.id.not_in(list(apart))).order_by(d.c.claimed_at, d.c.id)
        found = self._all(lost.with_for_update(skip_locked=True))
        if found:
            queued = {"state": DeliveryState.QUEUED.value, "next_at": micros(now)}
            self._connection.execute(update(d).where(d.c.id.in_([row.id for row in found])).values(queued))
        return [replace(records.delivery_from(row), state=DeliveryState.QUEUED, next_at=now) for row in found]

    def seal_counts(self, council: str, before: str) -> Sequence[tuple[str, str, int]]:
        c = t.channel_counts
        fresh = (c.c.council == whole_text(council), c.c.day < before, c.c.sealed < c.c.count)
        found = self._all(select(c).where(*fresh).order_by(c.c.day, c.c.channel).with_for_update())
        for row in found:
            same = (c.c.council == row.council, c.c.day == row.day, c.c.channel == row.channel)
            self._connection.execute(update(c).where(*same).values(sealed=row.count))
        return [(row.day, row.channel, row.count - row.sealed) for row in found]

    def lose_outcome(self, reference: str) -> bool:
        m = t.messages
        lost = update(m).where(m.c.reference == whole_text(reference), _IS_OPEN).values(outcome=Outcome.UNKNOWN.value)
        return self._connection.execute(lost).rowcount == 1

    def transactions_to_settle(self, council: str, key: str) -> Sequence[Transaction]:
        c = t.transactions.c
        found = select(t.transactions).where(c.key == whole_text(key), c.council == whole_text(council))
        return [records.transaction_from(row) for row in self._all(found.order_by(c.at, c.reference).with_for_update())]

    def add_debts(self, debts: Sequence[Debt]) -> Sequence[Debt]:
        insert = once(t.debts, self._connection.dialect).returning(t.debts.c.person)
        names = t.debts.c.keys()

        def is_new(debt: Debt) -> bool:
            row = dict(zip(names, debt_row(debt), strict=True))
            return self._connection.execute(insert.values(row)).first() is not None

        return [debt for debt in debts if is_new(debt)]

    def forget_transactions(self, before: datetime) -> None:
        self._connection.execute(delete(t.transactions).where(t.transactions.c.at < micros(before)))

    # --- reading --------------------------------------------------------------------------------------------------

    def message(self, reference: str) -> MessageRecord | None:
        row = self._first(select(t.messages).where(t.messages.c.reference == whole_text(reference)))
        return records.message_from(row) if row is not None else None

    def open_messages(self, before: datetime) -> Sequence[MessageRecord]:
        m = t.messages
        found = select(m).where(_IS_OPEN, m.c.at < micros(before)).order_by(m.c.at)
        return [records.message_from(row) for row in self._all(found)]

    def held(self, council: str, reference: str) -> HeldMessage | None:
        h = t.held
        row = self._first(select(h).where(h.c.reference == whole_text(reference), h.c.council == whole_text(council)))
        return records.held_from(row) if row is not None else None

    def held_by_digest(self, council: str, digest: str, since: datetime) -> HeldMessage | None:
        h = t.held
        undecided = h.c.state.in_([State.PENDING.value, State.WAITING.value])
        sent = h.c.state.in_([State.SENDING.value, State.RELEASED.value]) & (h.c.received_at >= micros(since))
        found = select(h).where(h.c.council == whole_text(council), h.c.digest == whole_text(digest), undecided | sent)
        row = self._first(found.order_by(h.c.received_at.desc(), h.c.reference.desc()))
        return records.held_from(row) if row is not None else None

    def queue(self, council: str, states: Sequence[State] = ()) -> Sequence[HeldMessage]:
        found = select(t.held).where(t.held.c.council == whole_text(council))
        if states:
            found = found.where(t.held.c.state.in_([s.value for s in states]))
        return [records.held_from(row) for row in self._all(found.order_by(t.held.c.due_at, t.held.c.reference))]

    def content(self, reference: str) -> bytes | None:
        row = self._first(select(t.held_content.c.raw).where(t.held_content.c.reference == whole_text(reference)))
        return bytes(row.raw) if row is not None else None

    def events(self, query: EventQuery) -> Iterator[SearchRow]:
        return search(self._connection, query)

    def deliveries(self, reference: str) -> Sequence[Delivery]:
        d = t.deliveries
        found = select(d).where(d.c.reference == whole_text(reference)).order_by(d.c.created_at, d.c.id)
        return [records.delivery_from(row) for row in self._all(found)]

    def document(self, council: str, kind: DocumentKind) -> Document | None:
        row = self._first(_documents(council, kind).order_by(t.documents.c.version.desc()))
        return records.document_from(row) if row is not None else None

    def documents(self, council: str, kind: DocumentKind) -> Sequence[Document]:
        found = _documents(council, kind).order_by(t.documents.c.version)
        return [records.document_from(row) for row in self._all(found)]

    def channel_counts(self, council: str) -> Sequence[tuple[str, str, int]]:
        c = t.channel_counts
        found = select(c.c.day, c.c.channel, c.c.count).where(c.c.council == whole_text(council))
        return [tuple(row) for row in self._all(found.order_by(c.c.day, c.c.channel))]

    def served(self, council: str, digests: Sequence[str]) -> frozenset[str]:
        c = t.served.c
        wanted = select(c.digest).where(
            c.council == whole_text(council), c.digest.in_([whole_text(d) for d in digests])
        )
        return frozenset(row.digest for row in self._all(wanted))

    def forget_served(self, before: datetime) -> None:
        self._connection.execute(delete(t.served).where(t.served.c.at < micros(before)))

    def blind_transactions(self, keys: Sequence[tuple[str, str]]) -> Sequence[Transaction]:
        sql = self._statements.blind_halves(len(keys))
        found = self._statements.fetch(self._connection, sql, [whole_text(key) for _, key in keys])
        wanted = frozenset(keys)
        return [t for row in found if ((t := records.transaction_from(row)).council, t.key) in wanted]

    def due_transactions(self, now: datetime, limit: int) -> Sequence[Transaction]:
        c = t.transactions.c
        found = select(t.transactions).where(c.look_at <= micros(now)).order_by(c.look_at, c.key).limit(limit)
        return [records.transaction_from(row) for row in self._all(found)]

    def debts(self, council: str, key: str = "", delivery: str = "", state: DebtState | None = None) -> Sequence[Debt]:
        c = t.debts.c
        found = select(t.debts).where(c.council == whole_text(council)).order_by(c.at, c.person, c.creditor)
        if key:
            found = found.where(c.key == whole_text(key))
        if delivery:
            found = found.where(c.delivery == whole_text(delivery))
        if state is not None:
            found = found.where(c.state == state.value)
        return [records.debt_from(row) for row in self._all(found)]

    def _first(self, statement: Select[Any]) -> Any:
        return self._connection.execute(statement.limit(1)).first()

    def _all(self, statement: Select[Any]) -> Sequence[Any]:
        return self._connection.execute(statement).all()


def _documents(council: str, kind: DocumentKind) -> Select[Any]:
    return select(t.documents).where(t.documents.c.council == whole_text(council), t.documents.c.kind == kind.value)


def _with(held: HeldMessage) -> str:
    return f", with {held.reviewer} to review it" if held.reviewer else ""
