"""The store as the services know it."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

from gatekeeper.core.changes import Changes
from gatekeeper.services.ports import Tx
from gatekeeper.storage.engine import Database, is_lost, open_database, translated
from gatekeeper.storage.group import GroupCommit
from gatekeeper.storage.rows import Rows
from gatekeeper.storage.tx import SqlTx

T = TypeVar("T")

READERS = 4
"""Reading jobs at a time; others wait for a thread, never for a writer."""


class SqlReader:
    """Implements `Reader`: every job on a snapshot of its own, in a thread, read-only."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._threads = ThreadPoolExecutor(READERS, thread_name_prefix="store-reader")

    async def read(self, job: Callable[[Tx], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._threads, self._run, job)

    async def close(self) -> None:
        await asyncio.to_thread(self._threads.shutdown)

    def _run(self, job: Callable[[Tx], T]) -> T:
        with translated():
            try:
                return self._snapshot(job)
            except DBAPIError as error:
                if not is_lost(error):
                    raise
            return self._snapshot(job)

    def _snapshot(self, job: Callable[[Tx], T]) -> T:
        with self._database.reader.connect() as connection, connection.begin():
            return job(SqlTx(connection, self._database.statements))


class SqlStore(SqlReader):
    """Implements `Store`. Threads start here: open it after forking, and once a process.

    Only one process should write an SQLite file with many messages; its children go through `writer.RemoteRecorder`.
    """

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self._group = GroupCommit(database)

    @classmethod
    def open(cls, url: str) -> "SqlStore":
        """A store on a database that is migrated already. Raises `Unusable`."""
        return cls(open_database(url))

    @property
    def database(self) -> Database:
        return self._database

    @property
    def commits(self) -> int:
        """How many transactions were committed, for those who measure."""
        return self._group.commits

    async def record(self, changes: Changes) -> None:
        await self._group.submit(changes)

    def record_rows(self, rows: Rows) -> asyncio.Future[None]:
        """As `record`, for changes that another process has made into rows. Raises `TryAgain`."""
        return self._group.submit(rows)

    async def write(self, job: Callable[[Tx], T]) -> T:
        result: T = await self._group.submit(job)
        return result

    async def close(self) -> None:
        """Write what waits, then let go of the database."""
        await self._group.close()
        await super().close()
        self._database.close()
