"""A message around one that must not be altered: the original is whole inside, whatever it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Message
from gatekeeper.mail.read import read
from gatekeeper.mail.refusal import CannotAlter
from gatekeeper.mail.wrap import wrap
from tests.mail.corpus import mails

LINES = ("CC Councillor Jane Smith",)
HEAD = b"From: a@b.example\r\nTo: c@d.example\r\nSubject: s\r\nMessage-ID: <1@b.example>\r\n"


def inside(wrapped: bytes) -> tuple[str, bytes]:
    """The type and octets of what is attached."""
    found = read(wrapped)
    assert isinstance(found, Message)
    first, second = found.root.children
    assert wrapped[first.body.start : first.body.end] == b"CC Councillor Jane Smith"
    return second.type, wrapped[second.body.start : second.body.end]


def wrapped_or_not(raw: bytes) -> bool:
    message = read(raw)
    if not isinstance(message, Message):
        return False
    try:
        wrapped = wrap(raw, message, LINES)
    except CannotAlter:
        return False
    assert inside(wrapped) == ("message/rfc822", raw)
    return True


def test_nearly_every_message_of_the_corpus_can_be_wrapped() -> None:
    done = [wrapped_or_not(raw) for _, raw in mails()]
    assert sum(done) > len(done) * 0.5


@given(st.binary(max_size=400), st.binary(max_size=200))
def test_any_octets_are_whole_inside_or_not_wrapped(header: bytes, body: bytes) -> None:
    wrapped_or_not(HEAD + header.replace(b"\r", b"").replace(b"\n", b"") + b"\r\n\r\n" + body)


def test_the_same_message_is_wrapped_in_the_same_way() -> None:
    raw = HEAD + b"\r\nHello\r\n"
    message = read(raw)
    assert isinstance(message, Message)
    assert wrap(raw, message, LINES) == wrap(raw, message, LINES)


@pytest.mark.parametrize("lines", [(), ("\u200b",)])
def test_without_words_nothing_is_wrapped(lines: tuple[str, ...]) -> None:
    raw = HEAD + b"\r\nHello\r\n"
    message = read(raw)
    assert isinstance(message, Message)
    with pytest.raises(CannotAlter):
        wrap(raw, message, lines)
