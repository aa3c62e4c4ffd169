"""The ledger over real stores: two intakes and two workers, as two machines on one database have them."""

import asyncio

from gatekeeper.core.changes import Purpose
from gatekeeper.core.events import Kind
from gatekeeper.core.split import DebtState
from gatekeeper.services.delivery import Outbox
from gatekeeper.services.ledger import Ledger
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage.store import SqlStore
from tests.builders import a_submission
from tests.fakes import FakeOutlet
from tests.services.split import ALL, CLERK, OFFICER, RAW, RESIDENT
from tests.services.world import World


async def test_two_workers_tell_each_creditor_once_of_everybody(store: SqlStore, url: str) -> None:
    world, second = World(), SqlStore.open(url)
    stores = (store, second)
    intakes = [world.intake_over(s) for s in stores]  # type: ignore[arg-type]
    parts = {"councils": world.councils, "notices": world.notices, "clock": world.clock, "names": world.names}
    ledgers = [Ledger(store=s, **parts) for s in stores]  # type: ignore[arg-type]
    halves = [(CLERK, RESIDENT), *((member,) for member in ALL)]
    for n, to in enumerate(halves):
        submission = a_submission(RAW, sender=OFFICER, to=to, reference=f"TRA-{n}")
        await intakes[n % 2].accept(submission, FakeOutlet())
    for _ in range(3):
        world.clock.forward(seconds=10)
        await asyncio.gather(*(ledger.settle_due() for ledger in ledgers))
    outbox = Outbox(store=store, next_hop=world.hop, **parts)  # type: ignore[arg-type]
    await outbox.send_due()
    debts = await store.read(lambda tx: tx.debts("stow"))
    assert sorted(d.state for d in debts) == [DebtState.OPEN] * 4 + [DebtState.PAID] * 4
    ((_, to, notice),) = world.hop.sent
    assert to == (CLERK,)
    assert b"CC all Councillors" in notice
    events = await store.read(lambda tx: [r.event for r in tx.events(EventQuery(council="stow", reference="TRA-0"))])
    (paid,) = [e for e in events if e.kind is Kind.DEBT_PAID]
    assert paid.details["recipients"] == (CLERK,)
    assert len([e for e in events if e.kind is Kind.DEBT_NOTICED]) == 1
    assert {d.purpose for d in await store.read(lambda tx: tx.deliveries("TRA-0"))} == {Purpose.DISCLOSURE}
    await second.close()


async def test_a_later_half_knows_of_the_earlier_one_in_another_process(store: SqlStore, url: str) -> None:
    world, second = World(), SqlStore.open(url)
    await world.intake_over(store).accept(  # type: ignore[arg-type]
        a_submission(RAW, sender=OFFICER, to=ALL, reference="TRA-1"), FakeOutlet()
    )
    outlet = FakeOutlet()
    await world.intake_over(second).accept(  # type: ignore[arg-type]
        a_submission(RAW, sender=OFFICER, to=(CLERK,), reference="TRA-2"), outlet
    )
    assert b"CC all Councillors" in outlet.sent[0][1]
    await second.close()
