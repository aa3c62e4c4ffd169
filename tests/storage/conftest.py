"""An SQLite store for tests of what is around the store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gatekeeper.storage.engine import open_database
from gatekeeper.storage.migrate import upgrade
from gatekeeper.storage.store import SqlStore


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[SqlStore]:
    database = open_database(f"sqlite:///{tmp_path}/store.db")
    upgrade(database.writer)
    store = SqlStore(database)
    yield store
    await store.close()
