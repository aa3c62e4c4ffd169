"""Relay processes are kept running."""

import asyncio
import socket
import sys

import pytest

from gatekeeper import processes


async def test_a_relay_process_that_cannot_be_started_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    tries, running = [], asyncio.Event()

    async def child(installation: object, store: object) -> int:
        tries.append(1)
        if len(tries) < 3:
            raise BlockingIOError("no more processes")
        running.set()
        return await asyncio.get_running_loop().create_future()

    monkeypatch.setattr(processes, "_child", child)
    monkeypatch.setattr(processes, "RESTART_SECONDS", 0.0)
    keeper = asyncio.create_task(processes._keep_running(None, None))
    async with asyncio.timeout(5):
        await running.wait()
    keeper.cancel()
    assert len(tries) == 3


async def test_what_was_opened_for_a_process_that_did_not_start_is_closed(monkeypatch: pytest.MonkeyPatch) -> None:
    pairs = []

    def pair() -> tuple[socket.socket, socket.socket]:
        pairs.append(made := _pair())
        return made

    _pair = socket.socketpair
    installation = type("Installation", (), {"settings": type("Settings", (), {"file": "none"})()})()
    monkeypatch.setattr(processes.socket, "socketpair", pair)
    monkeypatch.setattr(sys, "executable", "/nonexistent/python")
    with pytest.raises(OSError, match="nonexistent"):
        await processes._child(installation, None)
    assert [s.fileno() for s in pairs[0]] == [-1, -1]
