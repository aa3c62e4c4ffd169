"""The halves of one message over connections of their own, to two relay processes: nobody is left untold, or told
twice."""

import asyncio
from pathlib import Path

import pytest

from tests.scenarios.client import Mail, a_mail, deliver
from tests.scenarios.mails import BLIND, CLERK_ADDRESS, COUNCILLOR, RESIDENT
from tests.scenarios.relay import Relay, a_relay
from tests.scenarios.sink import Sink, Taken
from tests.scenarios.waiting import until

LINE = b"CC Councillor Ravi Patel"


def halves(id: str) -> tuple[Mail, Mail]:
    """The visible half, to the Clerk and a resident, and the blind one."""
    whole = a_mail(COUNCILLOR, (CLERK_ADDRESS, RESIDENT), "The bench is mended.\n", id=id)
    return whole, Mail(whole.mail_from, (BLIND.encode(),), whole.octets)


def notices(sink: Sink, id: str) -> list[Taken]:
    return [t for t in sink.taken if t.mail_from == b"" and f"References: <{id}@test.example>".encode() in t.octets]


async def served_by_all(relay: Relay, sink: Sink, pairs: list[tuple[Mail, Mail]]) -> None:
    """Send the halves of each pair at the same time."""
    answers = await asyncio.gather(*(deliver(relay.port, half) for pair in pairs for half in pair))
    assert all(a.is_taken for a in answers)


@pytest.fixture
async def two(tmp_path: Path, sink: Sink):  # type: ignore[no-untyped-def]
    async with a_relay(tmp_path, sink.port, processes=2) as relay:
        yield relay


async def test_blind_first_or_last_or_at_once_the_clerk_is_told_of_each_copy_once(two: Relay, sink: Sink) -> None:
    first = [halves(f"first{n}") for n in range(3)]
    last = [halves(f"last{n}") for n in range(3)]
    once = [halves(f"once{n}") for n in range(6)]
    for visible, blind in first:
        assert [(await deliver(two.port, h)).is_taken for h in (blind, visible)] == [True, True]
    for visible, blind in last:
        assert [(await deliver(two.port, h)).is_taken for h in (visible, blind)] == [True, True]
    await served_by_all(two, sink, once)
    for visible, blind in last:
        assert [(await deliver(two.port, h)).is_taken for h in (visible, blind)] == [True, True]
    await until(lambda: all(notices(sink, f"last{n}") for n in range(3)), "the notices come")
    await until(lambda: all(_is_told(sink, f"once{n}") for n in range(6)), "the other notices come")
    for n in range(3):
        assert [LINE in t.octets for t in _visible(sink, f"first{n}")] == [True]
        assert notices(sink, f"first{n}") == []
        (notice,) = notices(sink, f"last{n}")
        assert notice.recipients == (CLERK_ADDRESS.encode(),)
        assert LINE in notice.octets
        assert [LINE in t.octets for t in _visible(sink, f"last{n}")] == [False, True]
    for n in range(6):
        assert len(notices(sink, f"once{n}")) <= 1

    def by_state() -> list[tuple[str, str, int]]:
        return two.rows("SELECT person, state, count(*) FROM debts GROUP BY person, state ORDER BY state")

    await until(
        lambda: {state for _, state, _ in by_state()} == {"open", "paid"}, "every notice is written down as sent"
    )
    debts = by_state()
    assert len({count for _, _, count in debts}) == 1


def _visible(sink: Sink, id: str) -> list[Taken]:
    return [t for t in sink.to(CLERK_ADDRESS.encode()) if t.mail_from and t.message_id == f"<{id}@test.example>"]


def _is_told(sink: Sink, id: str) -> bool:
    return bool(notices(sink, id)) or any(LINE in t.octets for t in _visible(sink, id))
