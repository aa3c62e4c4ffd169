"""What the next hop said is written down once, whatever the store does meanwhile."""

from gatekeeper.core.changes import DeliveryState
from gatekeeper.core.events import Kind
from gatekeeper.core.held import State
from gatekeeper.errors import TryAgain
from gatekeeper.services.delivery import INTERRUPTED_AFTER, Outbox
from tests.fakes import FakeNextHop
from tests.services.test_review import REF, held_world, state
from tests.services.world import World


def an_outbox(world: World, pause) -> Outbox:
    return Outbox(
        store=world.store,
        next_hop=world.hop,
        councils=world.councils,
        notices=world.notices,
        clock=world.clock,
        names=world.names,
        pause=pause,
    )


async def a_released_world() -> World:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    return world


def breaks_the_store(world: World) -> None:
    """From the moment at which the next hop has it."""

    class Hop(FakeNextHop):
        async def send(self, *args, **more):
            sent = await super().send(*args, **more)
            world.store.down = True
            return sent

    world.hop = Hop()


async def test_a_store_that_passes_out_after_the_250_makes_nobody_get_it_twice() -> None:
    world = await a_released_world()
    breaks_the_store(world)
    waits: list[float] = []

    async def pause(seconds: float) -> None:
        waits.append(seconds)
        world.store.down = len(waits) < 3

    outbox = an_outbox(world, pause)
    await outbox.send_due()
    assert waits == [1.0, 2.0, 4.0]
    assert state(world) is State.RELEASED
    assert len(world.hop.sent) == 1
    assert Kind.SENT_TWICE not in world.store.kinds()


async def test_what_this_worker_still_writes_down_is_not_taken_for_interrupted() -> None:
    world = await a_released_world()
    breaks_the_store(world)
    found: list[int] = []

    async def pause(seconds: float) -> None:
        world.clock.at += 2 * INTERRUPTED_AFTER
        world.store.down = False
        found.append(await outbox.recover(alone=False))

    outbox = an_outbox(world, pause)
    await outbox.send_due()
    assert found == [0]
    assert state(world) is State.RELEASED


async def test_an_attempt_that_the_store_took_without_saying_so_is_written_once() -> None:
    world = await a_released_world()
    write, unsaid = world.store.write, [True]

    async def takes_and_fails(job):
        result = await write(job)
        if len(world.hop.sent) == 2 and unsaid:
            unsaid.clear()
            raise TryAgain("lost")
        return result

    async def pause(seconds: float) -> None:
        assert seconds > 0

    world.store.write = takes_and_fails
    outbox = an_outbox(world, pause)
    await outbox.send_due()
    await outbox.send_due()
    assert unsaid == []
    assert world.store.kinds().count(Kind.NOTICE_SENT) == 1


async def test_what_is_over_keeps_no_content() -> None:
    world = await a_released_world()
    await world.outbox.send_due()
    await world.outbox.send_due()
    assert {(d.state, d.raw) for d in world.store.tx.outbox.values()} == {(DeliveryState.SENT, b"")}
