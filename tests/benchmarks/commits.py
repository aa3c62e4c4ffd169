"""What recording costs. Run with: python -m tests.benchmarks.commits [MESSAGES] [FOLDER]

Each message is recorded twice, as intake does it: the judgement (message, event, details, two persons, three addresses)
and the outcome (its change, an event). Twenty tasks do so at a time on SQLite with full durability. The same rows are
then written by the bare driver, in as many commits, which is the least that any program on this machine can need.
"""

import asyncio
import gc
import os
import sqlite3
import sys
import tempfile
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from gatekeeper.core.changes import Changes, MessageRecord, Outcome, OutcomeChange
from gatekeeper.core.events import Event, Kind
from gatekeeper.storage.engine import open_database
from gatekeeper.storage.migrate import upgrade
from gatekeeper.storage.rows import Rows
from gatekeeper.storage.store import SqlStore
from tests.builders import NOON

TASKS = 20


@dataclass(frozen=True, slots=True)
class Cost:
    wall: float
    cpu: float
    commits: int


def judged(i: int) -> Changes:
    at = NOON + timedelta(milliseconds=i)
    reference = f"{i:09d}"
    event = Event(
        id=f"{1_700_000_000_000 + i:012x}7{os.urandom(10).hex()[1:]}",
        council="stow",
        at=at,
        kind=Kind.JUDGED,
        reference=reference,
        verdict="pass",
        facts={"protocol": "0123456789abcdef", "size": "5321", "plan": "pass"},
        details={
            "sender": "jane.smith@stow.example",
            "recipients": (f"resident{i % 997}@mail.example", "clerk@stow.example"),
            "subject": f"The footpath behind the allotments ({i})",
            "message_id": f"<{os.urandom(12).hex()}@stow.example>",
        },
        people=("j-smith", "c-clerk"),
    )
    record = MessageRecord(reference, "stow", at, "relay", "pass", Outcome.OPEN, "0123456789abcdef", "")
    return Changes(events=(event,), messages=(record,))


def outcome(i: int) -> Changes:
    at = NOON + timedelta(milliseconds=i + 50)
    event = Event(
        id=f"{1_700_000_000_050 + i:012x}7{os.urandom(10).hex()[1:]}",
        council="stow",
        at=at,
        kind=Kind.RELAYED,
        reference=f"{i:09d}",
        verdict="pass",
        facts={"reply": "250"},
    )
    return Changes(events=(event,), outcomes=(OutcomeChange(f"{i:09d}", Outcome.RELAYED),))


async def through_the_store(file: Path, changes: list[tuple[Changes, Changes]]) -> Cost:
    database = open_database(f"sqlite:///{file}")
    upgrade(database.writer)
    store = SqlStore(database)
    await store.record(Changes())
    todo = iter(changes)

    async def relay() -> None:
        for first, second in todo:
            await store.record(first)
            await store.record(second)

    wall, cpu, commits = time.perf_counter(), time.process_time(), store.commits
    await asyncio.gather(*(relay() for _ in range(TASKS)))
    cost = Cost(time.perf_counter() - wall, time.process_time() - cpu, store.commits - commits)
    await store.close()
    return cost


def through_the_driver(file: Path, changes: list[tuple[Changes, Changes]], commits: int) -> Cost:
    """The same rows, made beforehand, in the same number of commits."""
    database = open_database(f"sqlite:///{file}")
    upgrade(database.writer)
    size = max(1, round(len(changes) / commits * 2))
    batches = [_rows(changes[i : i + size // 2 or 1]) for i in range(0, len(changes), size // 2 or 1)]
    appends = database.statements.appends
    database.close()
    with closing(sqlite3.connect(file, isolation_level=None)) as db:
        db.executescript("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; PRAGMA cache_size=-65536")
        wall, cpu = time.perf_counter(), time.process_time()
        for rows in batches:
            db.execute("BEGIN IMMEDIATE")
            for statement in appends:
                if given := getattr(rows, statement.rows):
                    db.executemany(statement.sql, given)
            db.execute("COMMIT")
        return Cost(time.perf_counter() - wall, time.process_time() - cpu, len(batches))


def _rows(changes: list[tuple[Changes, Changes]]) -> Rows:
    rows = Rows()
    for first, second in changes:
        rows.add(first)
        rows.add(second)
    return rows


def line(name: str, cost: Cost, messages: int) -> str:
    return (
        f"{name:<12} {messages / cost.wall:8.0f} messages/s  {cost.cpu / messages * 1000:6.3f} CPU s per 1000"
        f"  {cost.commits} commits, {messages * 2 / cost.commits:.1f} records each"
    )


def main() -> None:
    messages = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as folder:
        changes = [(judged(i), outcome(i)) for i in range(messages)]
        gc.freeze()  # a relay does not hold thousands of messages that the collector would walk through
        store = asyncio.run(through_the_store(Path(folder, "store.db"), changes))
        driver = through_the_driver(Path(folder, "driver.db"), changes, store.commits)
    print(line("store", store, messages))
    print(line("bare driver", driver, messages))
    print(f"ratio        {store.wall / driver.wall:.2f} in time, {store.cpu / driver.cpu:.2f} in CPU")


if __name__ == "__main__":
    main()
