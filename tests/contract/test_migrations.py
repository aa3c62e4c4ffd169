"""The migrations make the tables that the store works with, on both databases."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from gatekeeper.core.changes import Changes
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage import tables
from gatekeeper.storage.engine import open_database
from gatekeeper.storage.migrate import current, head, upgrade
from gatekeeper.storage.store import SqlStore
from tests.changes import a_judgement
from tests.held import a_held


async def test_an_empty_database_is_brought_to_the_newest_revision(empty_url: str) -> None:
    database = open_database(empty_url)
    assert current(database.writer) == ""
    upgrade(database.writer)
    assert current(database.writer) == current(database.reader) == head() != ""
    database.close()


async def test_an_upgrade_of_what_is_up_to_date_keeps_the_data(url: str) -> None:
    store = SqlStore.open(url)
    await store.record(a_judgement(1, "a", details={"subject": "x"}))
    await store.record(Changes(held=(a_held(),), content=((a_held().reference, b"raw"),)))
    upgrade(store.database.writer)
    assert await store.read(lambda tx: tx.held("stow", a_held().reference)) == a_held()
    assert [r.event.details for r in await store.read(lambda tx: list(tx.events(EventQuery())))] == [{"subject": "x"}]
    await store.close()


def test_processes_that_start_together_upgrade_one_after_another(empty_url: str) -> None:
    databases = [open_database(empty_url) for _ in range(3)]
    with ThreadPoolExecutor(3) as threads:
        assert list(threads.map(lambda d: upgrade(d.writer), databases)) == [None] * 3
    for database in databases:
        assert current(database.writer) == head()
        database.close()


def test_every_table_has_its_columns_and_a_council(url: str) -> None:
    database = open_database(url)
    found = inspect(database.writer)
    names = set(found.get_table_names()) - {"alembic_version"}
    assert names == set(tables.metadata.tables)
    for name, table in tables.metadata.tables.items():
        columns = {c["name"]: bool(c["nullable"]) for c in found.get_columns(name)}
        assert columns == {c.name: bool(c.nullable) for c in table.columns}
        assert found.get_pk_constraint(name)["constrained_columns"] == [c.name for c in table.primary_key]
        assert "council" in columns
    database.close()


def test_an_upgrade_that_breaks_leaves_the_database_as_it_was(empty_url: str, tmp_path: Path) -> None:
    """PostgreSQL and SQLite both take tables back with the transaction that made them."""
    scripts = tmp_path / "100% broken"
    (scripts / "versions").mkdir(parents=True)
    (scripts / "env.py").write_text((Path(__file__).resolve().parents[2] / "migrations" / "env.py").read_text())
    (scripts / "versions" / "0001.py").write_text(
        "from alembic import op\nrevision = '0001'\ndown_revision = None\n"
        "def upgrade():\n    op.execute('CREATE TABLE half (a INT)')\n    raise LookupError('broken')\n"
    )
    database = open_database(empty_url)
    with pytest.raises(LookupError):
        upgrade(database.writer, scripts)
    assert inspect(database.writer).get_table_names() == []
    database.close()


def test_a_database_that_is_not_there_is_worth_another_try(tmp_path: Path) -> None:
    database = open_database(f"postgresql+psycopg://nobody@/none?host={tmp_path}")
    for ask in (upgrade, current):
        with pytest.raises(TryAgain):
            ask(database.writer)
    database.close()


def test_the_personal_half_goes_without_the_event(url: str) -> None:
    """No foreign key stands in the way of retention, and details without an event are refused."""
    database = open_database(url)
    with database.writer.begin() as connection:
        keys = inspect(connection).get_foreign_keys("event_details")
        assert [k["referred_table"] for k in keys] == ["events"]
        connection.execute(text("DELETE FROM event_details"))
    database.close()
