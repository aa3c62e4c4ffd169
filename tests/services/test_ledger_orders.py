"""Whatever the order in which the halves of a message come and the ledger looks, everybody is told once."""

import asyncio
from collections import Counter
from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.changes import Changes, Outcome
from gatekeeper.core.reply import Reply
from tests.builders import a_mail, a_submission
from tests.fakes import FakeOutlet, FakeStore
from tests.services.split import ANN, CLERK, JANE, MAYOR, OFFICER, RAVI, RESIDENT, Split


class Unhurried(FakeStore):
    """A store whose every answer takes as long as chance has it."""

    def __init__(self, delays: list[int]) -> None:
        super().__init__()
        self._delays = delays

    async def _wait(self) -> None:
        for _ in range(self._delays.pop() if self._delays else 0):
            await asyncio.sleep(0)

    async def record(self, changes: Changes) -> None:
        await self._wait()
        await super().record(changes)
        await self._wait()

    async def read(self, job):  # type: ignore[no-untyped-def]
        await self._wait()
        result = await super().read(job)
        await self._wait()
        return result


@settings(max_examples=200, deadline=None)
@given(
    halves=st.lists(
        st.tuples(st.sampled_from([(CLERK,), (CLERK, OFFICER), (ANN,), (JANE,), (RAVI, JANE), (CLERK, JANE), ()]),
                  st.sampled_from([250, 250, 250, 451, 550]), st.booleans()),
        min_size=2, max_size=6,
    ),
    delays=st.lists(st.integers(0, 9), max_size=60),
    looks=st.lists(st.integers(0, 12), max_size=4),
)  # fmt: skip
async def test_in_any_order_everybody_is_told_of_every_copy_once(
    halves: list[tuple[tuple[str, ...], int, bool]], delays: list[int], looks: list[int]
) -> None:
    """Two intakes over one store, and a worker that looks at any time."""
    world = Split()
    world.store = Unhurried(delays)
    world.ledger._store = world.outbox._store = world.store
    intakes = (world.intake_over(world.store), world.intake_over(world.store))
    outlets = [FakeOutlet() for _ in halves]
    raw = a_mail("Hello\r\n", sender=MAYOR, to=f"{CLERK}, {OFFICER}, {ANN}")

    async def one(n: int) -> None:
        to, code, which = halves[n]
        outlets[n].answer = Reply(code, ("x",))
        submission = a_submission(raw, sender=MAYOR, to=to or (RESIDENT,), reference=f"TRA-{n}")
        await intakes[which].accept(submission, outlets[n])

    async def look(after: int) -> None:
        for _ in range(after):
            await asyncio.sleep(0)
        world.clock.forward(seconds=6)
        await world.ledger.settle_due()

    await asyncio.gather(*(one(n) for n in range(len(halves))), *(look(after) for after in looks))
    await world.later(1200, step=10)
    _check_everybody_was_told(world, halves, outlets)


def _check_everybody_was_told(
    world: Split, halves: Sequence[tuple[tuple[str, ...], int, bool]], outlets: Sequence[FakeOutlet]
) -> None:
    names = {JANE: "Jane Smith", RAVI: "Ravi Patel"}
    served = [(to, outlet.sent[0][1]) for (to, _, _), outlet in zip(halves, outlets, strict=True) if outlet.sent]
    copied = {names[a] for to, _ in served for a in to if a in names}
    said = Counter(
        (str(d.recipients[0].path), name) for d in world.late for name in names.values() if name.encode() in d.raw
    )
    assert all(n == 1 for n in said.values())
    for creditor in {a for to, _ in served for a in to if a not in names}:
        his = [raw for to, raw in served if creditor in to]
        untold = {name for name in copied if any(name.encode() not in raw for raw in his)}
        assert {name for who, name in said if who == creditor} == (untold if creditor != RESIDENT else set())
    assert all(m.outcome is not Outcome.OPEN for m in world.store.tx.messages.values())
