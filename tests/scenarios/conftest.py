"""What scenarios start from."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.scenarios.relay import Relay, a_relay
from tests.scenarios.sink import Sink


@pytest.fixture
async def sink() -> AsyncIterator[Sink]:
    """A next hop that records exact octets."""
    async with Sink() as sink:
        yield sink


@pytest.fixture
async def relay(tmp_path: Path, sink: Sink) -> AsyncIterator[Relay]:
    """gatekeeper before the sink, in one process."""
    async with a_relay(tmp_path, sink.port) as relay:
        yield relay
