"""Counts of protected channels become part of the sealed trail, a day at a time, once the day is over."""

from functools import partial

from gatekeeper.core.changes import Changes
from gatekeeper.core.events import NO_COUNCIL, Event, Kind
from gatekeeper.services.councils import Councils
from gatekeeper.services.ports import Clock, Randomness, Store, Tx


class Counts:
    def __init__(self, store: Store, councils: Councils, clock: Clock, names: Randomness) -> None:
        self._store = store
        self._councils = councils
        self._clock = clock
        self._names = names

    async def seal(self) -> int:
        """Record one event for each channel and day before the council's today; a second one for the difference where
        more was counted since. How many there were."""
        now = self._clock.now()
        days = {c.id: c.day(now) for c in self._councils.all.values()} | {NO_COUNCIL: now.date()}
        found = 0
        for council, today in days.items():
            found += await self._store.write(partial(self._seal, council=council, today=today.isoformat()))
        return found

    def _seal(self, tx: Tx, council: str, today: str) -> int:
        counts = tx.seal_counts(council, today)
        events = tuple(self._event(council, day, channel, count) for day, channel, count in counts)
        tx.apply(Changes(events=events))
        return len(events)

    def _event(self, council: str, day: str, channel: str, count: int) -> Event:
        at = self._clock.now()
        facts = {"channel": channel, "count": str(count), "day": day}
        return Event(self._names.event_id(at), council, at, Kind.CHANNEL_COUNTED, facts=facts)
