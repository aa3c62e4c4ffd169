"""Logs tell nothing of what people write, and nothing of asyncio's noise when they leave."""

import logging

import pytest
from structlog.testing import capture_logs

from tests.smtp.dialogue import HELLO, MAIL, SENDS, TAKES, FakeGate, a_stage

SECRETS = ("a@b.example", "c@d.example", "hello", "Subject", "secret")


async def test_no_address_no_content_and_no_error_text_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with capture_logs() as events:
        async with a_stage(TAKES) as stage:
            await stage.talk(SENDS + "S: 250 ...\nC: secret\nS: 500 ...\nC: VRFY secret\nS: 252 ...")
        async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok", gate=FakeGate(answer=ValueError("secret"))) as stage:
            await stage.talk(SENDS + "S: 451 ...")
        async with a_stage() as stage:
            await stage.talk(SENDS.partition("S: 250 2.1.0")[0] + "S: 451 4.4.1 ...")
    written = repr(events) + caplog.text
    assert "ValueError" in written
    assert not [secret for secret in SECRETS if secret in written]


async def test_clients_and_next_hops_that_vanish_make_no_noise(caplog: pytest.LogCaptureFixture) -> None:
    for cut in range(1, 14):
        async with a_stage(TAKES, check=False) as stage:
            reader, writer = await stage.connect()
            await reader.readline()
            writer.write("\r\n".join(x[3:] for x in SENDS.splitlines() if x.startswith("C:")).encode()[: cut * 9])
            writer.transport.abort()
            await stage.talk("S: 220 ...")
    assert caplog.text == ""
