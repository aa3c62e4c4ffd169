"""Whatever a client sends, it gets replies, and the door goes on."""

import asyncio
import re

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.smtp.dialogue import a_stage
from tests.smtp.test_data import Sink, closed

words = st.sampled_from(
    [
        *(
            b"HELO c",
            b"EHLO c",
            b"MAIL FROM:<a@b>",
            b"MAIL FROM:<>",
            b"RCPT TO:<c@d>",
            b"DATA",
            b"RSET",
            b"NOOP",
            b"QUIT",
        ),
        *(b"STARTTLS", b"XCLIENT LOGIN=a", b"VRFY a", b"HELP", b"AUTH PLAIN", b"BDAT 5", b".", b"..", b"Subject: x"),
        *(b"\r\n", b"\r\n", b"\r\n", b"\n", b"\r", b" ", b"\0", b"\xff", b"x" * 9000, b"a<b>c"),
    ]
)
streams = st.lists(words | st.binary(max_size=5), max_size=30).map(b"".join)
REPLIES = re.compile(rb"(?:[2-5][0-9][0-9][ -][ -~]*\r\n)+")


async def converse(stream: bytes, cut: int) -> bytes:
    sink = Sink()
    server = await asyncio.start_server(sink, "127.0.0.1", 0)
    async with a_stage(next_hop_port=server.sockets[0].getsockname()[1], check=False) as stage:
        reader, writer = await stage.connect()
        writer.write(stream[:cut])
        await asyncio.sleep(0)
        writer.write(stream[cut:])
        writer.write_eof()
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
        await stage.talk("S: 220 ...\nC: NOOP\nS: 250 2.0.0 OK")
    await closed(server)
    return said


@settings(max_examples=50, deadline=None)
@given(streams, st.integers(0, 200))
def test_any_octets_get_well_formed_replies_and_leave_the_door_open(stream: bytes, cut: int) -> None:
    said = asyncio.run(converse(stream, cut))
    assert REPLIES.fullmatch(said)
    assert b"4.3.0" not in said, "the door met an error of its own"


class Babbler:
    """A next hop that answers each line with the next of these octets."""

    def __init__(self, answers: list[bytes]) -> None:
        self._answers = list(answers)

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 x\r\n")
        while self._answers and await reader.readline():
            writer.write(self._answers.pop(0))
        writer.close()


answers = st.lists(
    st.sampled_from(
        [b"250 ok\r\n", b"250 ok\r\n", b"250-a\r\n250 b\r\n", b"354 go\r\n", b"421 x\r\n", b"550 n\xe9\r\n"]
    )
    | st.sampled_from([b"\r\n", b"250 a\r\n250 b\r\n", b"250", b"hi\r\n", b"250-x\r\n550 y\r\n", b""])
    | st.binary(max_size=8),
    max_size=12,
)
CONVERSATION = (
    b"EHLO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nRCPT TO:<e@f>\r\nRSET\r\n"
    b"MAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nNOOP\r\n"
)


async def listen_to(babble: list[bytes]) -> bytes:
    server = await asyncio.start_server(Babbler(babble), "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    limits = {"command_seconds": 0.05, "connect_seconds": 0.05}
    async with a_stage(next_hop_port=port, check=False, **limits) as stage:
        reader, writer = await stage.connect()
        writer.write(CONVERSATION)
        writer.write_eof()
        said = await asyncio.wait_for(reader.read(), 5)
        writer.close()
    await closed(server)
    return said


@settings(max_examples=30, deadline=None)
@given(answers)
def test_whatever_a_next_hop_says_the_client_gets_well_formed_replies(babble: list[bytes]) -> None:
    said = asyncio.run(listen_to(babble))
    assert REPLIES.fullmatch(said)
    assert b"4.3.0" not in said, "the door met an error of its own"
