"""The background work: outcomes that were lost, counts that are sealed, messages that cannot be settled."""

from dataclasses import replace

from gatekeeper.core.changes import Changes, Outcome, OutcomeChange
from gatekeeper.core.events import NO_COUNCIL, Kind
from gatekeeper.services.counting import Counts
from gatekeeper.services.upkeep import Repairs
from tests.changes import a_judgement
from tests.fakes import FakeClock, FakeNames, FakeStore
from tests.services.split import CLERK, JANE, OFFICER, RAW, Split
from tests.services.world import World


async def test_an_outcome_that_comes_after_the_look_for_lost_ones_stands() -> None:
    store, clock = FakeStore(), FakeClock()
    await store.record(a_judgement(1, "late"))
    await store.record(a_judgement(2, "lost"))
    read = store.read

    async def overtaken(job):
        found = await read(job)
        await store.record(Changes(outcomes=(OutcomeChange("late", Outcome.RELAYED),)))
        return found

    store.read = overtaken
    clock.forward(hours=1)
    assert await Repairs(store, clock, FakeNames()).run() == 1
    assert store.tx.messages["late"].outcome is Outcome.RELAYED
    assert store.tx.messages["lost"].outcome is Outcome.UNKNOWN
    assert [e.reference for e in store.tx.all_events if e.kind is Kind.OUTCOME_UNKNOWN] == ["lost"]


async def test_a_days_counts_are_sealed_when_it_is_over_and_late_ones_for_the_difference() -> None:
    world = World()
    counts = Counts(world.store, world.councils, world.clock, world.names)
    day = world.council.day(world.clock.at).isoformat()
    rows = ((world.council.id, day, "mp", 2), (world.council.id, day, "police", 1), (NO_COUNCIL, day, "mp", 4))
    await world.store.record(Changes(counts=rows))
    assert await counts.seal() == 0
    world.clock.forward(days=1)
    assert await counts.seal() == 3
    await world.store.record(Changes(counts=((world.council.id, day, "mp", 5),)))
    assert await counts.seal() == 1
    assert await counts.seal() == 0
    sealed = [(e.council, dict(e.facts)) for e in world.store.tx.all_events if e.kind is Kind.CHANNEL_COUNTED]
    assert sealed == [
        (world.council.id, {"channel": "mp", "count": "2", "day": day}),
        (world.council.id, {"channel": "police", "count": "1", "day": day}),
        (NO_COUNCIL, {"channel": "mp", "count": "4", "day": day}),
        (world.council.id, {"channel": "mp", "count": "5", "day": day}),
    ]
    assert "5 messages went to a protected channel" in world.store.tx.all_events[-1].sentence


async def test_a_message_that_cannot_be_settled_stops_no_other() -> None:
    world = Split()
    other = RAW.replace(b"a1@stow", b"b2@stow")
    for raw in (RAW, other):
        await world.send(CLERK, raw=raw, sender=OFFICER)
        await world.send(JANE, raw=raw, sender=OFFICER)
    first = next(iter(world.store.tx.all_transactions.values())).key
    settle = world.ledger._settle

    def fails(tx, council_id: str, key: str) -> None:
        if key == first:
            raise UnicodeError("odd")
        settle(tx, council_id, key)

    world.ledger._settle = fails
    await world.later()
    assert len(world.late) == 1
    assert all(t.look_at is None or t.look_at > world.clock.at for t in world.store.tx.all_transactions.values())


async def test_a_debt_whose_notice_cannot_be_written_stays_open() -> None:
    world = Split()
    world.notices._templates = replace(world.notices._templates, texts={})
    await world.send(CLERK)
    await world.send(JANE)
    await world.later()
    assert world.late == []
    assert {state.value for _, state in world.states()} == {"open"}
