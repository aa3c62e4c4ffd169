"""Where sentences and clauses end."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.detect.clauses import clauses, sentences


def said(text: str) -> list[str]:
    return [text[a:b] for a, b in sentences(text)]


def test_an_abbreviation_ends_no_sentence() -> None:
    assert said("Cllr. Webb met Mrs. Lal at 3.30pm. It rained.") == ["Cllr. Webb met Mrs. Lal at 3.30pm.", "It rained."]


def test_a_wrapped_line_ends_no_sentence_and_a_list_item_does() -> None:
    long = "We have looked at all of the prices that came in and we accept\nyours."
    assert said(long) == [long]
    assert said("Please:\n- mend the gate\n- cut the hedge") == ["Please:", "- mend the gate", "- cut the hedge"]


def test_a_clause_ends_where_the_speaker_changes_course() -> None:
    text = "I cannot promise it, but the council will pay; you can start."
    assert [text[a:b] for a, b in clauses(text)] == [
        "I cannot promise it",
        "but the council will pay",
        "you can start.",
    ]


@pytest.mark.parametrize("text", ["", "\n\n", "...", "?!", " - "])
def test_a_text_without_words_is_no_trouble(text: str) -> None:
    assert all(a < b for start, end in sentences(text) for a, b in clauses(text[start:end]))


@given(st.text(max_size=300))
def test_clauses_come_in_order_within_their_sentences(text: str) -> None:
    last = 0
    for start, end in sentences(text):
        for a, b in clauses(text[start:end]):
            assert last <= start + a <= start + b <= end <= len(text)
            last = start + a
