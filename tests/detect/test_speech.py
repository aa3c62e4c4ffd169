"""What holds and what passes, as facts a clerk would state."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.core.people import Role
from gatekeeper.detect.speech import Act, Scored, Setting, assess

COUNCILLOR = frozenset({Role.COUNCILLOR})


def own(words: str) -> Text:
    return Text(Where.BODY, words, (Stretch(Zone.OWN, 0, len(words)),) if words else ())


def floor(words: str, to: str = "outside") -> list[Scored]:
    return [s for s in assess((own(words),), Setting(COUNCILLOR, frozenset({to}))) if s.floor]


@pytest.mark.parametrize(
    ("words", "to", "act"),
    [
        ("We accept your price for the railings.", "outside", Act.OBLIGATION),
        ("The council will repair your wall before June.", "outside", Act.OBLIGATION),
        ("You can have plot 3 from Monday.", "outside", Act.OBLIGATION),
        ("Please move the notice board to the library.", "officer", Act.INSTRUCTION),
        ("I have approved the invoice for payment.", "clerk", Act.FINANCIAL),
        ("Pay the roofer today.", "officer", Act.FINANCIAL),
    ],
)
def test_a_plain_commitment_is_held_by_the_floor(words: str, to: str, act: Act) -> None:
    assert [s.act for s in floor(words, to)] == [act]


@pytest.mark.parametrize(
    ("words", "to"),
    [
        ("We cannot accept your price for the railings.", "outside"),
        ("If the council agrees, we will repair your wall.", "outside"),
        ("I hope the council will repair your wall.", "outside"),
        ("The council resolved on 3 March to accept your price.", "outside"),
        ("Could you please move the notice board to the library?", "clerk"),
        ("Please accept my apologies for Tuesday.", "clerk"),
        ("I am delighted to accept your kind invitation.", "outside"),
    ],
)
def test_a_guarded_or_private_sentence_is_not_on_the_floor(words: str, to: str) -> None:
    assert floor(words, to) == []


def test_quoted_words_are_not_the_authors() -> None:
    words = "See below.\n> We accept your price for the railings.\n"
    text = Text(Where.BODY, words, (Stretch(Zone.OWN, 0, 11), Stretch(Zone.QUOTED, 11, len(words))))
    assert all("accept" not in s.words for s in assess((text,), Setting(COUNCILLOR, frozenset({"outside"}))))


@given(st.text(max_size=400), st.sampled_from(["clerk", "officer", "outside", "press", ""]))
def test_any_text_is_assessed_and_every_sentence_is_as_sent(words: str, to: str) -> None:
    for scored in assess((own(words),), Setting(COUNCILLOR, frozenset({to}))):
        assert words[scored.start : scored.end] == scored.words
        assert 0 <= scored.score <= 1
