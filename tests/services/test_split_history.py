"""What makes transactions one message, and asking the store about many at once."""

import asyncio
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.changes import Changes
from gatekeeper.core.history import NOTHING_KNOWN, History
from gatekeeper.core.message import Message
from gatekeeper.core.split import Transaction
from gatekeeper.errors import TryAgain
from gatekeeper.examination import _debts
from gatekeeper.mail.read import read
from gatekeeper.services.split import Histories, message_key
from tests.builders import NOON, a_council, a_mail
from tests.fakes import FakeStore
from tests.services.split import CLERK, JANE, RESIDENT, Split

COUNCIL = a_council()


def key(raw: bytes) -> str:
    message = read(raw, texts=False)
    assert isinstance(message, Message)
    return message_key(COUNCIL, raw, message)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (b"Message-ID: <a1@", b"Message-ID: <a2@"),
        (b"From: officer@", b"From: other@"),
        (b"12:00:00", b"12:00:01"),
        (b"Tuesday", b"Monday"),
    ],
)
def test_another_id_author_date_or_body_is_another_message(before: bytes, after: bytes) -> None:
    raw = a_mail()
    assert before in raw
    assert key(raw.replace(before, after)) != key(raw)


def test_other_recipients_traces_and_empty_lines_are_the_same_message() -> None:
    raw = a_mail()
    assert key(b"Received: from a by b; now\r\n" + raw.replace(b"Subject:", b"Bcc: x@y.example\r\nSubject:")) == key(
        raw
    )
    assert key(raw + b"\r\n\r\n") == key(raw)


def test_without_a_message_id_there_is_no_key() -> None:
    assert key(a_mail().replace(b"Message-ID: <a1@stow.example>\r\n", b"")) == ""


def test_another_council_has_another_key() -> None:
    raw = a_mail()
    message = read(raw, texts=False)
    assert isinstance(message, Message)
    assert message_key(replace(COUNCIL, key=b"o" * 32), raw, message) != key(raw)


@given(st.binary(max_size=300), st.binary(max_size=60))
def test_any_octets_have_a_key_or_none(body: bytes, id: bytes) -> None:
    raw = b"From: a@b.example\r\nMessage-ID:" + id + b"\r\n\r\n" + body
    message = read(raw, texts=False)
    if isinstance(message, Message):
        found = message_key(COUNCIL, raw, message)
        assert len(found) in (0, 64)
        assert message_key(COUNCIL, raw + b"\r\n", message) == found


class Counting(FakeStore):
    """Counts what it is asked, and answers late."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0

    async def read(self, job):  # type: ignore[no-untyped-def]
        self.asked += 1
        await asyncio.sleep(0)
        return await super().read(job)


async def test_those_who_ask_at_the_same_time_share_a_question() -> None:
    store = Counting()
    await store.record(Changes(transactions=(Transaction("stow", "k7", "r", NOON, ("j-smith",)),)))
    histories = Histories(store)
    found = await asyncio.gather(*(histories.of("stow", f"k{n}", "mine") for n in range(50)))
    assert store.asked <= 2
    assert [n for n, history in enumerate(found) if history == History(("j-smith",))] == [7]
    assert await histories.of("stow", "k7", "r") == NOTHING_KNOWN


async def test_a_store_that_cannot_be_reached_is_everybodys_answer_and_the_next_question_is_asked_anew() -> None:
    store = Counting()
    histories = Histories(store)
    store.down = True
    answers = await asyncio.gather(*(histories.of("stow", "k", str(n)) for n in range(3)), return_exceptions=True)
    assert [type(a) for a in answers] == [TryAgain] * 3
    store.down = False
    assert await histories.of("stow", "k", "x") == NOTHING_KNOWN


async def test_who_goes_away_while_asking_takes_nobody_with_him() -> None:
    histories = Histories(Counting())
    first = asyncio.create_task(histories.of("stow", "k", "1"))
    second = asyncio.create_task(histories.of("stow", "k", "2"))
    await asyncio.sleep(0)
    first.cancel()
    assert await second == NOTHING_KNOWN


async def test_doctor_names_what_nobody_was_told_of() -> None:
    world = Split()
    for to in (CLERK, RESIDENT), (JANE,):
        await world.send(*to)
    await world.later(60)
    (finding,) = _debts(world.store.tx, "stow", world.clock.now())
    assert "1 disclosures to people outside the council are open" in finding.said
