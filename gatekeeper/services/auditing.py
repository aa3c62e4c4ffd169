"""The record, for those who may read it. Every search is itself on the record."""

from collections.abc import Iterator

from gatekeeper.core.changes import Changes
from gatekeeper.core.events import NO_COUNCIL, Event, Kind, Value
from gatekeeper.core.people import Role
from gatekeeper.errors import NotAllowed
from gatekeeper.services.actors import Actor
from gatekeeper.services.ports import Clock, EventQuery, Randomness, Store

READERS = frozenset({Role.AUDITOR, Role.MONITORING_OFFICER, Role.PROPER_OFFICER, Role.ACTING_PROPER_OFFICER})
"""Roles that may search the record."""


class Auditing:
    def __init__(self, store: Store, clock: Clock, names: Randomness) -> None:
        self._store = store
        self._clock = clock
        self._names = names

    async def search(self, query: EventQuery, actor: Actor) -> tuple[Event, ...]:
        """Events, newest first. Raises `NotAllowed`."""
        if actor.person is not None and actor.person.roles.isdisjoint(READERS):
            await self._note(Kind.REFUSED_ACCESS, query, actor, reason="the record is read by auditors and the Clerk")
            raise NotAllowed(f"{actor.person.name} may not search the record; auditors and the Proper Officer may.")
        await self._note(Kind.SEARCHED, query, actor)
        return await self._store.read(lambda tx: tuple(r.event for r in tx.events(query)))

    async def _note(self, kind: Kind, query: EventQuery, actor: Actor, reason: str = "") -> None:
        at = self._clock.now()
        asked = tuple(f"{k}={v}" for k, v in _given(query))
        details: dict[str, Value] = {"actor": actor.name, "asked": asked}
        if reason:
            details["reason"] = reason
        event = Event(
            self._names.event_id(at),
            query.council or NO_COUNCIL,
            at,
            kind,
            details=details,
            people=(actor.id,) if actor.person else (),
        )
        await self._store.record(Changes(events=(event,)))


def _given(query: EventQuery) -> Iterator[tuple[str, str]]:
    empty = EventQuery()
    for name in EventQuery.__slots__:
        value = getattr(query, name)
        if value != getattr(empty, name):
            yield name, str(value)
