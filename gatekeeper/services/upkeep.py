"""Work that goes on in the background: outbox, ledger, counts of protected channels, outcomes never recorded."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from datetime import timedelta

from gatekeeper import logs
from gatekeeper.core.changes import Changes, MessageRecord
from gatekeeper.core.events import Event, Kind
from gatekeeper.errors import TryAgain
from gatekeeper.services.counting import Counts
from gatekeeper.services.delivery import Outbox
from gatekeeper.services.ledger import Ledger
from gatekeeper.services.ports import Clock, Randomness, Recorder, Store, Tx
from gatekeeper.services.protected import Protected, ServedBefore
from gatekeeper.services.split import KEEP

OPEN_AFTER = timedelta(minutes=20)
"""A message judged so long ago and still without outcome has lost it: the final dot may take ten minutes."""

OUTBOX_SECONDS = 1.0
STOP_SECONDS = 10.0
LEDGER_SECONDS = 2.0
REPAIR_SECONDS = 60.0
COUNT_SECONDS = 5.0
SEAL_SECONDS = 600.0


class Repairs:
    """Finds messages whose outcome was never recorded, and says so."""

    def __init__(self, store: Store, clock: Clock, names: Randomness) -> None:
        self._store = store
        self._clock = clock
        self._names = names

    async def run(self, *, all_of_them: bool = False) -> int:
        """Mark them as unknown; at the start of the only relay, all that are open. How many there were."""
        now = self._clock.now()
        before = now if all_of_them else now - OPEN_AFTER
        found = await self._store.read(lambda tx: list(tx.open_messages(before)))
        count = await self._store.write(lambda tx: self._close(tx, found)) if found else 0
        if count:
            logs.outcomes_unknown(count)
        return count

    async def forget(self) -> None:
        """Drop what no client can come back for."""
        now = self._clock.now()
        await self._store.write(lambda tx: tx.forget_served(now - ServedBefore.KEEP))
        await self._store.write(lambda tx: tx.forget_transactions(now - KEEP))

    def _close(self, tx: Tx, found: Iterable[MessageRecord]) -> int:
        """An outcome that was recorded meanwhile stays, and nothing is said of it."""
        lost = [record for record in found if tx.lose_outcome(record.reference)]
        tx.apply(Changes(events=tuple(map(self._unknown, lost))))
        return len(lost)

    def _unknown(self, record: MessageRecord) -> Event:
        at = self._clock.now()
        return Event(
            self._names.event_id(at), record.council, at, Kind.OUTCOME_UNKNOWN, record.reference, record.verdict
        )


async def record_counts(protected: Protected, recorder: Recorder) -> None:
    """Add what was counted since the last time to the counters in the store; kept for later where it is down."""
    counts = protected.take_counts()
    if not counts:
        return
    try:
        await recorder.record(Changes(counts=counts))
    except TryAgain:
        protected.put_back(counts)


class Upkeep:
    """The background tasks of a worker. `stop` ends them after what they are doing."""

    def __init__(self, outbox: Outbox, repairs: Repairs, ledger: Ledger, counts: Counts) -> None:
        self._outbox = outbox
        self._ledger = ledger
        self._repairs = repairs
        self._counts = counts
        self._wake = asyncio.Event()
        self._tasks: list[asyncio.Task[None]] = []

    def wake(self) -> None:
        """There is something to send."""
        self._wake.set()

    async def start(self, *, alone: bool) -> None:
        await self._repairs.run(all_of_them=alone)
        await self._outbox.recover(alone=alone)
        self._tasks = [
            asyncio.create_task(self._send()),
            asyncio.create_task(every(REPAIR_SECONDS, self._repair)),
            asyncio.create_task(every(LEDGER_SECONDS, self._settle)),
            asyncio.create_task(every(SEAL_SECONDS, self._counts.seal)),
        ]

    async def _send(self) -> None:
        while True:
            self._wake.clear()
            try:
                while await self._outbox.start_due():
                    pass
            except Exception as error:
                logs.worker_failed(type(error).__name__)
            try:
                async with asyncio.timeout(OUTBOX_SECONDS):
                    await self._wake.wait()
            except TimeoutError:
                continue

    async def _settle(self) -> None:
        if await self._ledger.settle_due():
            self.wake()

    async def _repair(self) -> None:
        await self._repairs.run()
        await self._repairs.forget()
        await self._outbox.recover(alone=False)

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._outbox.finished(STOP_SECONDS)


async def every(seconds: float, work: Callable[[], Awaitable[object]]) -> None:
    """Do the work again and again, whatever became of it the last time."""
    while True:
        await asyncio.sleep(seconds)
        try:
            await work()
        except Exception as error:
            logs.worker_failed(type(error).__name__)
