"""A process that records without end, and prints the reference of each message once it is recorded."""

import asyncio
import sys
from itertools import count

from gatekeeper.core.changes import Changes
from gatekeeper.storage.store import SqlStore
from tests.changes import a_judgement
from tests.held import a_held

TASKS = 20


async def main(url: str) -> None:
    store = SqlStore.open(url)
    numbers = count()

    async def one_of_many() -> None:
        for number in numbers:
            reference = f"r{number}"
            held = a_held(reference=reference)
            await store.record(a_judgement(number, reference))
            await store.record(Changes(held=(held,), content=((reference, b"x" * 5000),)))
            print(reference, flush=True)

    await asyncio.gather(*(one_of_many() for _ in range(TASKS)))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
