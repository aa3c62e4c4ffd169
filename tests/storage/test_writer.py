"""Relay processes record through the one that writes."""

import asyncio
import os
import pickle
import socket
import struct
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.changes import Changes, HeldMove
from gatekeeper.core.held import Move, NotPossible
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage import writer
from gatekeeper.storage.rows import Rows
from gatekeeper.storage.store import SqlStore
from gatekeeper.storage.wire import FRAME, LARGEST_FRAME, Incoming, NotAFrame, packed, unpacked
from gatekeeper.storage.writer import RemoteRecorder, serve_writer
from tests.builders import NOON
from tests.changes import a_delivery, a_judgement, a_message, an_event
from tests.held import a_held

CHECKOUT = Path(__file__).resolve().parents[2]


@pytest.fixture
async def recorder(store: SqlStore) -> AsyncIterator[RemoteRecorder]:
    ours, theirs = socket.socketpair()
    serving = asyncio.create_task(serve_writer(store, ours))
    recorder = await RemoteRecorder.connect(theirs)
    yield recorder
    await recorder.close()
    await serving


async def child(store: SqlStore, name: str, messages: int) -> int:
    """Run a relay process on its end of a pair, and serve it until it ends; its exit status."""
    ours, theirs = socket.socketpair()
    with theirs:
        process = await asyncio.create_subprocess_exec(
            *(sys.executable, "-m", "tests.storage.recording_child", str(theirs.fileno()), name, str(messages)),
            pass_fds=(theirs.fileno(),),
            cwd=CHECKOUT,
        )
    await serve_writer(store, ours)
    return await process.wait()


async def test_two_relay_processes_share_the_commits_of_one_writer(store: SqlStore) -> None:
    assert await asyncio.gather(child(store, "a", 300), child(store, "b", 300)) == [0, 0]
    found = await store.read(lambda tx: [r.event for r in tx.events(EventQuery(limit=1000))])
    assert {e.reference for e in found} == {f"{name}{i}" for name in "ab" for i in range(300)}
    assert {e.details["subject"] for e in found} == {"a", "b"}
    assert store.commits < 300


async def test_what_is_recorded_from_afar_is_there_on_return(store: SqlStore, recorder: RemoteRecorder) -> None:
    changes = Changes(
        events=(an_event(1, details={"subject": "x"}, people=("j-smith",)),),
        messages=(a_message("a"),),
        held=(a_held(),),
        content=((a_held().reference, os.urandom(3_000_000)),),
        deliveries=(a_delivery(),),
        counts=(("stow", "d", "mp", 1),),
    )
    await recorder.record(changes)
    assert await store.read(lambda tx: tx.content(a_held().reference)) == changes.content[0][1]
    assert await store.read(lambda tx: [r.event for r in tx.events(EventQuery())]) == list(changes.events)
    assert await store.read(lambda tx: tx.held("stow", a_held().reference)) == a_held()


async def test_of_two_who_decide_from_afar_the_second_is_told_who(store: SqlStore, recorder: RemoteRecorder) -> None:
    held = a_held()
    await store.record(Changes(held=(held,)))
    move = HeldMove(held, held.moved(Move.RELEASE, NOON, "c-clerk"))
    await recorder.record(Changes(moves=(move,)))
    with pytest.raises(NotPossible, match="already decided by c-clerk on 24 November 2026"):
        await recorder.record(Changes(moves=(move,)))


async def test_one_that_fails_from_afar_undoes_no_other(store: SqlStore, recorder: RemoteRecorder) -> None:
    steps = [recorder.record(a_judgement(i, f"r{i}")) for i in (1, 2, 2, 3)]
    done = await asyncio.gather(*steps, return_exceptions=True)
    assert [type(d) for d in done] == [type(None), type(None), TryAgain, type(None)]
    with pytest.raises(ValueError, match="without its held message"):
        await recorder.record(Changes(content=(("nobody", b""),)))


async def test_when_the_writer_is_gone_everybody_is_told_at_once() -> None:
    ours, theirs = socket.socketpair()
    recorder = await RemoteRecorder.connect(theirs)
    waiting = [asyncio.create_task(recorder.record(a_judgement(i, f"r{i}"))) for i in range(3)]
    await asyncio.sleep(0)
    ours.close()
    assert [type(d) for d in await asyncio.gather(*waiting, return_exceptions=True)] == [TryAgain] * 3
    with pytest.raises(TryAgain):
        await recorder.record(a_judgement(9, "late"))
    await recorder.close()


async def test_when_the_store_has_closed_the_relay_is_told(store: SqlStore, recorder: RemoteRecorder) -> None:
    await store.close()
    with pytest.raises(TryAgain, match="closing"):
        await recorder.record(a_judgement(1, "a"))


async def test_a_relay_that_sends_faster_than_is_written_is_slowed_down(
    store: SqlStore, recorder: RemoteRecorder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer, "IN_HAND", 1000)
    await asyncio.gather(*(recorder.record(a_judgement(i, f"r{i}")) for i in range(200)))
    assert len(await store.read(lambda tx: list(tx.events(EventQuery(limit=1000))))) == 200


class Evil:
    def __init__(self, mark: Path) -> None:
        self._mark = mark

    def __reduce__(self) -> tuple[Callable[[Path], None], tuple[Path]]:
        return Path.touch, (self._mark,)


@pytest.mark.parametrize(
    "make",
    [
        lambda mark: pickle.dumps(Evil(mark)),
        lambda mark: pickle.dumps([[Evil(mark)]] + [[]] * 11),
        lambda mark: pickle.dumps([[1]] + [[]] * 11),
        lambda mark: pickle.dumps({}),
        lambda mark: b"",
        lambda mark: b"GET / HTTP/1.1",
    ],
)
async def test_what_is_no_frame_ends_the_connection_and_runs_nothing(
    store: SqlStore, tmp_path: Path, make: Callable[[Path], bytes]
) -> None:
    body = make(tmp_path / "mark")
    ours, theirs = socket.socketpair()
    theirs.sendall(FRAME.pack(1, len(body)) + body)
    await serve_writer(store, ours)
    theirs.close()
    assert not (tmp_path / "mark").exists()
    assert store.commits == 0


async def test_rows_that_no_table_takes_are_answered_and_the_connection_goes_on(store: SqlStore) -> None:
    ours, theirs = socket.socketpair()
    serving = asyncio.create_task(serve_writer(store, ours))
    recorder = await RemoteRecorder.connect(theirs)
    rows = Rows()
    rows.messages.append(("too", "few"))
    recorder._frames.send(FRAME.pack(77, len(packed(rows))), packed(rows))
    await recorder.record(a_judgement(1, "a"))
    await recorder.close()
    await serving
    assert await store.read(lambda tx: tx.message("a")) is not None


def test_rows_come_over_the_wire_as_they_were() -> None:
    rows = Rows()
    held = a_held()
    rows.add(replace(a_judgement(1, "a"), held=(held,), moves=(HeldMove(held, held.moved(Move.RETURN, NOON)),)))
    back = unpacked(packed(rows))
    assert all(getattr(back, name) == getattr(rows, name) for name in Rows.__slots__)


@given(st.lists(st.binary(max_size=50), max_size=8), st.data())
def test_frames_are_the_same_however_the_octets_are_cut(bodies: list[bytes], data: st.DataObject) -> None:
    stream = b"".join(FRAME.pack(i, len(b)) + b for i, b in enumerate(bodies))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(stream)), max_size=10)))
    incoming = Incoming(FRAME)
    found = []
    for start, end in zip([0, *cuts], [*cuts, len(stream)], strict=True):
        found += [body for _, body in incoming.feed(stream[start:end])]
    assert found == bodies


def test_an_absurd_length_is_no_frame() -> None:
    with pytest.raises(NotAFrame):
        list(Incoming(FRAME).feed(struct.pack("!QI", 1, LARGEST_FRAME + 1)))


@given(st.binary(max_size=200))
def test_octets_of_any_kind_are_rows_or_no_frame(data: bytes) -> None:
    with suppress(NotAFrame):
        assert isinstance(unpacked(data), Rows)
