"""What an officer's reply to an enquiry is worth."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.message import Stretch, Text, Where, Zone
from gatekeeper.detect.members_enquiry import Answer, answer, enquiry
from gatekeeper.detect.remarks import own_remarks


def a_text(words: str, where: Where = Where.BODY) -> Text:
    return Text(where, words, (Stretch(Zone.OWN, 0, len(words)),) if words else ())


def worth(words: str) -> Answer | None:
    return answer(own_remarks((a_text("Re: Street light", Where.SUBJECT), a_text(words))))


@pytest.mark.parametrize(
    "words",
    [
        "Thank you for your enquiry.",
        "Dear Councillor Smith,\n\nThank you for your email about it. I will look into it.\n\nKind regards\n\nChris",
        "Received, thanks.",
        "Your enquiry has been logged; your reference is 114.",
        "I have passed this to the highways team and will get back to you.",
        "I am sorry for the delay. You will have a full reply in due course.",
        "I will let you know by Friday.",
        "I'll come back to you, as the officer is on leave.",
        "Will do.",
    ],
)
def test_an_acknowledgement_answers_nothing(words: str) -> None:
    assert worth(words) is Answer.ACKNOWLEDGEMENT


@pytest.mark.parametrize(
    "words",
    [
        "We are not yet able to answer because the contractor has not replied. I chased them and will write again "
        "by 12 March.",
        "The delay is due to illness. We have asked the county for the plan, and you have a full reply within ten "
        "working days.",
        "I'm still waiting for the engineer's report. A visit has been booked for Tuesday, and I will get back to you "
        "on Thursday.",
    ],
)
def test_an_explanation_has_the_reason_the_action_and_the_timescale(words: str) -> None:
    assert worth(words) is Answer.EXPLANATION


@pytest.mark.parametrize(
    "words",
    [
        "The light was repaired on Monday.",
        "Thanks, the light was repaired on Monday.",
        "Thank you for your email.\n\nThe ditch belongs to the county council, whose number is below.",
        "Yes.",
        "No, the barn has no permission; the application was refused in May.",
        "It is £14 an hour.",
    ],
)
def test_an_answer_is_substance(words: str) -> None:
    assert worth(words) is Answer.SUBSTANCE


@pytest.mark.parametrize("words", ["", "\n\n"])
def test_who_says_nothing_gives_no_answer(words: str) -> None:
    assert worth(words) is None


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_is_told_apart_without_raising(words: str) -> None:
    remarks = own_remarks((a_text(words),))
    assert answer(remarks) in (None, *Answer)
    asked = enquiry(remarks)
    assert asked is None or asked.words in words


def test_long_texts_are_read_at_both_ends() -> None:
    remarks = own_remarks((a_text("Good morning. " + "la " * 100_000 + ". When does the pool open?"),))
    asked = enquiry(remarks)
    assert asked is not None
    assert asked.words.endswith("When does the pool open?")
