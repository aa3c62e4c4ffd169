"""gatekeeper as a process of its own, with the demo's council, and what its database says."""

import asyncio
import json
import os
import signal
import sqlite3
import sys
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from tests.scenarios.waiting import PATIENCE, free_port, is_running, run, until

CONFIG = Path(__file__).resolve().parents[2] / "config"

CLERK = "c-clarke"

_SETTINGS = """
[store]
url = "sqlite:///{folder}/gatekeeper.db"
[secrets]
key_file = "{folder}/gatekeeper.key"
[relay]
processes = {processes}
[[listener]]
name = "relay"
address = "127.0.0.1:{port}"
next_hop = "127.0.0.1:{next_hop}"
hostname = "relay.ashcombe.example"
[web]
address = "127.0.0.1:{web}"
[[council]]
id = "ashcombe"
register = "{config}/councils/demo/register.toml"
protocol = "{config}/councils/demo/protocol.toml"
"""

OPENED = '"event": "door open"'


class Relay:
    """`port` is the door's. `log` are the lines on standard error since the last start."""

    def __init__(self, folder: Path, next_hop: int, processes: int = 1) -> None:
        self.port = free_port()
        self.log: list[str] = []
        self.config = folder / "gatekeeper.toml"
        self.database = folder / "gatekeeper.db"
        self._processes = processes
        self._process: asyncio.subprocess.Process | None = None
        self._reading: asyncio.Task[None] | None = None
        values = {"folder": folder, "port": self.port, "next_hop": next_hop, "web": free_port(), "config": CONFIG}
        self.config.write_text(_SETTINGS.format(processes=processes, **values))

    # --- the process --------------------------------------------------------------------------------------------------

    @property
    def pid(self) -> int:
        assert self._process is not None
        return self._process.pid

    @property
    def command(self) -> tuple[str, ...]:
        return (sys.executable, "-m", "gatekeeper", "--config", str(self.config))

    def has_logged(self, words: str) -> bool:
        return any(words in line for line in self.log)

    async def start(self, *words: str) -> str:
        """`serve`, unless other words are given; what it printed by the time that its doors were open. Raises
        AssertionError with its log where it does not open them."""
        self.log.clear()
        printed = self.config.with_name("printed")
        command = (*self.command, *(words or ("serve",)))
        with printed.open("w") as out:
            self._process = await asyncio.create_subprocess_exec(
                *command, stdout=out, stderr=asyncio.subprocess.PIPE, start_new_session=True
            )
        self._reading = asyncio.create_task(self._read(self._process))
        await until(self._is_open, "the door opens")
        return printed.read_text("utf-8")

    def _is_open(self) -> bool:
        assert self._process is not None
        assert self._process.returncode is None, "".join(self.log)
        return sum(OPENED in line for line in self.log) >= self._processes

    async def _read(self, process: asyncio.subprocess.Process) -> None:
        assert process.stderr is not None
        async for line in process.stderr:
            self.log.append(line.decode("utf-8", "replace"))

    async def kill(self, *, parent_only: bool = False) -> None:
        """SIGKILL, for all of its processes at once."""
        pid = self.pid
        if parent_only:
            os.kill(pid, signal.SIGKILL)
        else:
            os.killpg(pid, signal.SIGKILL)
        await until(lambda: not is_running(pid), "it is dead")

    async def stop(self) -> None:
        """Ask it to end and wait; nothing where it does not run."""
        if self._process is None or self._process.returncode is not None:
            return
        self._process.terminate()
        await asyncio.wait_for(self._process.wait(), PATIENCE)

    async def clear_away(self) -> None:
        """Whatever is left of it."""
        if self._process is None:
            return
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)
        await asyncio.wait_for(self._process.wait(), PATIENCE)
        assert self._reading is not None
        await asyncio.wait_for(self._reading, PATIENCE)

    async def idle(self) -> None:
        """Wait until none of its threads has wanted the processor for a while: it waits for something itself."""
        before: list[tuple[str, int]] = []
        calm = 0

        def is_calm() -> bool:
            nonlocal before, calm
            now = [thread for pid in self.pids() for thread in _threads(pid)]
            calm = calm + 1 if now == before and all(state == "S" for state, _ in now) else 0
            before = now
            return calm >= 10

        await until(is_calm, "gatekeeper has nothing to do", 4)

    def pids(self) -> list[int]:
        """The process and its children."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    # --- commands -----------------------------------------------------------------------------------------------------

    async def gatekeeper(self, *words: object) -> str:
        """Run a command to its end; its standard output. Fails where its status is not 0."""
        status, out, err = await run(*self.command, *words)
        assert status == 0, err
        return out

    async def waiting(self) -> list[dict[str, Any]]:
        """`queue list`."""
        out = await self.gatekeeper("queue", "list", "--json", "--by", CLERK)
        return [json.loads(line) for line in out.splitlines()]

    # --- the database -------------------------------------------------------------------------------------------------

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True, timeout=10)) as connection:
            return connection.execute(sql, values).fetchall()

    def count(self, table: str, **where: str) -> int:
        condition = " AND ".join(f"{column} = ?" for column in where) or "1"
        return int(self.rows(f"SELECT count(*) FROM {table} WHERE {condition}", *where.values())[0][0])

    def kinds(self, reference: str) -> list[str]:
        """The events of one message, in order."""
        return [k for (k,) in self.rows("SELECT kind FROM events WHERE reference = ? ORDER BY id", reference)]

    def held(self) -> list[str]:
        """The references of everything that is or was held, in order."""
        return [r for (r,) in self.rows("SELECT reference FROM held ORDER BY received_at")]

    def references(self, outcome: str) -> list[str]:
        """Messages with this outcome, in order."""
        return [r for (r,) in self.rows("SELECT reference FROM messages WHERE outcome = ? ORDER BY at", outcome)]

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Nobody else can commit until the end of the block. gatekeeper waits for five seconds before it gives up."""
        with closing(sqlite3.connect(self.database, isolation_level=None, timeout=10)) as connection:
            connection.execute("BEGIN IMMEDIATE")
            yield
            connection.execute("ROLLBACK")


def _threads(pid: int) -> Iterator[tuple[str, int]]:
    """State and ticks of processor time of each thread."""
    for thread in sorted(Path(f"/proc/{pid}/task").iterdir()):
        with suppress(OSError):  # it has just ended
            words = (thread / "stat").read_text().rpartition(")")[2].split()
            yield words[0], int(words[11]) + int(words[12])


@asynccontextmanager
async def a_relay(folder: Path, next_hop: int, processes: int = 1) -> AsyncIterator[Relay]:
    """Started; ended in order with the block, and all of its processes with it."""
    relay = Relay(folder, next_hop, processes)
    try:
        await relay.start()
        yield relay
        await relay.stop()
    finally:
        await relay.clear_away()
