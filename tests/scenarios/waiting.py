"""Waiting for facts, and ports that nobody has."""

import asyncio
import random
import socket
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

T = TypeVar("T")

PATIENCE = 30.0
"""Seconds after which something that should have happened has not."""

_PORTS = range(20_000, 32_000)
"""Below those that the system gives to outgoing connections."""


async def until(found: Callable[[], T], what: str, seconds: float = PATIENCE) -> T:
    """Ask again and again until the answer is true-like, and return it. Fails with `what` after `seconds`."""
    deadline = asyncio.get_running_loop().time() + seconds
    while not (answer := found()):
        assert asyncio.get_running_loop().time() < deadline, f"waited {seconds:.0f} s in vain: {what}"
        await asyncio.sleep(0.02)
    return answer


def free_port() -> int:
    """A port of the loopback interface on which nobody listens at the moment."""
    chance = random.SystemRandom()
    while True:
        port = chance.choice(_PORTS)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port


def is_running(pid: int) -> bool:
    """Whether the process runs; one that has ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


async def run(*command: object, stdin: bytes = b"", seconds: float = PATIENCE) -> tuple[int, str, str]:
    """Run a program to its end; status, standard output, standard error."""
    process = await asyncio.create_subprocess_exec(
        *map(str, command),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        out, err = await asyncio.wait_for(process.communicate(stdin), seconds)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    assert process.returncode is not None
    return process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace")
