"""Opening a database, and copying one."""

import asyncio
import os
import sqlite3
import stat
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text

from gatekeeper.errors import TryAgain, Unusable
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage.backup import backup
from gatekeeper.storage.engine import open_database
from gatekeeper.storage.migrate import upgrade
from gatekeeper.storage.store import SqlStore
from tests.builders import NOON
from tests.changes import a_judgement


@pytest.mark.parametrize(
    "url", ["", "nonsense", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:////proc/none/store.db"]
)
def test_an_address_that_is_no_store_is_refused_with_what_to_write_instead(url: str) -> None:
    with pytest.raises(Unusable, match=r"^\[store\] url: "):
        open_database(url)


def test_only_the_account_that_runs_gatekeeper_can_read_the_file(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/var/store.db")
    with database.writer.begin() as connection:
        connection.execute(text("CREATE TABLE a (b INT)"))
        modes = {f.name: stat.S_IMODE(f.stat().st_mode) for f in (tmp_path / "var").iterdir()}
    assert modes == {"store.db": 0o600, "store.db-wal": 0o600, "store.db-shm": 0o600}
    database.close()


def test_every_connection_is_durable(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    for engine in (database.writer, database.reader):
        with engine.connect() as connection:
            settings = [
                connection.exec_driver_sql(f"PRAGMA {p}").scalar()
                for p in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
            ]
        assert settings == ["wal", 2, 1, 5000]
    database.close()


async def test_a_backup_is_one_consistent_file_while_others_write(store: SqlStore, tmp_path: Path) -> None:
    await store.record(a_judgement(0, "first"))
    file = tmp_path / "copy.db"
    steps = [store.record(a_judgement(i, f"r{i}")) for i in range(1, 50)]
    await asyncio.gather(asyncio.to_thread(backup, store.database.writer, file), *steps)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert sorted(name for name in os.listdir(tmp_path) if name.startswith("copy")) == ["copy.db"]
    with closing(sqlite3.connect(file)) as copy:
        assert copy.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert copy.execute("SELECT count(*) FROM messages WHERE reference = 'first'").fetchone() == (1,)
        counts = copy.execute("SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM events)").fetchone()
    assert counts[0] == counts[1]
    restored = SqlStore.open(f"sqlite:///{file}")
    await restored.record(a_judgement(99, "goes on"))
    await restored.close()


def test_a_backup_never_overwrites(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    file = tmp_path / "mine"
    file.write_text("precious")
    with pytest.raises(Unusable, match="exists already"):
        backup(database.writer, file)
    assert file.read_text() == "precious"
    with pytest.raises(Unusable, match="cannot be written"):
        backup(database.writer, tmp_path / "nowhere" / "copy.db")
    database.close()


def test_a_backup_that_fails_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "store.db").write_bytes(b"no database " * 1000)
    engine = create_engine(f"sqlite:///{tmp_path}/store.db")
    with pytest.raises(Unusable, match="backup failed"):
        backup(engine, tmp_path / "copy.db")
    assert not (tmp_path / "copy.db").exists()
    engine.dispose()


def test_postgresql_is_backed_up_with_its_own_tools(tmp_path: Path) -> None:
    database = open_database("postgresql+psycopg://nobody@/none")
    with pytest.raises(Unusable, match="pg_dump"):
        backup(database.writer, tmp_path / "copy")
    database.close()


FILES = ("store.db", "store.db-wal", "store.db-shm")


async def test_nothing_is_recorded_into_a_file_that_is_gone(tmp_path: Path) -> None:
    (tmp_path / "away").mkdir()
    store = SqlStore(open_database(f"sqlite:///{tmp_path}/store.db"))
    upgrade(store.database.writer)
    await store.record(a_judgement(1, "before"))
    for name in FILES:
        (tmp_path / name).rename(tmp_path / "away" / name)
    with pytest.raises(TryAgain):
        await store.record(a_judgement(2, "meanwhile"))
    assert os.listdir(tmp_path) == ["away"]
    for name in FILES:
        (tmp_path / "away" / name).rename(tmp_path / name)
    await store.record(a_judgement(3, "after"))
    found = [await store.read(lambda tx, r=r: tx.message(r)) for r in ("before", "meanwhile", "after")]
    assert [f is not None for f in found] == [True, False, True]
    await store.close()


async def test_a_file_put_in_the_place_of_another_is_the_one_that_is_used(tmp_path: Path) -> None:
    store = SqlStore(open_database(f"sqlite:///{tmp_path}/store.db"))
    upgrade(store.database.writer)
    backup(store.database.writer, tmp_path / "copy.db")
    await store.record(a_judgement(1, "before"))
    for name in FILES:
        (tmp_path / name).unlink()
    (tmp_path / "copy.db").rename(tmp_path / "store.db")
    await store.record(a_judgement(2, "after"))
    found = [await store.read(lambda tx, r=r: tx.message(r)) for r in ("before", "after")]
    assert [f is not None for f in found] == [False, True]
    await store.close()


PLANS = {
    EventQuery(council="stow", reference="A"): "events_reference",
    EventQuery(council="stow", person="p"): "event_people",
    EventQuery(council="stow", address="a@b.example"): "event_addresses",
    EventQuery(council="stow", message_id="a@b"): "event_details_message_id",
    EventQuery(council="stow", verdict="hold"): "events_council_at",
    EventQuery(council="stow", since=NOON): "events_council_at",
}


@pytest.mark.parametrize(("query", "index"), PLANS.items())
async def test_a_search_goes_through_an_index(store: SqlStore, query: EventQuery, index: str) -> None:
    """On an empty database too, where SQLite has counted nothing."""
    asked: list[tuple[str, Any]] = []
    event.listen(store.database.reader, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    await store.read(lambda tx: list(tx.events(query)))
    with store.database.reader.connect() as connection:
        plan = " | ".join(
            row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1])
        )
    assert index in plan
    assert "SCAN events" not in plan


async def test_open_messages_are_found_in_an_index_of_their_own(store: SqlStore) -> None:
    asked: list[tuple[str, Any]] = []
    event.listen(store.database.reader, "before_cursor_execute", lambda *a: asked.append((a[2], a[3])))
    await store.read(lambda tx: tx.open_messages(NOON))
    with store.database.reader.connect() as connection:
        (row,) = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1][0]}", asked[-1][1])
    assert "messages_open" in row[-1]
