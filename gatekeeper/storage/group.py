"""Group commit: one thread writes, and whatever waits when it becomes free goes into one transaction.

Appends that follow one another are written together, a statement a table; where that fails each is tried in a SAVEPOINT
of its own, so that one which cannot be stored never undoes another.
"""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError

from gatekeeper.core.changes import Changes
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Tx
from gatekeeper.storage.engine import Database, better_alone, is_lost, is_unavailable, unavailable
from gatekeeper.storage.rows import Rows
from gatekeeper.storage.tx import SqlTx

LONGEST_QUEUE = 5_000
"""Jobs that may wait; a caller beyond is told to try again at once."""

LARGEST_COMMIT = 500
"""Jobs in one transaction, so that no reply waits for a hill of others."""

Append = Changes | Rows
Work = Append | Callable[[Tx], Any]


@dataclass(slots=True, eq=False)
class Job:
    """`result` or `error` once it is done; `error` is what the caller shall see."""

    work: Work
    future: asyncio.Future[Any]
    loop: asyncio.AbstractEventLoop
    result: Any = None
    error: BaseException | None = None

    @property
    def is_append(self) -> bool:
        work = self.work
        return isinstance(work, Changes | Rows) and not work.moves

    def run(self, tx: SqlTx) -> None:
        work = self.work
        if isinstance(work, Changes):
            tx.apply(work)
        elif isinstance(work, Rows):
            tx.apply_rows(work)
        else:
            self.result = work(tx)


class GroupCommit:
    """The writer thread of a store. Callers are on event loops; the thread takes their jobs in order."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._queue: queue.SimpleQueue[Job | None] = queue.SimpleQueue()
        self._closing = False
        self.commits = 0
        self._thread = threading.Thread(target=self._work, name="store-writer", daemon=True)
        self._thread.start()

    def submit(self, work: Work) -> asyncio.Future[Any]:
        """Resolves once committed. Raises `TryAgain` where too many wait or the store is closing."""
        if self._closing:
            raise TryAgain("The store is closing.")
        if self._queue.qsize() >= LONGEST_QUEUE:
            raise TryAgain("Too many wait for the store at the moment.")
        loop = asyncio.get_running_loop()
        job = Job(work, loop.create_future(), loop)
        self._queue.put(job)
        return job.future

    async def close(self) -> None:
        """Write what waits, and stop."""
        if not self._closing:
            self._closing = True
            self._queue.put(None)
        await asyncio.to_thread(self._thread.join)

    # --- the writer thread ----------------------------------------------------------------------------------------

    def _work(self) -> None:
        going = True
        while going:
            jobs, going = self._take()
            if jobs:
                self._write(jobs)
                _answer(jobs)

    def _take(self) -> tuple[list[Job], bool]:
        """What waits, and whether there is more to come; waits itself where there is nothing."""
        jobs: list[Job] = []
        job = self._queue.get()
        while job is not None:
            jobs.append(job)
            if len(jobs) >= LARGEST_COMMIT:
                return jobs, True
            try:
                job = self._queue.get_nowait()
            except queue.Empty:
                return jobs, True
        return jobs, False

    def _write(self, jobs: list[Job]) -> None:
        """Every job has its result or its error after this."""
        try:
            self._committed(jobs)
        except _NotCommitted as failure:
            if len(jobs) > 1 and better_alone(failure.cause):
                for job in jobs:
                    self._write([job])
            else:
                _fail(jobs, unavailable(failure.cause))
        except BaseException as error:
            _fail(jobs, unavailable(error))

    def _committed(self, jobs: list[Job]) -> None:
        """Run the jobs and commit. Raises `_NotCommitted` where none of them is stored, and anything else where that is
        not known. A connection that had broken before is replaced once."""
        for attempt in (1, 2):
            try:
                self._transaction(jobs)
            except _NotCommitted as failure:
                if attempt == 2 or not is_lost(failure.cause):
                    raise
            else:
                return

    def _transaction(self, jobs: list[Job]) -> None:
        try:
            connection = self._database.writer.connect()
        except SQLAlchemyError as error:
            raise _NotCommitted(error) from error
        with connection:
            try:
                self._run(connection, jobs)
            except SQLAlchemyError as error:
                _give_up(connection)
                raise _NotCommitted(error) from error
            connection.commit()
            self.commits += 1

    def _run(self, connection: Connection, jobs: list[Job]) -> None:
        tx = SqlTx(connection, self._database.statements)
        transaction = connection.begin()
        runs = _runs(jobs)
        if len(runs) == 1 and jobs[0].is_append:
            try:
                _append(tx, jobs)
            except Exception as error:
                if is_lost(error):
                    raise
                transaction.rollback()
                connection.begin()
            else:
                return
        for run in runs:
            if len(run) == 1 or len(runs) == 1 or not _together(connection, tx, run):
                for job in run:
                    _alone(connection, tx, job)


def _append(tx: SqlTx, jobs: Sequence[Job]) -> None:
    rows = Rows()
    for job in jobs:
        if isinstance(job.work, Changes):
            rows.add(job.work)
        elif isinstance(job.work, Rows):
            rows.extend(job.work)
    tx.apply_rows(rows)


def _together(connection: Connection, tx: SqlTx, jobs: Sequence[Job]) -> bool:
    """Append all at once; False where one of them cannot be, and nothing is written."""
    savepoint = connection.begin_nested()
    try:
        _append(tx, jobs)
    except Exception as error:
        if is_lost(error):
            raise
        savepoint.rollback()
        return False
    savepoint.commit()
    return True


class _NotCommitted(Exception):
    """The transaction failed before its commit: nothing of it is stored."""

    def __init__(self, cause: BaseException) -> None:
        super().__init__(str(type(cause).__name__))
        self.cause = cause


def _runs(jobs: Sequence[Job]) -> list[list[Job]]:
    """The jobs in their order, appends that follow one another together."""
    runs: list[list[Job]] = []
    for job in jobs:
        if runs and job.is_append and runs[-1][0].is_append:
            runs[-1].append(job)
        else:
            runs.append([job])
    return runs


def _alone(connection: Connection, tx: SqlTx, job: Job) -> None:
    """Run one job in a SAVEPOINT; what it raises is its own affair. Raises only where the transaction is lost."""
    savepoint = connection.begin_nested()
    try:
        job.error = None
        job.run(tx)
        savepoint.commit()
    except BaseException as error:
        if isinstance(error, SQLAlchemyError) and (is_lost(error) or better_alone(error)):
            raise
        savepoint.rollback()
        job.error = _told(error, job)


def _told(error: BaseException, job: Job) -> BaseException:
    if isinstance(error, DBAPIError) and is_unavailable(error):
        return unavailable(error)
    if isinstance(error, IntegrityError):
        return TryAgain("The store has something of that name already.")
    if isinstance(error, DBAPIError) and not callable(job.work):
        return unavailable(error)
    if isinstance(error, StopIteration):  # which no future takes
        return RuntimeError("a job of the store ended an iteration that was not its own")
    return error


def _give_up(connection: Connection) -> None:
    try:
        connection.rollback()
    except SQLAlchemyError:
        connection.invalidate()


def _fail(jobs: Sequence[Job], error: TryAgain) -> None:
    for job in jobs:
        job.error = TryAgain(str(error))


def _answer(jobs: Sequence[Job]) -> None:
    """Tell every caller, with one call into each event loop."""
    by_loop: dict[asyncio.AbstractEventLoop, list[Job]] = {}
    for job in jobs:
        by_loop.setdefault(job.loop, []).append(job)
    for loop, its in by_loop.items():
        try:
            loop.call_soon_threadsafe(_resolve, its)
        except RuntimeError:  # the loop was closed: nobody waits there any more
            continue


def _resolve(jobs: Sequence[Job]) -> None:
    for job in jobs:
        if job.future.done():
            continue
        if job.error is not None:
            job.future.set_exception(job.error)
        else:
            job.future.set_result(job.result)
