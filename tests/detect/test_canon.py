"""Disguised words read as a person would read them, and every place is found again in the text as sent."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.detect.canon import canonical
from gatekeeper.detect.tricks import TRICKS

HOSTILE = st.text(
    alphabet=st.sampled_from("aceiopt \u0430\u0435\u043e\u200b\u00ad\uff41\u2019\u00a3013@.\n\"'-"), max_size=200
)


@pytest.mark.parametrize(("name", "trick"), [t for t in TRICKS if t[0] not in ("short lines", "capitals")])
def test_a_disguise_is_undone(name: str, trick: object) -> None:
    assert callable(trick)
    assert canonical(trick("we accept your price for the fence")).text == "we accept your price for the fence", name


@given(st.one_of(st.text(max_size=300), HOSTILE))
def test_every_canonical_range_lies_in_the_source(words: str) -> None:
    canon = canonical(words)
    for start in range(len(canon.text)):
        first, last = canon.back(start, start + 1)
        assert 0 <= first < last <= len(words)


def test_the_words_as_sent_are_found_again() -> None:
    sent = "Well, we a\u200bc\u200bcept it."
    canon = canonical(sent)
    at = canon.text.index("accept")
    first, last = canon.back(at, at + 6)
    assert sent[first:last] == "a\u200bc\u200bcept"


def test_tricks_are_counted_and_honest_typography_is_not() -> None:
    assert canonical("we \u0430cc\u0435pt it").tricks == 1
    assert canonical("we can\u2019t pay \u00a3300 \u2013 sorry").tricks == 0


def test_russian_stays_russian() -> None:
    assert (
        canonical("\u0434\u0430, \u0445\u043e\u0440\u043e\u0448\u043e").text
        == "\u0434\u0430, \u0445\u043e\u0440\u043e\u0448\u043e"
    )


@pytest.mark.parametrize("unit", ["a ", "a1", "a", "\u200b", "a.", "\u0430b", "A1@$", "' "])
def test_time_grows_with_length_only(unit: str) -> None:
    def seconds(size: int) -> float:
        began = time.process_time()
        canonical(unit * size)
        return time.process_time() - began

    short = min(seconds(4_000) for _ in range(3))
    assert min(seconds(32_000) for _ in range(2)) < 8 * 4 * short + 0.05
