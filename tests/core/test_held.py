"""The states of a held message."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.held import Move, NotPossible, State
from gatekeeper.core.reference import ALPHABET, BITS, normal, reference
from tests.builders import NOON
from tests.held import a_held


@pytest.mark.parametrize("second", [Move.RELEASE, Move.RETURN, Move.DECLINE, Move.WITHDRAW])
def test_what_is_decided_is_decided_once_and_says_by_whom(second: Move) -> None:
    after = a_held().moved(Move.RETURN, NOON, "c-clerk", "please rephrase")
    with pytest.raises(NotPossible, match=r"c-clerk on 24 November 2026 at 12:00 UTC: it is returned"):
        after.moved(second, NOON, "d-deputy")


def test_a_release_is_sending_until_it_has_gone() -> None:
    sending = a_held().moved(Move.RELEASE, NOON, "c-clerk")
    assert sending.state is State.SENDING
    assert sending.moved(Move.SENT, NOON).state is State.RELEASED
    failed = sending.moved(Move.FAIL, NOON)
    assert failed.moved(Move.RELEASE, NOON, "c-clerk").state is State.SENDING


@given(st.lists(st.sampled_from(list(Move)), max_size=8))
def test_no_order_of_moves_leaves_an_end_state(moves: list[Move]) -> None:
    held = a_held()
    for move in moves:
        before = held
        try:
            held = held.moved(move, NOON, "c-clerk", "r")
        except NotPossible:
            assert held == before
        else:
            assert held.version == before.version + 1
            assert before.state not in (State.RELEASED, State.RETURNED, State.NOT_SENT, State.WITHDRAWN)


@given(st.integers(0, 2**BITS - 1))
def test_a_reference_is_read_back_however_it_was_dictated(number: int) -> None:
    ref = reference(number)
    assert len(ref) == 11
    assert set(ref) <= set(ALPHABET) | {"-"}
    assert normal(ref.lower().replace("-", " ").replace("0", "o").replace("1", "l")) == ref


@given(st.text(max_size=20))
def test_other_text_is_left_alone_or_becomes_a_reference(text: str) -> None:
    assert normal(text) == text or len(normal(text)) == 11
