"""The content of DATA: its end, its dots, its line ends."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.smtp.content import (
    END,
    Incoming,
    Known,
    has_bare_newline,
    hops,
    may_be_sent,
    normalised,
    stuffed,
    unstuffed,
)

tricky = st.lists(st.sampled_from([b"\r", b"\n", b"\r\n", b".", b"..", b"a", b"\0", b"\xff", b"\r\n."])).map(b"".join)
lines = st.lists(
    st.lists(st.sampled_from([b".", b"a", b" ", b"\0", b"\xe9", b"From "]), max_size=4).map(b"".join), max_size=8
)
contents = lines.map(lambda ls: b"".join(line + b"\r\n" for line in ls))


def in_chunks(stream: bytes, cuts: list[int]) -> list[bytes]:
    places = sorted({0, len(stream), *(c % (len(stream) + 1) for c in cuts)})
    return [stream[a:b] for a, b in pairwise(places)]


def received(stream: bytes, cuts: list[int], limit: int = 1 << 20) -> tuple[Incoming, bytes | None]:
    incoming = Incoming(limit)
    chunks = in_chunks(stream, cuts)
    for number, chunk in enumerate(chunks):
        rest = incoming.feed(chunk)
        if rest is not None:
            return incoming, rest + b"".join(chunks[number + 1 :])
    return incoming, None


@given(tricky, st.lists(st.integers(0, 200)))
def test_the_end_is_the_first_crlf_dot_crlf_however_the_chunks_are_cut(stream: bytes, cuts: list[int]) -> None:
    at = (b"\r\n" + stream).find(END)
    incoming, rest = received(stream, cuts)
    if at < 0:
        assert rest is None
    else:
        assert rest == stream[at + 3 :]
        assert incoming.take() == stream[:at]


@given(tricky, st.lists(st.integers(0, 200)))
def test_a_line_that_starts_with_a_dot_is_never_overlooked(stream: bytes, cuts: list[int]) -> None:
    incoming, rest = received(stream, cuts)
    if rest is not None and b"\r\n." in b"\r\n" + incoming.take():
        assert incoming.has_dots


@given(contents, st.lists(st.integers(0, 200)), st.booleans())
def test_what_is_sent_is_received_octet_for_octet(content: bytes, cuts: list[int], in_pieces: bool) -> None:
    pieces = (b"Received: x\r\n", content) if in_pieces else (content,)
    incoming, rest = received(b"".join(stuffed(pieces)) + b"QUIT\r\n", cuts)
    assert rest == b"QUIT\r\n"
    assert unstuffed(incoming.take()) == b"".join(pieces)


@given(contents, st.lists(st.integers(0, 200)))
def test_content_without_dots_may_be_passed_on_unsearched(content: bytes, cuts: list[int]) -> None:
    wire = b"".join(stuffed((content,)))
    incoming, _ = received(wire, cuts)
    raw = unstuffed(incoming.take())
    assert b"".join(stuffed((raw,), Known(raw, incoming.has_dots))) == wire


@given(tricky)
def test_a_bare_newline_is_found_wherever_it_stands(content: bytes) -> None:
    without_pairs = content.replace(b"\r\n", b"")
    assert has_bare_newline(content) == (b"\r" in without_pairs or b"\n" in without_pairs)


@given(tricky)
def test_normalised_content_has_only_crlf(content: bytes) -> None:
    assert not has_bare_newline(normalised(content))
    if not has_bare_newline(content):
        assert normalised(content) == content


@given(st.lists(tricky, max_size=3))
def test_what_may_be_sent_ends_nowhere_but_at_its_end(pieces: list[bytes]) -> None:
    if may_be_sent(pieces):
        wire = b"".join(stuffed(pieces))
        for lenient in (b"\n.\n", b"\r.\r", b"\n.\r", b"\r.\n"):
            assert lenient not in wire[:-2]
        assert (b"\r\n" + wire).find(END) == len(wire) - 3


def test_a_missing_last_line_end_is_added_and_nothing_else() -> None:
    assert b"".join(stuffed((b"a\r\nb",))) == b"a\r\nb\r\n.\r\n"
    assert b"".join(stuffed((b"",))) == b".\r\n"


@pytest.mark.parametrize("limit", [0, 10])
def test_beyond_the_limit_nothing_is_kept_and_the_end_is_still_found(limit: int) -> None:
    incoming, rest = received(b"x" * 100 + b"\r\n.\r\nNOOP\r\n", [50, 101, 103], limit)
    assert incoming.is_too_big
    assert rest == b"NOOP\r\n"


def test_hops_are_received_fields_of_the_header_alone() -> None:
    header = b"Received: by a\r\n\tby b\r\nRECEIVED : by c\r\nX-Received: no\r\nSubject: Received: no\r\n"
    assert hops(header + b"\r\nReceived: in the body\r\n") == 2
    assert hops(b"") == 0
