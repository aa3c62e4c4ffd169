"""A door as a listening socket."""

import asyncio
import socket

import pytest
import uvloop

from gatekeeper.smtp.server import Door
from tests.smtp.dialogue import SENDS, TAKES, FakeClock, FakeGate, FakeNames, a_stage, some_options, until


def a_door(**options: object) -> Door:
    return Door(some_options(**options), gate=FakeGate(), names=FakeNames(), clock=FakeClock())


async def relay_one() -> None:
    async with a_stage(TAKES) as stage:
        await stage.talk(SENDS + "S: 250 2.0.0 taken as 17\nC: QUIT\nS: 221 ...\nS: <close>")


def test_a_door_does_the_same_on_uvloop() -> None:
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(relay_one())


async def test_several_doors_share_a_port_where_asked_and_only_there() -> None:
    first = a_door()
    await first.start(reuse_port=True)
    second = a_door(port=first.port)
    await second.start(reuse_port=True)
    assert second.port == first.port
    with pytest.raises(OSError, match="in use"):
        await a_door(port=first.port).start()
    await second.stop()
    await first.stop()


async def test_replies_are_not_held_back_by_nagles_algorithm() -> None:
    async with a_stage() as stage:
        _, writer = await stage.connect()
        await until(lambda: stage.door.clients)
        (session,) = stage.door._house.sessions
        accepted: socket.socket = session.transport.get_extra_info("socket")  # type: ignore[attr-defined]
        assert accepted.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
        writer.close()


async def test_a_door_that_was_not_started_has_no_port_and_may_be_stopped() -> None:
    door = a_door()
    with pytest.raises(RuntimeError):
        _ = door.port
    await door.stop()
