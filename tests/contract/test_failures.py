"""What a store does when its process is killed, or when the database is locked, gone or full."""

import asyncio
import sqlite3
import subprocess
import sys
import traceback
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gatekeeper.core.changes import Changes, HeldMove
from gatekeeper.core.held import Move
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Document, DocumentKind, EventQuery, Source, Tx
from gatekeeper.storage import group
from gatekeeper.storage.engine import open_database
from gatekeeper.storage.store import SqlStore
from tests.builders import NOON
from tests.changes import a_judgement
from tests.held import a_held

CHECKOUT = Path(__file__).resolve().parents[2]
ACKNOWLEDGED = 100


@pytest.fixture
async def impatient(url: str) -> AsyncIterator[SqlStore]:
    """A store that waits a twentieth of a second for locks."""
    store = SqlStore(open_database(url, busy_milliseconds=50))
    yield store
    await store.close()


@pytest.fixture
async def on_postgresql(postgresql_url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore(open_database(postgresql_url, busy_milliseconds=50))
    yield store
    await store.close()


def plain(url: str) -> str:
    return make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)


def recorded_until_killed(url: str) -> list[str]:
    """The references that another process said were recorded, until it was killed in the middle of its work."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.contract.recording_child", url], cwd=CHECKOUT, stdout=subprocess.PIPE, text=True
    )
    assert child.stdout is not None
    acknowledged = [child.stdout.readline().strip() for _ in range(ACKNOWLEDGED)]
    child.kill()
    acknowledged += child.stdout.read().splitlines()
    child.stdout.close()
    child.wait()
    return acknowledged


async def test_a_process_killed_while_it_commits_loses_nothing_it_acknowledged(url: str) -> None:
    acknowledged = recorded_until_killed(url)
    store = SqlStore.open(url)
    found = await store.read(lambda tx: [(tx.content(r), tx.held("stow", r)) for r in acknowledged])
    assert found == [(b"x" * 5000, a_held(reference=reference)) for reference in acknowledged]
    messages = await store.read(lambda tx: {m.reference for m in tx.open_messages(NOON.replace(year=2030))})
    events = await store.read(lambda tx: {r.event.reference for r in tx.events(EventQuery(limit=10**6))})
    assert messages == events
    assert messages >= set(acknowledged)
    await store.record(a_judgement(10**9, "afterwards"))
    await store.close()


async def test_behind_a_lock_the_callers_are_told_to_try_again(url: str, impatient: SqlStore) -> None:
    await impatient.record(a_judgement(1, "before"))
    with closing(_locked(url)) as lock:
        steps = (impatient.record(a_judgement(i, f"r{i}")) for i in range(2, 5))
        assert [type(d) for d in await asyncio.gather(*steps, return_exceptions=True)] == [TryAgain] * 3
        lock.rollback()
    await impatient.record(a_judgement(2, "after"))
    assert await impatient.read(lambda tx: tx.message("r2")) is None
    assert await impatient.read(lambda tx: tx.message("after")) is not None


def _locked(url: str) -> sqlite3.Connection | psycopg.Connection:
    if url.startswith("sqlite"):
        connection = sqlite3.connect(url.removeprefix("sqlite:///"), isolation_level=None)
        connection.execute("BEGIN EXCLUSIVE")
        return connection
    server = psycopg.connect(plain(url))
    server.execute("LOCK TABLE messages IN EXCLUSIVE MODE")
    return server


async def test_readers_do_not_wait_for_a_writer(url: str, impatient: SqlStore) -> None:
    await impatient.record(a_judgement(1, "a"))
    with closing(_locked(url)):
        assert await impatient.read(lambda tx: tx.message("a")) is not None


async def test_one_who_waits_for_a_locked_row_holds_nobody_else_up(
    on_postgresql: SqlStore, postgresql_url: str
) -> None:
    held = a_held()
    await on_postgresql.record(Changes(held=(held,)))
    with psycopg.connect(plain(postgresql_url)) as other:
        other.execute("SELECT 1 FROM held FOR UPDATE")
        decide = on_postgresql.record(Changes(moves=(HeldMove(held, held.moved(Move.RELEASE, NOON)),)))
        steps = (on_postgresql.record(a_judgement(1, "a")), decide, on_postgresql.record(a_judgement(2, "b")))
        done = await asyncio.gather(*steps, return_exceptions=True)
    assert [type(d) for d in done] == [type(None), TryAgain, type(None)]


async def test_a_connection_that_the_server_ended_is_replaced(on_postgresql: SqlStore, postgresql_url: str) -> None:
    await on_postgresql.record(a_judgement(1, "a"))
    await on_postgresql.read(lambda tx: tx.message("a"))
    _end_all_others(postgresql_url)
    await on_postgresql.record(a_judgement(2, "b"))
    assert await on_postgresql.read(lambda tx: tx.message("b")) is not None


async def test_a_connection_that_breaks_in_the_middle_of_a_job_is_replaced(
    on_postgresql: SqlStore, postgresql_url: str
) -> None:
    attempts = []

    def job(tx: object) -> None:
        attempts.append(1)
        if len(attempts) == 1:
            _end_all_others(postgresql_url)
        tx.apply(a_judgement(1, "a"))  # type: ignore[attr-defined]

    await on_postgresql.write(job)
    assert len(attempts) == 2
    assert await on_postgresql.read(lambda tx: tx.message("a")) is not None


def _end_all_others(url: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )


async def test_a_server_that_is_not_there_is_worth_another_try(tmp_path: Path) -> None:
    store = SqlStore.open(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    with pytest.raises(TryAgain):
        await store.record(a_judgement(1, "a"))
    with pytest.raises(TryAgain):
        await store.read(lambda tx: tx.message("a"))
    await store.close()


FULL = """
import asyncio, resource, sys
from gatekeeper.errors import TryAgain
from gatekeeper.core.changes import Changes
from gatekeeper.storage.store import SqlStore
from tests.changes import a_judgement
from tests.held import a_held

async def main(url):
    store = SqlStore.open(url)
    await store.record(a_judgement(1, "before"))
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, hard))
    big = Changes(held=(a_held(),), content=((a_held().reference, b"x" * 1_000_000),))
    steps = (store.record(big), store.record(big), store.record(big))
    full = await asyncio.gather(*steps, return_exceptions=True)
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    await store.record(a_judgement(2, "after"))
    print([type(f).__name__ for f in full], await store.read(
        lambda tx: (tx.message("before") is not None, tx.message("after") is not None, len(tx.queue("stow")))))
    await store.close()

asyncio.run(main(sys.argv[1]))
"""


def test_a_full_disk_is_worth_another_try_and_harms_nothing(tmp_path: Path, template_file: Path) -> None:
    """The limit on the size of a file stands in for the disk."""
    file = tmp_path / "store.db"
    file.write_bytes(template_file.read_bytes())
    done = subprocess.run(
        [sys.executable, "-c", FULL, f"sqlite:///{file}"], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )
    assert (done.stdout.strip(), done.stderr) == ("['TryAgain', 'TryAgain', 'TryAgain'] (True, True, 0)", "")
    with closing(sqlite3.connect(file)) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


async def test_when_too_many_wait_the_next_is_told_at_once(store: SqlStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(group, "LONGEST_QUEUE", 10)
    steps = (store.record(a_judgement(i, f"r{i}")) for i in range(500))
    done = await asyncio.gather(*steps, return_exceptions=True)
    refused = [d for d in done if d is not None]
    assert refused
    assert {type(d) for d in refused} == {TryAgain}
    stored = await store.read(lambda tx: {r.event.reference for r in tx.events(EventQuery(limit=1000))})
    assert stored == {f"r{i}" for i, d in enumerate(done) if d is None}


async def test_a_damaged_file_is_said_to_be_out_of_reach(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    file.write_bytes(b"this is no database " * 1000)
    store = SqlStore.open(f"sqlite:///{file}")
    with pytest.raises(TryAgain):
        await store.record(a_judgement(1, "a"))
    with pytest.raises(TryAgain):
        await store.read(lambda tx: tx.message("a"))
    await store.close()


async def test_an_error_names_no_value(store: SqlStore) -> None:
    document = Document("stow", DocumentKind.REGISTER, 1, "secret words", "d", Source.FILE, NOON, "c-clerk")
    await store.write(lambda tx: tx.put_document(document))
    await store.record(a_judgement(1, "a", details={"subject": "secret words"}))
    again = (
        store.write(lambda tx: tx.put_document(document)),
        store.record(a_judgement(1, "a", details={"subject": "secret words"})),
    )
    for error in await asyncio.gather(*again, return_exceptions=True):
        assert isinstance(error, TryAgain)
        assert "secret" not in "".join(traceback.format_exception(error))


async def test_a_job_may_raise_anything_and_the_others_are_answered(store: SqlStore) -> None:
    def ends(tx: Tx) -> None:
        raise StopIteration

    done = await asyncio.gather(
        store.record(a_judgement(1, "a")), store.write(ends), store.record(a_judgement(2, "b")), return_exceptions=True
    )
    assert [type(d) for d in done] == [type(None), RuntimeError, type(None)]
