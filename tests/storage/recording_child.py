"""A relay process: records judgements through the socket it inherited, twenty at a time, and ends."""

import asyncio
import socket
import sys
from dataclasses import replace

from gatekeeper.storage.writer import RemoteRecorder
from tests.changes import a_judgement

TASKS = 20


async def main(descriptor: int, name: str, messages: int) -> None:
    recorder = await RemoteRecorder.connect(socket.socket(fileno=descriptor))
    numbers = iter(range(messages))

    async def one_of_many() -> None:
        for number in numbers:
            changes = a_judgement(number, f"{name}{number}", details={"subject": name})
            event = replace(changes.events[0], id=f"{name}{number:031x}")
            await recorder.record(replace(changes, events=(event,)))

    await asyncio.gather(*(one_of_many() for _ in range(TASKS)))
    await recorder.close()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3])))
