"""The ledger of disclosures: who received a message without being told of a silent copy, and is told by a notice.

It is reconciled from what is recorded, never while a message is under way, so that neither the order in which the
halves of a message come, nor retries, nor several relay processes can make it miss a debt or pay one twice. A debt is
identified by message, person copied, and creditor; whoever comes second with the same finds it there.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from gatekeeper import logs
from gatekeeper.core.changes import Changes, Delivery
from gatekeeper.core.disclosure import lines_for
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.split import Debt, DebtState, Transaction
from gatekeeper.services.councils import Council, Councils
from gatekeeper.services.halves import Creditor, Fate, Half, half
from gatekeeper.services.notices import About, Notices
from gatekeeper.services.ports import Clock, Randomness, Store, Tx
from gatekeeper.services.split import LOOK_AFTER

LONGEST_GRACE = timedelta(minutes=1)
"""A burst of blind copies that goes on for so long is told of in more than one notice."""

WATCHED = timedelta(minutes=30)
"""For how long after a blind copy its message is looked at: another half may be under way that was judged before."""

SELDOM = timedelta(hours=1)
BATCH = 100


class Ledger:
    def __init__(self, *, store: Store, councils: Councils, notices: Notices, clock: Clock, names: Randomness) -> None:
        self._store = store
        self._councils = councils
        self._notices = notices
        self._clock = clock
        self._names = names

    async def settle_due(self) -> int:
        """Look at every message that is due; how many there were."""
        now = self._clock.now()
        due = await self._store.read(lambda tx: list(tx.due_transactions(now, BATCH)))
        messages = dict.fromkeys((t.council, t.key) for t in due)
        for council, key in messages:
            await self._settle_one(council, key)
        return len(messages)

    async def _settle_one(self, council: str, key: str) -> None:
        """A message that cannot be settled is looked at later, and stops no other."""
        try:
            await self._store.write(partial(self._settle, council_id=council, key=key))
        except Exception as error:
            logs.worker_failed(type(error).__name__)
            await self._postpone(council, key)

    async def _postpone(self, council: str, key: str) -> None:
        """So that those which fail again and again never fill a whole batch."""

        def job(tx: Tx) -> None:
            watched = [t for t in tx.transactions_to_settle(council, key) if t.look_at is not None]
            later = (replace(t, look_at=_next_look(t, True, self._clock.now())) for t in watched)
            tx.apply(Changes(transactions=tuple(later)))

        try:
            await self._store.write(job)
        except Exception as error:
            logs.worker_failed(type(error).__name__)

    def _settle(self, tx: Tx, council_id: str, key: str) -> None:
        now = self._clock.now()
        transactions = tx.transactions_to_settle(council_id, key)
        council = self._councils.all.get(council_id)
        halves = [half(tx, council, t, now) for t in transactions] if council is not None else []
        if council is not None and council.protocol.discloses_copies:
            self._owe(tx, council, key, halves, now)
            self._pay(tx, council, key, halves, now)
        pending = any(h.fate is Fate.PENDING for h in halves)
        watched = (replace(t, look_at=_next_look(t, pending, now)) for t in transactions if t.look_at is not None)
        tx.apply(Changes(transactions=tuple(watched)))

    # --- debts ----------------------------------------------------------------------------------------------------

    def _owe(self, tx: Tx, council: Council, key: str, halves: Sequence[Half], now: datetime) -> None:
        """Record the debts that were not known yet, with an event for each creditor."""
        served = {c.digest: (c, h) for h in reversed(halves) for c in h.creditors}
        found = [
            Debt(council.id, key, person, digest, h.transaction.reference, self._state(council, c), now)
            for digest, (c, h) in served.items()
            for person in _untold(c, halves)
        ]
        events = [
            self._event(Kind.DEBT_OWED, debts, served[digest][0], now)
            for digest, debts in _by_creditor(tx.add_debts(found)).items()
        ]
        tx.apply(Changes(events=tuple(events)))

    def _state(self, council: Council, creditor: Creditor) -> DebtState:
        tells = creditor.ours or council.protocol.notify_outsiders
        return DebtState.OWED if tells else DebtState.OPEN

    # --- notices --------------------------------------------------------------------------------------------------

    def _pay(self, tx: Tx, council: Council, key: str, halves: Sequence[Half], now: datetime) -> None:
        """One notice to each creditor, once no further blind copy has come for a while."""
        owed = tx.debts(council.id, key=key, state=DebtState.OWED)
        if not owed or not _is_quiet(halves, owed, now):
            return
        served = {(c.digest, h.transaction.reference): (c, h) for h in halves for c in h.creditors}
        for debts in _by_creditor(owed).values():
            found = served.get((debts[0].creditor, debts[0].reference))
            if found is not None:
                self._notify(tx, council, *found, debts, now)

    def _notify(
        self, tx: Tx, council: Council, creditor: Creditor, served: Half, debts: Sequence[Debt], now: datetime
    ) -> None:
        delivery = self._notice(council, creditor, served, debts, now)
        if delivery is None:
            tx.apply(Changes(debts=tuple(replace(d, state=DebtState.OPEN) for d in debts)))
            return
        noticed = tuple(replace(d, state=DebtState.NOTICED, delivery=delivery.id) for d in debts)
        event = self._event(Kind.DEBT_NOTICED, debts, creditor, now)
        tx.apply(Changes(events=(event,), deliveries=(delivery,), debts=noticed))

    def _notice(
        self, council: Council, creditor: Creditor, served: Half, debts: Sequence[Debt], now: datetime
    ) -> Delivery | None:
        reference = debts[0].reference
        directory = council.directory(served.transaction.at)
        author = directory.person(Path(served.text("sender").encode()).address)
        authors = frozenset((author.id,) if author else ())
        people = [d.person for d in debts]
        about = About(
            reference, council, served.door, served.text("message_id"), creditor.person, creditor.name, creditor.to
        )
        return self._notices.disclosed(
            about,
            now,
            subject=served.text("subject"),
            sender=served.text("sender"),
            lines=lines_for(directory, authors, people, council.protocol.footer),
        )

    def _event(self, kind: Kind, debts: Sequence[Debt], creditor: Creditor, at: datetime) -> Event:
        people = tuple(d.person for d in debts)
        return Event(
            self._names.event_id(at),
            debts[0].council,
            at,
            kind,
            debts[0].reference,
            facts={"state": debts[0].state.value},
            details={"disclosed": people, "recipients": (creditor.served,)},
            people=tuple(dict.fromkeys((*people, creditor.person))) if creditor.person else people,
        )


def _untold(creditor: Creditor, halves: Sequence[Half]) -> list[str]:
    """Whose copies this creditor was not told of in every transaction that served him, since of two copies of a message
    his mailbox may drop the one that tells; his own copy is no news to him."""
    his = [h.transaction for h in halves if creditor.digest in {c.digest for c in h.creditors}]
    blind = dict.fromkeys(p for h in halves if h.is_served for p in h.transaction.blind)
    return [p for p in blind if p != creditor.person and any(p not in t.disclosed for t in his)]


def _by_creditor(debts: Iterable[Debt]) -> Mapping[str, list[Debt]]:
    found: dict[str, list[Debt]] = defaultdict(list)
    for debt in debts:
        found[debt.creditor].append(debt)
    return found


def _is_quiet(halves: Sequence[Half], owed: Sequence[Debt], now: datetime) -> bool:
    """Whether the blind copies that belong together have probably all come."""
    newest = max((h.transaction.at for h in halves if h.transaction.blind), default=now)
    return now - newest >= LOOK_AFTER or now - min(d.at for d in owed) >= LONGEST_GRACE


def _next_look(transaction: Transaction, pending: bool, now: datetime) -> datetime | None:
    """Less and less often; and no more when nothing is under way and nothing can be."""
    age = now - transaction.at
    if age >= WATCHED and not pending:
        return None
    return now + min(max(LOOK_AFTER, age), SELDOM)
