"""A copy of an embedded database while it is in use."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine

from gatekeeper.errors import Unusable
from gatekeeper.storage.engine import translated

_IN_ONE_STEP = -1
"""Pages. In WAL mode this stops no writer, while a copy in steps begins anew whenever somebody writes between two."""


def backup(engine: Engine, file: Path) -> None:
    """Copy the database into a new file, which only this account can read: one consistent state, in a single file.
    Raises `Unusable` where the file exists or cannot be written, and for PostgreSQL, which has tools of its own."""
    if engine.dialect.name != "sqlite":
        raise Unusable("This store is on PostgreSQL: use pg_dump --format=custom, or the server's own backups.")
    try:
        os.close(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
    except FileExistsError as error:
        raise Unusable(f"{file} exists already; a backup never overwrites anything. Give another name.") from error
    except OSError as error:
        raise Unusable(f"{file} cannot be written ({error.strerror}). Give another place.") from error
    try:
        _copy(engine, file)
    except BaseException:
        file.unlink(missing_ok=True)
        raise


def _copy(engine: Engine, file: Path) -> None:
    with translated(), closing(engine.raw_connection()) as source, closing(sqlite3.connect(file)) as target:
        connection = source.driver_connection
        if connection is None:
            raise Unusable("The database cannot be opened.")
        try:
            connection.backup(target, pages=_IN_ONE_STEP)
            target.execute("PRAGMA journal_mode=DELETE").close()
        except sqlite3.Error as error:
            raise Unusable(f"The backup failed ({error}); nothing was left at {file}.") from error
    with open(file, "rb") as written:
        os.fsync(written.fileno())
