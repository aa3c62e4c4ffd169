"""A PostgreSQL server of the tests' own: made in a temporary folder, reached through a socket there, gone afterwards.

It listens on no network, keeps nothing safe on disk, and ends with the process that started it.
"""

import os
import shutil
import signal
import subprocess
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

READY = b"database system is ready to accept connections"

INITDB = "-U postgres -A trust -E UTF8 --locale=C.UTF-8 --no-sync --no-instructions".split()

OPTIONS = (
    "listen_addresses=",
    "fsync=off",
    "full_page_writes=off",
    "synchronous_commit=on",
    "shared_buffers=32MB",
    "max_connections=60",
    "autovacuum=off",
    "log_min_messages=log",
)


@contextmanager
def postgresql() -> Iterator[str]:
    """A running server; the address of its first database. Raises FileNotFoundError where PostgreSQL is missing."""
    folder = Path(tempfile.mkdtemp(prefix="pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, "postgres", "postgres")
        data = folder / "data"
        subprocess.run([*_as_owner(), _binary("initdb"), "-D", data, *INITDB], check=True, stdout=subprocess.DEVNULL)
        with _server(folder, data):
            yield address(folder, "postgres")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def address(folder: Path, database: str) -> str:
    return f"postgresql+psycopg://postgres@/{database}?host={folder}"


@contextmanager
def _server(folder: Path, data: Path) -> Iterator[None]:
    options = [f"-c{option}" for option in OPTIONS]
    server = subprocess.Popen(
        [*_as_owner(), _binary("postgres"), "-D", data, "-k", folder, *options], stderr=subprocess.PIPE, cwd=folder
    )
    assert server.stderr is not None
    log: list[bytes] = []
    for line in server.stderr:
        log.append(line)
        if READY in line:
            break
    else:
        raise RuntimeError(b"".join(log).decode(errors="replace"))
    drain = threading.Thread(target=server.stderr.read, daemon=True)
    drain.start()
    try:
        yield
    finally:
        server.send_signal(signal.SIGQUIT)
        server.wait()
        drain.join()
        server.stderr.close()


def _as_owner() -> list[str]:
    """PostgreSQL refuses to run as root. The server dies with the thread that starts it."""
    owner = ["--reuid=postgres", "--regid=postgres", "--init-groups"] if os.geteuid() == 0 else []
    return ["setpriv", *owner, "--pdeathsig", "QUIT", "--"]


def _binary(name: str) -> str:
    """Debian keeps the server's programs off PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}")) or [shutil.which(name)]
    if found[-1] is None:
        raise FileNotFoundError(f"{name}: install the package postgresql, the tests need a server")
    return str(found[-1])
