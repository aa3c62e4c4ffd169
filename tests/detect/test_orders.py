"""Bare orders, and what only looks like one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.detect.orders import orders


def found(said: str) -> list[str]:
    return [o.words for o in orders((Text(Where.BODY, said, (Stretch(Zone.OWN, 0, len(said)),)),))]


@pytest.mark.parametrize(
    "said",
    [
        "Send me the tender file by noon tomorrow.",
        "You must send the letter to the contractor by Friday.",
        "Cancel the skip today.",
        "Clerk, circulate the report before the weekend.",
        "Have the hedge cut within two days.",
    ],
)
def test_an_imperative_with_a_deadline_is_an_order(said: str) -> None:
    assert found(f"Hello.\n\n{said}\n") == [said]


@pytest.mark.parametrize(
    "said",
    [
        "Please send me the tender file by noon tomorrow.",
        "Could you send me the tender file by noon tomorrow?",
        "Send me the tender file.",
        "I will send you the tender file by noon tomorrow.",
        "Send my apologies for tomorrow, thanks.",
        "Have a good weekend, see you by Monday.",
        "Let me know by Friday.",
        "Give me a ring before lunch.",
    ],
)
def test_asking_and_small_talk_are_none(said: str) -> None:
    assert found(said) == []


@given(st.text(max_size=300))
def test_any_text_is_read(said: str) -> None:
    assert all(words in said for words in found(said))
