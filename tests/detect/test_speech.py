"""What holds and what passes, as facts a clerk would state."""

import time

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


HOSTILE = ["council will ", "we accept ", "please ", "if the council ", "\u0430", '"', "a b ", "- \n", "Mr. ", "?",
           "I said you can have the hall, "]  # fmt: skip


@pytest.mark.parametrize("unit", HOSTILE)
def test_time_grows_with_length_only(unit: str) -> None:
    words = unit * (1500 // len(unit))

    def seconds(text: str) -> float:
        began = time.process_time()
        assess((own(text),), Setting(COUNCILLOR, frozenset({"outside", "officer"})))
        return time.process_time() - began

    short = min(seconds(words) for _ in range(2))
    assert seconds(words * 8) < 8 * 4 * short + 0.1


def test_of_a_huge_text_both_ends_are_read() -> None:
    filler = "Nothing to see here. " * 7_000
    found = floor(f"We accept your price.\n\n{filler}\n\nThe council will mend your wall.")
    assert [s.words for s in found] == ["We accept your price.", "The council will mend your wall."]


def test_a_short_answer_takes_its_meaning_from_the_question() -> None:
    words = "Yes please, same as last year.\n\n> Do you want to order your tree again?\n"
    text = Text(Where.BODY, words, (Stretch(Zone.OWN, 0, 32), Stretch(Zone.QUOTED, 32, len(words))))
    setting = Setting(COUNCILLOR, frozenset({"outside"}))
    assert [s.words for s in assess((text,), setting) if s.floor] == ["Yes please, same as last year."]
    assert not floor("Yes please, same as last year.")


def test_disguised_words_hold_and_are_shown_as_sent() -> None:
    sent = "We a\u200bccept your pr\u0456ce for the railings."
    assert [s.words for s in floor(sent)] == [sent]


def test_an_order_holds_to_staff_and_a_request_to_the_clerk_passes() -> None:
    words = "Can you move the bench by the pond to the car park?"
    assert [s.act for s in floor(words, "officer")] == [Act.INSTRUCTION]
    assert floor(words, "clerk") == []


def test_every_sentence_has_a_reason_a_clerk_can_read() -> None:
    for scored in floor("We accept your price. Please order the bricks today and send me the bill."):
        assert scored.reason.endswith(".")
        assert scored.weighed[0].startswith("rule ")
