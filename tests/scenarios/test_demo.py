"""Trying it out: `gatekeeper demo run`, and swaks as the mail client of somebody who reads what it prints."""

import shlex
from pathlib import Path

import pytest

from tests.scenarios.mails import BUILDER
from tests.scenarios.relay import CLERK, Relay
from tests.scenarios.waiting import free_port, run, until


@pytest.fixture
def demo(tmp_path: Path) -> Relay:
    """Not started yet; the port of its next hop is free."""
    return Relay(tmp_path, free_port())


async def test_the_lines_that_the_demo_prints_do_what_they_say(demo: Relay, tmp_path: Path) -> None:
    caught = tmp_path / "caught"
    try:
        printed = await demo.start("demo", "run", "--folder", str(caught))
        passes, discloses, holds = (shlex.split(line) for line in printed.splitlines() if line.startswith("swaks "))
        await _is_caught(passes, caught, b"")
        await _is_caught(discloses, caught, b"CC Councillor ")
        status, dialogue, _ = await run(*holds)
        assert status == 0
        (held,) = await demo.waiting()
        assert f"<-  250 2.0.0 Held for review, reference {held['reference']}" in dialogue
        assert _all(caught, f"To: {BUILDER}") == []
        await demo.gatekeeper("queue", "release", held["reference"], "--by", CLERK)
        await until(lambda: _all(caught, f"To: {BUILDER}"), "it is released")
        await demo.stop()
    finally:
        await demo.clear_away()


async def _is_caught(swaks: list[str], caught: Path, footer: bytes) -> None:
    """One more message, with this in its text."""
    before = len(_all(caught))
    status, dialogue, _ = await run(*swaks)
    assert status == 0, dialogue
    files = await until(lambda: _all(caught)[before:], "it is caught")
    assert [f for f in files if footer not in f] == []
    assert (b"CC Councillor " in files[0]) is bool(footer)


def _all(caught: Path, word: str = "") -> list[bytes]:
    """The messages that hold this word, in order."""
    messages = [file.read_bytes() for file in sorted(caught.glob("*.eml"))] if caught.exists() else []
    return [m for m in messages if word.encode() in m]
