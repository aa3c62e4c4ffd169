"""DATA: what ends it, what is refused, and that content arrives as it was sent."""

import asyncio

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.smtp.content import has_bare_newline, stuffed, unstuffed
from tests.smtp.dialogue import HELLO, MAIL, SENDS, FakeGate, a_stage, closed

BEGIN = SENDS.partition("C: Subject")[0]
RESET = HELLO + MAIL + "C: RSET\nS: 250 ok"

SMUGGLES = [
    r"\n.\n",
    r"\n.\r\n",
    r"\r\n.\n",
    r"\r.\r",
    r"\r.\r\n",
    r"\r\n.\r",
    r"\n.\r",
    r"\r\n\x00.\r\n",
    r"\r\r\n.\r\r\n",
]


def hop_takes(wire: str) -> str:
    return HELLO + MAIL + f"C: DATA\nS: 354 go\nC: {wire}\nS: 250 2.0.0 taken"


@pytest.mark.parametrize("fake_end", SMUGGLES)
async def test_nothing_but_crlf_dot_crlf_ends_a_message(fake_end: str) -> None:
    message = rf"Subject: x\r\n\r\nhello{fake_end}MAIL FROM:<evil@x.example>\r\n"
    content = message.encode().decode("unicode_escape").encode("latin-1")
    refused = has_bare_newline(content)
    async with a_stage(RESET if refused else hop_takes(message + r".\r\n")) as stage:
        await stage.talk(
            BEGIN
            + f"C: {message}.\\r\\n\n"
            + ("S: 550 5.6.11 ..." if refused else "S: 250 2.0.0 taken")
            + "\nC: NOOP\nS: 250 2.0.0 OK"
        )
    assert len(stage.gate.seen) == (0 if refused else 1)


@pytest.mark.parametrize("fake_end", SMUGGLES[:5])
async def test_a_door_that_normalises_mends_line_ends_and_lets_nothing_slip_through(fake_end: str) -> None:
    message = rf"Subject: x\n\nhello{fake_end}MAIL FROM:<evil@x.example>\r\n.\r\n"
    content = message.encode().decode("unicode_escape").encode("latin-1")[:-3]
    mended = unstuffed(content.replace(b"\r\n", b"\n").replace(b"\r", b"\n").replace(b"\n", b"\r\n"))
    wire = b"".join(stuffed((mended,))).decode("latin-1").encode("unicode_escape").decode()
    async with a_stage(hop_takes(wire), bare_newline="normalise") as stage:
        await stage.talk(BEGIN + f"C: {message}\nS: 250 2.0.0 taken\nC: NOOP\nS: 250 2.0.0 OK")
    (submission,) = stage.gate.seen
    assert submission.altered
    assert not has_bare_newline(submission.raw)


async def test_dots_are_unstuffed_for_judgement_and_stuffed_again() -> None:
    wire = r"..\r\n...a\r\n.b\r\nc.\r\n..\r\n.\r\n"
    sent = r"..\r\n...a\r\n..b\r\nc.\r\n..\r\n.\r\n".replace(r"..b", "b")
    async with a_stage(hop_takes(sent)) as stage:
        await stage.talk(BEGIN + f"C: {wire}\nS: 250 2.0.0 taken")
    assert stage.gate.seen[0].raw == b".\r\n..a\r\nb\r\nc.\r\n.\r\n"


async def test_an_empty_message_stays_empty() -> None:
    async with a_stage(hop_takes(r".\r\n")) as stage:
        await stage.talk(BEGIN + "C: .\nS: 250 2.0.0 taken")
    assert stage.gate.seen[0].raw == b""


async def test_a_block_that_is_prepended_is_all_that_is_added() -> None:
    gate = FakeGate(block=b"Received: by gk\r\n")
    async with a_stage(hop_takes(r"Received: by gk\r\n..x\r\n.\r\n"), gate=gate) as stage:
        await stage.talk(BEGIN + r"C: ..x\r\n.\r\n" + "\nS: 250 2.0.0 taken")


async def test_content_of_ours_with_a_bare_newline_is_never_sent() -> None:
    async with a_stage(RESET, gate=FakeGate(block=b"X: y\n")) as stage:
        await stage.talk(BEGIN + "C: x\nC: .\nS: 550 5.6.11 ...\nC: NOOP\nS: 250 ...")


async def test_long_lines_and_nul_pass() -> None:
    line = "x" * 3000 + r"\x00\xff\r\n.\r\n"
    async with a_stage(hop_takes(line)) as stage:
        await stage.talk(BEGIN + f"C: {line}\nS: 250 2.0.0 taken")


async def test_a_message_that_is_too_big_is_refused_at_mail_or_after_its_end() -> None:
    async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok", max_size=100) as stage:
        await stage.talk(
            "S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b.example> SIZE=101\nS: 552 5.3.4 ...\n"
            "C: MAIL FROM:<a@b.example> SIZE=99999999999999999999999\nS: 552 5.3.4 ...\n"
            + BEGIN.partition("S: 250 gk.example")[2]
            + "C: "
            + "x" * 200
            + "\nC: .\nS: 552 5.3.4 ...\nC: NOOP\nS: 250 ..."
        )
    assert stage.gate.seen == []


async def test_a_message_that_goes_round_in_circles_is_refused() -> None:
    async with a_stage(RESET, max_hops=2) as stage:
        await stage.talk(BEGIN + "C: Received: x\n" * 3 + "C:\nC: .\nS: 554 5.4.6 ...\nC: NOOP\nS: 250 ...")


@pytest.mark.parametrize("limits", [{"data_idle_seconds": 0.1}, {"client_idle_seconds": 0.1, "min_data_rate": 10**9}])
async def test_content_that_stops_coming_is_not_waited_for(limits: dict[str, float]) -> None:
    async with a_stage(HELLO + MAIL, check=False, **limits) as stage:
        await stage.talk(BEGIN + "C: Subject: x\nS: 421 4.4.2 ...\nS: <close>")
    assert stage.gate.seen == []


async def test_content_that_trickles_in_below_the_lowest_rate_is_not_waited_for() -> None:
    async with a_stage(HELLO + MAIL, check=False, client_idle_seconds=0.3, min_data_rate=10**6) as stage:
        reader, writer = await stage.connect()
        writer.write(b"HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
        await reader.readuntil(b"354 ")
        await reader.readline()
        got = b""
        for _ in range(100):
            writer.write(b"x")
            try:
                got = await asyncio.wait_for(reader.read(100), 0.02)
            except TimeoutError:
                continue
            break
        writer.close()
    assert got.startswith(b"421 4.4.2")


class Sink:
    """A next hop that takes everything and keeps the octets of each DATA."""

    def __init__(self) -> None:
        self.wires: list[bytes] = []

    async def __call__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 sink\r\n")
        while line := await reader.readline():
            writer.write(b"354 go\r\n" if line == b"DATA\r\n" else b"250 ok\r\n")
            if line == b"DATA\r\n":
                wire = b"\r\n"
                while not wire.endswith(b"\r\n.\r\n"):
                    wire += await reader.readline()
                self.wires.append(wire[2:-3])
                writer.write(b"250 taken\r\n")
        writer.close()


lines = st.lists(
    st.lists(st.sampled_from([b".", b"..", b"abc", b" ", b"\0", b"\xe9", b"From x"]), max_size=4).map(b"".join),
    max_size=12,
)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines.map(lambda ls: b"".join(line + b"\r\n" for line in ls)), st.integers(1, 1000), st.integers(1, 400))
def test_any_content_made_of_lines_arrives_octet_for_octet(content: bytes, cut: int, copies: int) -> None:
    content *= copies
    wire = b"".join(stuffed((content,)))

    async def relay() -> list[bytes]:
        sink = Sink()
        server = await asyncio.start_server(sink, "127.0.0.1", 0)
        port = server.sockets[0].getsockname()[1]
        async with a_stage(next_hop_port=port, check=False) as stage:
            reader, writer = await stage.connect()
            writer.write(b"HELO c\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n")
            await reader.readuntil(b"354 ")
            await reader.readline()
            writer.write(wire[:cut])
            await writer.drain()
            writer.write(wire[cut:] + b"QUIT\r\n")
            assert (await reader.read()).startswith(b"250 taken\r\n221 ")
            writer.close()
            assert stage.gate.seen[0].raw == content
        await closed(server)
        return sink.wires

    assert asyncio.run(relay()) == [wire[:-3]]
