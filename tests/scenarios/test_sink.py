"""The byte-exact next hop is itself exact."""

import pytest

from tests.scenarios.client import LOST, Mail, deliver
from tests.scenarios.sink import Sink


@pytest.mark.parametrize(
    "octets",
    [b"a: b\r\n\r\nhello\r\n", b".\r\n..\r\n.a\r\n\r\n.\r\n", b"\r\n", b"\x00\xff\r\n", b"x\r\n" * 50_000],
)
async def test_octets_come_as_they_were_sent(octets: bytes) -> None:
    async with Sink() as sink:
        answer = await deliver(sink.port, Mail(b"a@b.example", (b"c@d.example", b"e@f.example"), octets))
    assert answer.is_taken
    (taken,) = sink.taken
    assert (taken.mail_from, taken.recipients) == (b"a@b.example", (b"c@d.example", b"e@f.example"))
    assert taken.octets == octets


async def test_it_refuses_and_hangs_up_as_told() -> None:
    mail = Mail(b"a@b.example", (b"c@d.example",), b"x\r\n")
    async with Sink() as sink:
        sink.at_dot.extend([b"451 4.3.0 later", b""])
        assert (await deliver(sink.port, mail)).code == 451
        assert await deliver(sink.port, mail) == LOST
        sink.refused[b"c@d.example"] = b"550 5.1.1 nobody"
        assert (await deliver(sink.port, mail)).code == 550
        assert len(sink.came) == 2
        assert sink.taken == []
    assert await deliver(sink.port, mail) == LOST
