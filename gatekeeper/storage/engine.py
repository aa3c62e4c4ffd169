"""Opening a database. What SQLite and PostgreSQL do differently stands here, in `statements.counting`, in
`tx.claim_deliveries` and in the migrations, and nowhere else."""

import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.pool import ConnectionPoolEntry

from gatekeeper.errors import TryAgain, Unusable
from gatekeeper.storage.statements import Statements, compiled, driver_errors

BUSY_MILLISECONDS = 5_000
"""The usual patience of a writer with another process."""

CONNECT_SECONDS = 5
LOST_MILLISECONDS = 15_000
"""After so long without an answer to what was sent, a PostgreSQL server counts as gone."""

_SQLITE_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=FULL",
    "foreign_keys=ON",
    "cache_size=-65536",
)

_FILE = "gatekeeper.file"
"""What a connection's `info` calls the file that it was opened on."""

_DURABLE = "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
"""Promises of durability hold whatever the server's default says; stronger settings stay."""

_ALONE = frozenset({"40001", "40P01", "55P03"})
"""SQLSTATE of serialization failure, deadlock, lock not available: jobs that met in one commit may succeed apart."""


@dataclass(frozen=True, slots=True)
class Database:
    """`writer` begins transactions that may write, `reader` snapshots that may not."""

    url: URL
    writer: Engine
    reader: Engine
    statements: Statements

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    def close(self) -> None:
        self.writer.dispose()
        self.reader.dispose()


def open_database(url: str, *, busy_milliseconds: int = BUSY_MILLISECONDS) -> Database:
    """Engines for the address of a store: `sqlite:///FILE` or `postgresql+psycopg://...`. Connects when first used; an
    SQLite file is made if missing, readable by this account alone. Raises `Unusable`.

    `busy_milliseconds` is how long a writer waits for another that is in its way."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise Unusable(f"[store] url: {url!r} is no database address; write sqlite:///FILE") from error
    if parsed.get_backend_name() == "sqlite":
        writer, reader = _sqlite(parsed, busy_milliseconds)
    elif parsed.get_backend_name() == "postgresql":
        writer, reader = _postgresql(parsed, busy_milliseconds)
    else:
        raise Unusable(
            "[store] url: the store is an SQLite file (sqlite:///FILE) or PostgreSQL (postgresql+psycopg://)"
        )
    return Database(parsed, writer, reader, compiled(writer.dialect))


@contextmanager
def translated() -> Iterator[None]:
    """Turns what means "not reachable at the moment" into `TryAgain`, and leaves the rest."""
    try:
        yield
    except (DBAPIError, PoolTimeout) as error:
        if is_unavailable(error):
            raise unavailable(error) from error
        raise


def unavailable(error: BaseException) -> TryAgain:
    """The text names the kind of the fault and never a value."""
    cause = getattr(error, "orig", None) or error
    kind = getattr(cause, "sqlite_errorname", None) or getattr(cause, "sqlstate", None) or type(cause).__name__
    return TryAgain(f"The store cannot be reached at the moment ({kind}).")


def is_unavailable(error: BaseException) -> bool:
    if isinstance(error, PoolTimeout | OperationalError | InterfaceError | InternalError):
        return True
    if not isinstance(error, DBAPIError):
        return False
    plain = type(error.orig) is sqlite3.DatabaseError  # a damaged file, or none of a database
    return error.connection_invalidated or plain


def is_lost(error: BaseException) -> bool:
    """The connection broke: what was not committed is not there, and a new connection may do."""
    return isinstance(error, DBAPIError) and error.connection_invalidated


def better_alone(error: BaseException) -> bool:
    """Another transaction was in the way of this one."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _ALONE


# --- SQLite --------------------------------------------------------------------------------------------------------


def _sqlite(url: URL, busy: int) -> tuple[Engine, Engine]:
    if not url.database or url.database == ":memory:":
        raise Unusable("[store] url: SQLite needs a file, as in sqlite:///var/gatekeeper.db")
    _make_file(Path(url.database))
    path = Path(url.database).absolute()
    # A file that went away is not made again: an empty one in its place would hide that.
    url = url.set(database=f"file:{quote(str(path))}").update_query_dict({"mode": "rw", "uri": "true"})
    # Two connections: the writer's, and one for an upgrade or a backup.
    writer = create_engine(url, hide_parameters=True, pool_size=1, max_overflow=1, pool_timeout=CONNECT_SECONDS)
    reader = create_engine(url, hide_parameters=True, pool_size=8, pool_timeout=CONNECT_SECONDS)
    _prepare_sqlite(writer, path, "BEGIN IMMEDIATE", (f"busy_timeout={busy}",))
    _prepare_sqlite(reader, path, "BEGIN", (f"busy_timeout={busy}", "query_only=ON"))
    return writer, reader


def _make_file(path: Path) -> None:
    """SQLite gives its -wal and -shm files the mode of this one."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600))
    except OSError as error:
        raise Unusable(f"[store] url: {path} cannot be opened ({error.strerror}); give a file that can") from error


def _identity(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_dev, found.st_ino


def _require_same_file(path: Path, connection: Connection) -> None:
    """With a write-ahead log SQLite goes on writing to a file that was deleted or replaced, and all of it is lost.
    Where another file is in its place the connection is closed, and what is asked of it next finds it broken. Raises
    sqlite3.OperationalError where there is none."""
    try:
        now = _identity(path)
    except OSError as error:
        raise sqlite3.OperationalError("the database file is gone") from error
    if now != connection.info.get(_FILE) and (old := connection.connection.driver_connection) is not None:
        old.close()


def _prepare_sqlite(engine: Engine, path: Path, begin: str, more: tuple[str, ...]) -> None:
    """The driver's own idea of transactions is switched off; ours begin at once, with a lock where they write."""

    def connect(connection: Any, record: ConnectionPoolEntry) -> None:
        record.info[_FILE] = _identity(path)
        connection.isolation_level = None
        for pragma in (*more, *_SQLITE_PRAGMAS):
            connection.execute(f"PRAGMA {pragma}").close()

    def on_begin(connection: Connection) -> None:
        with driver_errors(connection, begin):
            _require_same_file(path, connection)
            cursor = connection.connection.cursor()
            cursor.execute(begin)
            cursor.close()

    event.listen(engine, "connect", connect)
    event.listen(engine, "begin", on_begin)


# --- PostgreSQL ----------------------------------------------------------------------------------------------------


def _postgresql(url: URL, busy: int) -> tuple[Engine, Engine]:
    engine = create_engine(
        url.set(drivername="postgresql+psycopg"),
        paramstyle="format",
        hide_parameters=True,
        pool_size=8,
        pool_timeout=CONNECT_SECONDS,
        connect_args={
            "connect_timeout": CONNECT_SECONDS,
            "client_encoding": "utf8",
            "options": f"-c lock_timeout={busy} -c idle_in_transaction_session_timeout=60s",
            "keepalives_idle": 30,
            "tcp_user_timeout": LOST_MILLISECONDS,
        },
    )

    def connect(connection: Any, _: object) -> None:
        connection.execute(_DURABLE).close()
        connection.commit()

    event.listen(engine, "connect", connect)
    writer = engine.execution_options(isolation_level="READ COMMITTED")
    return writer, engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
