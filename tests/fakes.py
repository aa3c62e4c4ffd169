"""Stand-ins for the outside world, in memory."""

import copy
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from gatekeeper.core import reply
from gatekeeper.core.changes import Changes, Delivery, DeliveryState, MessageRecord, Outcome
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.held import HeldMessage, NotPossible, State
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import Debt, DebtState, Transaction
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Document, DocumentKind, EventQuery, SearchRow, Sent
from tests.builders import NOON

T = TypeVar("T")


class FakeClock:
    def __init__(self, at: datetime = NOON) -> None:
        self.at = at

    def now(self) -> datetime:
        return self.at

    def forward(self, **by: float) -> None:
        self.at += timedelta(**by)


class FakeNames:
    def __init__(self) -> None:
        self.number = 0

    def reference(self) -> str:
        self.number += 1
        return f"REF-{self.number:03}-000"

    def event_id(self, at: datetime) -> str:
        self.number += 1
        return f"{self.number:032x}"


class FakeTx:
    """Everything in dictionaries; a transaction works on a copy."""

    def __init__(self) -> None:
        self.messages: dict[str, MessageRecord] = {}
        self.all_events: list[Event] = []
        self.all_held: dict[str, HeldMessage] = {}
        self.contents: dict[str, bytes] = {}
        self.outbox: dict[str, Delivery] = {}
        self.papers: list[Document] = []
        self.counts: dict[tuple[str, str, str], int] = {}
        self.sealed: dict[tuple[str, str, str], int] = {}
        self.all_served: dict[tuple[str, str], datetime] = {}
        self.all_transactions: dict[tuple[str, str, str], Transaction] = {}
        self.all_debts: dict[tuple[str, str, str, str], Debt] = {}

    def apply(self, changes: Changes) -> None:
        self.all_events.extend(changes.events)
        self.messages.update((m.reference, m) for m in changes.messages)
        for o in changes.outcomes:
            self.messages[o.reference] = replace(self.messages[o.reference], outcome=o.outcome)
        self.all_held.update((h.reference, h) for h in changes.held)
        self.contents.update(changes.content)
        for move in changes.moves:
            now = self.all_held[move.before.reference]
            if (now.state, now.version) != (move.before.state, move.before.version):
                raise NotPossible(f"{now.reference} was already decided by {now.decided_by}: it is {now.state}.")
            self.all_held[now.reference] = move.after
        self.outbox.update((d.id, d) for d in changes.deliveries)
        over = (DeliveryState.SENT, DeliveryState.FAILED)
        self.outbox.update((d.id, replace(d, raw=b"") if d.state in over else d) for d in changes.attempts)
        for council, day, channel, n in changes.counts:
            self.count_channel(council, day, channel, n)
        self.all_served.update(((council, digest), at) for council, digest, at in changes.served)
        self.all_transactions.update(((t.council, t.key, t.reference), t) for t in changes.transactions)
        for debt in changes.debts:
            known = self.all_debts[_debt_key(debt)]
            self.all_debts[_debt_key(debt)] = replace(known, state=debt.state, delivery=debt.delivery)

    def message(self, reference: str) -> MessageRecord | None:
        return self.messages.get(reference)

    def open_messages(self, before: datetime) -> Sequence[MessageRecord]:
        return [m for m in self.messages.values() if m.outcome is Outcome.OPEN and m.at < before]

    def held(self, council: str, reference: str) -> HeldMessage | None:
        found = self.all_held.get(reference)
        return found if found is not None and found.council == council else None

    def held_by_digest(self, council: str, digest: str, since: datetime) -> HeldMessage | None:
        def counts(h: HeldMessage) -> bool:
            sent = h.state in (State.SENDING, State.RELEASED) and h.received_at >= since
            return sent or h.state in (State.PENDING, State.WAITING)

        alike = (h for h in self.all_held.values() if (h.council, h.digest) == (council, digest) and counts(h))
        return max(alike, key=lambda h: (h.received_at, h.reference), default=None)

    def queue(self, council: str, states: Sequence[State] = ()) -> Sequence[HeldMessage]:
        found = (h for h in self.all_held.values() if h.council == council and (not states or h.state in states))
        return sorted(found, key=lambda h: (h.due_at, h.reference))

    def content(self, reference: str) -> bytes | None:
        return self.contents.get(reference)

    def events(self, query: EventQuery) -> Iterator[SearchRow]:
        for event in sorted(self.all_events, key=lambda e: e.id, reverse=True):
            asked = ((query.reference, event.reference), (query.council, event.council), (query.kind, event.kind))
            if all(wanted in ("", found) for wanted, found in asked):
                yield SearchRow(event)

    def claim_deliveries(self, now: datetime, limit: int) -> Sequence[Delivery]:
        due = [d for d in self.outbox.values() if d.state is DeliveryState.QUEUED and d.next_at <= now][:limit]
        claimed = [replace(d, state=DeliveryState.SENDING) for d in due]
        self.outbox.update((d.id, d) for d in claimed)
        return claimed

    def requeue_interrupted(self, before: datetime, now: datetime, apart: Collection[str] = ()) -> Sequence[Delivery]:
        lost = [d for d in self.outbox.values() if d.state is DeliveryState.SENDING and d.id not in apart]
        again = [replace(d, state=DeliveryState.QUEUED, next_at=now) for d in lost]
        self.outbox.update((d.id, d) for d in again)
        return again

    def deliveries(self, reference: str) -> Sequence[Delivery]:
        return [d for d in self.outbox.values() if d.reference == reference]

    def document(self, council: str, kind: DocumentKind) -> Document | None:
        return next(reversed(self.documents(council, kind)), None)

    def documents(self, council: str, kind: DocumentKind) -> Sequence[Document]:
        return [d for d in self.papers if (d.council, d.kind) == (council, kind)]

    def put_document(self, document: Document) -> None:
        self.papers.append(document)

    def count_channel(self, council: str, day: str, channel: str, count: int) -> None:
        key = (council, day, channel)
        self.counts[key] = self.counts.get(key, 0) + count

    def seal_counts(self, council: str, before: str) -> Sequence[tuple[str, str, int]]:
        over = {k: n for k, n in self.counts.items() if k[0] == council and k[1] < before}
        found = [(k[1], k[2], n - self.sealed.get(k, 0)) for k, n in over.items() if n > self.sealed.get(k, 0)]
        self.sealed.update(over)
        return found

    def lose_outcome(self, reference: str) -> bool:
        found = self.messages.get(reference)
        if found is None or found.outcome is not Outcome.OPEN:
            return False
        self.messages[reference] = replace(found, outcome=Outcome.UNKNOWN)
        return True

    def served(self, council: str, digests: Sequence[str]) -> frozenset[str]:
        return frozenset(d for d in digests if (council, d) in self.all_served)

    def forget_served(self, before: datetime) -> None:
        self.all_served = {k: at for k, at in self.all_served.items() if at >= before}

    def blind_transactions(self, keys: Sequence[tuple[str, str]]) -> Sequence[Transaction]:
        return [t for key in keys for t in self.transactions_to_settle(*key) if t.blind]

    def transactions_to_settle(self, council: str, key: str) -> Sequence[Transaction]:
        found = (t for t in self.all_transactions.values() if (t.council, t.key) == (council, key))
        return sorted(found, key=lambda t: (t.at, t.reference))

    def due_transactions(self, now: datetime, limit: int) -> Sequence[Transaction]:
        due = [t for t in self.all_transactions.values() if t.look_at is not None and t.look_at <= now]
        return due[:limit]

    def forget_transactions(self, before: datetime) -> None:
        self.all_transactions = {k: t for k, t in self.all_transactions.items() if t.at >= before}

    def add_debts(self, debts: Sequence[Debt]) -> Sequence[Debt]:
        new = {_debt_key(d): d for d in debts if _debt_key(d) not in self.all_debts}
        self.all_debts.update(new)
        return list(new.values())

    def debts(self, council: str, key: str = "", delivery: str = "", state: DebtState | None = None) -> Sequence[Debt]:
        def asked(d: Debt) -> bool:
            return d.council == council and key in ("", d.key) and delivery in ("", d.delivery)

        found = (d for d in self.all_debts.values() if asked(d) and state in (None, d.state))
        return sorted(found, key=lambda d: (d.at, d.person, d.creditor))

    def channel_counts(self, council: str) -> Sequence[tuple[str, str, int]]:
        return [(day, channel, n) for (c, day, channel), n in self.counts.items() if c == council]


def _debt_key(debt: Debt) -> tuple[str, str, str, str]:
    return debt.council, debt.key, debt.person, debt.creditor


class FakeStore:
    """`down` makes it unreachable; `fails` is asked before each write and may raise."""

    def __init__(self) -> None:
        self.tx = FakeTx()
        self.down = False
        self.fails: Callable[[Changes], None] | None = None

    async def record(self, changes: Changes) -> None:
        if self.fails is not None:
            self.fails(changes)
        await self.write(lambda tx: tx.apply(changes))

    async def write(self, job: Callable[[FakeTx], T]) -> T:
        if self.down:
            raise TryAgain("The store is down.")
        tx = copy.copy(self.tx)
        for name, value in vars(self.tx).items():
            setattr(tx, name, copy.copy(value))
        result = job(tx)
        self.tx = tx
        return result

    async def read(self, job: Callable[[FakeTx], T]) -> T:
        if self.down:
            raise TryAgain("The store is down.")
        return job(self.tx)

    def kinds(self) -> list[Kind]:
        return [e.kind for e in self.tx.all_events]


class FakeOutlet:
    """A next hop that takes everything, until told otherwise: `answer` to the final dot, `refusals` to recipients.
    `sent` holds (recipients, content), `tried` the recipients of each try."""

    def __init__(self, recipients: Sequence[Path] = ()) -> None:
        self.recipients = tuple(recipients)
        self.answer: Reply | Exception = reply.OK
        self.refusals: dict[str, Reply] = {}
        self.sent: list[tuple[tuple[str, ...], bytes]] = []
        self.tried: list[tuple[str, ...]] = []
        self.store_at_dot: list[Kind] = []
        self.store: FakeStore | None = None

    async def send(self, content: Sequence[bytes]) -> Reply:
        return self._take(("live",), content)

    async def send_apart(
        self, recipients: Sequence[Path], content: Sequence[bytes], *, all_or_none: bool = False
    ) -> Sent:
        answers = tuple(self.refusals.get(str(p), reply.OK) for p in recipients)
        taken = tuple(str(p) for p in recipients if str(p) not in self.refusals)
        if not taken or (all_or_none and len(taken) < len(recipients)):
            self.tried.append(tuple(str(p) for p in recipients))
            return Sent(answers, None)
        return Sent(answers, self._take(taken, content))

    def _take(self, recipients: tuple[str, ...], content: Sequence[bytes]) -> Reply:
        self.tried.append(recipients)
        if self.store is not None:
            self.store_at_dot = self.store.kinds()
        if isinstance(self.answer, Exception):
            raise self.answer
        if self.answer.is_positive:
            self.sent.append((recipients, b"".join(content)))
        return self.answer


class FakeNextHop:
    """What the outbox talks to. `answers` are used up one by one; then everything is taken."""

    def __init__(self) -> None:
        self.answers: list[Sent | Exception] = []
        self.sent: list[tuple[str, tuple[str, ...], bytes]] = []

    async def send(self, door: str, mail_from: Path, recipients: Sequence[Path], content: Sequence[bytes]) -> Sent:
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            return answer
        self.sent.append((str(mail_from), tuple(str(p) for p in recipients), b"".join(content)))
        return Sent(tuple(reply.OK for _ in recipients), reply.OK)
