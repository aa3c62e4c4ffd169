"""Replies of a next hop are read strictly."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.reply import MAX_TEXT
from gatekeeper.smtp.replies import MAX_REPLY, Malformed, take_reply


@given(st.binary(max_size=60) | st.text("25 0-\r\nx", max_size=30).map(str.encode))
def test_whatever_comes_is_a_safe_reply_or_malformed_or_incomplete(data: bytes) -> None:
    buffer = bytearray(data)
    try:
        answer = take_reply(buffer)
    except Malformed:
        return
    if answer is None:
        assert bytes(buffer) == data
        return
    assert 200 <= answer.code <= 599
    assert all(" " <= c <= "~" for line in answer.lines for c in line)
    assert all(len(line) <= MAX_TEXT for line in answer.lines)
    assert data.endswith(bytes(buffer))


@pytest.mark.parametrize(
    ("data", "code", "lines"),
    [
        (b"250 ok\r\n", 250, ("ok",)),
        (b"250\r\n", 250, ("",)),
        (b"250-a\r\n250-\r\n250 c\r\n", 250, ("a", "", "c")),
        (b"550 caf\xc3\xa9\r\n", 550, ("caf??",)),
        (b"550 a\rb\tc\r\n", 550, ("a?b?c",)),
        (b"354 " + b"x" * 600 + b"\r\n", 354, ("x" * MAX_TEXT,)),
    ],
)
def test_replies_that_can_be_understood(data: bytes, code: int, lines: tuple[str, ...]) -> None:
    answer = take_reply(bytearray(data))
    assert answer is not None
    assert (answer.code, answer.lines) == (code, lines)


@pytest.mark.parametrize(
    "data",
    [
        b"250 ok\n",
        b" 25 ok\r\n",
        b"2500 ok\r\n",
        b"150 ok\r\n",
        b"650 ok\r\n",
        b"250_ok\r\n",
        b"ok\r\n",
        b"\r\n",
        b"250-a\r\n550 b\r\n",
        b"250-a\r\nb\r\n",
        b"250-" + b"x" * 9000 + b"\r\n",
        b"x" * (MAX_REPLY + 1),
        b"250-x\r\n" * MAX_REPLY,
    ],
)
def test_what_is_no_reply_is_malformed(data: bytes) -> None:
    with pytest.raises(Malformed):
        take_reply(bytearray(data))


def test_an_incomplete_reply_is_waited_for() -> None:
    assert take_reply(bytearray(b"250-a\r\n250 b\r")) is None
    assert take_reply(bytearray(b"")) is None
