"""`serve` and its parts as processes: doors, background work, and on SQLite one writer for several relay processes."""

import asyncio
import gc
import signal
import socket
import sys
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, ExitStack, asynccontextmanager
from pathlib import Path
from typing import Any

import uvloop

from gatekeeper import __version__, logs
from gatekeeper.bootstrap import (
    House,
    Installation,
    door_options,
    import_files,
    intake,
    ready_database,
)
from gatekeeper.core.changes import Changes
from gatekeeper.core.events import NO_COUNCIL, Event, Kind
from gatekeeper.errors import Unusable
from gatekeeper.services.actors import Actor
from gatekeeper.services.clock import RandomNames, SystemClock
from gatekeeper.services.councils import Councils
from gatekeeper.services.counting import Counts
from gatekeeper.services.documents import Documents
from gatekeeper.services.ports import Reader, Recorder
from gatekeeper.services.protected import Protected
from gatekeeper.services.upkeep import COUNT_SECONDS, Repairs, Upkeep, every, record_counts
from gatekeeper.smtp.catcher import catch
from gatekeeper.smtp.nexthop import NextHops
from gatekeeper.smtp.server import Door
from gatekeeper.storage.alone import alone
from gatekeeper.storage.store import SqlStore
from gatekeeper.storage.writer import RemoteRecorder, serve_writer

SYSTEM = Actor(None)
VERSION_SECONDS = 5.0
"""How soon a new version of a register or protocol is in force in every process."""

RESTART_SECONDS = 1.0
"""Before a relay process that died is started again."""


GC_THRESHOLDS = (20_000, 20, 20)
"""Messages leave hardly any cycles behind, so the collector need not look as often as it is wont to."""


def run(work: Coroutine[Any, Any, None]) -> None:
    """Run a process's work on its own event loop."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(work)


def stop_signal() -> asyncio.Event:
    """Set when the process is asked to end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    return stop


async def serve(installation: Installation) -> None:
    """Everything, until asked to stop. Raises `Unusable`, `TryAgain`."""
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_store(installation))
        house = House(installation, store, await _brought_in(installation, store))
        await stack.enter_async_context(_keeping_up(installation, store, house.councils))
        upkeep = await stack.enter_async_context(_upkeep(house))
        if installation.settings.processes == 1:
            doors = _doors(installation, house.councils, recorder=store, reader=store, wake=upkeep.wake)
        else:
            doors = _children(installation, store, installation.settings.processes)
        await stack.enter_async_context(doors)
        await stop.wait()
    logs.stopped()


async def serve_with_catcher(installation: Installation, folder: Path) -> None:
    """`serve`, with the catcher for trying out as the first door's next hop."""
    hop = installation.settings.listeners[0].next_hop
    try:
        server = await catch(hop.host, hop.port, folder)
    except OSError as error:
        raise Unusable(f"The catcher cannot open {hop}: {error.strerror}.") from error
    async with server:
        await serve(installation)


async def relay(installation: Installation, writer: socket.socket | None = None) -> None:
    """The doors only, until asked to stop; recording through `writer` where a parent process writes the store, and only
    for as long as that one lives."""
    stop = stop_signal()
    async with AsyncExitStack() as stack:
        store = await stack.enter_async_context(_store(installation))
        house = House(installation, store, await installation.in_force(store))
        await stack.enter_async_context(_keeping_up(installation, store, house.councils))
        recorder: Recorder = store
        if writer is not None:
            remote = await RemoteRecorder.connect(writer, stop.set)
            stack.push_async_callback(remote.close)
            recorder = remote
        await stack.enter_async_context(
            _doors(installation, house.councils, recorder=recorder, reader=store, wake=lambda: None, shared=True)
        )
        await stop.wait()


async def worker(installation: Installation) -> None:
    """The background work only, until asked to stop."""
    stop = stop_signal()
    async with _store(installation) as store:
        house = House(installation, store, await _brought_in(installation, store))
        async with _keeping_up(installation, store, house.councils), _upkeep(house):
            await stop.wait()


@asynccontextmanager
async def _store(installation: Installation) -> AsyncIterator[SqlStore]:
    store = SqlStore(ready_database(installation.settings))
    try:
        yield store
    finally:
        await store.close()


async def _brought_in(installation: Installation, store: SqlStore) -> Councils:
    """Changed files imported, the start recorded; the councils in force."""
    names, clock = RandomNames(), SystemClock()
    await import_files(installation, Documents(store, clock, names), SYSTEM)
    at = clock.now()
    event = Event(names.event_id(at), NO_COUNCIL, at, Kind.STARTED, facts={"version": __version__})
    await store.record(Changes(events=(event,)))
    return await installation.in_force(store)


@asynccontextmanager
async def _keeping_up(installation: Installation, store: Reader, councils: Councils) -> AsyncIterator[None]:
    """Put new versions of registers and protocols in force as they are imported."""
    seen = await installation.versions(store)

    async def look() -> None:
        nonlocal seen
        now = await installation.versions(store)
        if now != seen:
            councils.replace((await installation.in_force(store)).all.values())
            seen = now
            logs.new_version()

    looking = asyncio.create_task(every(VERSION_SECONDS, look))
    try:
        yield
    finally:
        looking.cancel()


@asynccontextmanager
async def _upkeep(house: House) -> AsyncIterator[Upkeep]:
    """The background work. On an embedded database nobody else does it, so what is half done is taken up at once.
    Raises `Unusable` where somebody else does it after all."""
    hops = NextHops(door_options(x) for x in house.installation.settings.listeners)
    repairs = Repairs(house.store, house.clock, house.names)
    counts = Counts(house.store, house.councils, house.clock, house.names)
    upkeep = Upkeep(house.outbox(hops), repairs, house.ledger, counts)
    with alone(house.store.database) as is_alone:
        await upkeep.start(alone=is_alone)
        try:
            yield upkeep
        finally:
            await upkeep.stop()
            await hops.close()


@asynccontextmanager
async def _doors(
    installation: Installation,
    councils: Councils,
    *,
    recorder: Recorder,
    reader: Reader,
    wake: Callable[[], None],
    shared: bool = False,
) -> AsyncIterator[None]:
    """The doors of this process; several processes may share their ports."""
    clock = SystemClock()
    protected = Protected(councils, clock)
    gate = intake(installation, councils, recorder=recorder, reader=reader, protected=protected, wake=wake)
    doors = [
        Door(door_options(x), gate=gate, names=RandomNames(), clock=clock) for x in installation.settings.listeners
    ]
    counting = asyncio.create_task(every(COUNT_SECONDS, lambda: record_counts(protected, recorder)))
    async with AsyncExitStack() as stack:
        for door in doors:
            try:
                await door.start(reuse_port=shared)
            except OSError as error:
                address = f"{door.options.host}:{door.options.port}"
                raise Unusable(f"The door {door.options.name} cannot open {address}: {error.strerror}.") from error
            stack.push_async_callback(door.stop)
        yield
    counting.cancel()
    await record_counts(protected, recorder)


@asynccontextmanager
async def _children(installation: Installation, store: SqlStore, count: int) -> AsyncIterator[None]:
    """Relay processes that share the ports. On an embedded database they record through this one."""
    keepers = [asyncio.create_task(_keep_running(installation, store)) for _ in range(count)]
    try:
        yield
    finally:
        for keeper in keepers:
            keeper.cancel()
        await asyncio.gather(*keepers, return_exceptions=True)


async def _keep_running(installation: Installation, store: SqlStore) -> None:
    """One relay process, started again whenever it dies."""
    while True:
        try:
            logs.relay_died(await _child(installation, store))
        except OSError as error:
            logs.relay_not_started(type(error).__name__)
        await asyncio.sleep(RESTART_SECONDS)


async def _child(installation: Installation, store: SqlStore) -> int:
    """Run a relay process to its end; its exit status. Ended in order when this is cancelled."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "gatekeeper", "--config", str(installation.settings.file), "relay"]
    with ExitStack() as unstarted, theirs:
        unstarted.enter_context(ours)
        process = await asyncio.create_subprocess_exec(
            *command, "--writer-fd", str(theirs.fileno()), pass_fds=(theirs.fileno(),)
        )
        unstarted.pop_all()
    writing = asyncio.create_task(serve_writer(store, ours))
    try:
        return await process.wait()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    finally:
        await asyncio.wait((writing,), timeout=RESTART_SECONDS)
        writing.cancel()
