"""One process does the background work of an embedded database. A second one would take what the first is sending for
left over from a crash, and send it again."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from gatekeeper.errors import Unusable
from gatekeeper.storage.engine import Database


@contextmanager
def alone(database: Database) -> Iterator[bool]:
    """Whether this process is the only one that may do it, until the end of the block: always on SQLite, for which the
    lock ends with the process, however that ends. Raises `Unusable` where another process has it."""
    if not database.is_sqlite:
        yield False
        return
    descriptor = os.open(f"{database.url.database}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _lock(descriptor, f"{database.url.database}")
        yield True
    finally:
        os.close(descriptor)


def _lock(descriptor: int, name: str) -> None:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise Unusable(f"Another gatekeeper works on {name} already; stop that one first.") from error
