"""members-enquiry: what counts as an enquiry, and to whom."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.finding import Action
from gatekeeper.rules.members_enquiry import RULE
from tests.rules.world import CLERK, JANE, MAGDA, PACKS, PLANNER, RESIDENT, TOM, a_case, judged

ASKS = "When will the street light in Mill Lane be repaired?"


def found(body: str, *, to: str = CLERK, **mail: str) -> bool:
    return bool(judged(RULE, a_case(body, to=to, **mail)))  # type: ignore[arg-type]


@pytest.mark.parametrize("pack", PACKS)
def test_an_enquiry_is_listed_and_has_a_clock_in_central_bedfordshire_alone(pack: str) -> None:
    enquiry = judged(RULE, a_case(ASKS, pack=pack, to=CLERK))["enquiry"]
    assert (enquiry.action, enquiry.finding.evidence) == (Action.PASS, ASKS)
    assert ("without a due date" in enquiry.finding.reason) == (pack != "central-bedfordshire")


@pytest.mark.parametrize(
    "body",
    [
        "What is the hire charge for the hall?",
        "Please could the bench in the park be mended?",
        "Please let me know who owns the ditch behind the school.",
        "A resident has asked me whether the pool opens at Easter.",
        "I was wondering whether the survey is back.",
        "Would it be possible to have the bin emptied twice a week?",
        "Could someone look at the drain by the shop, for Mrs Reed at number 3.",
        "My constituents in Mill Lane want to know when the works end.",
        "Thanks for the map. Which of the trees are ours?",
    ],
)
def test_a_question_or_a_request_is_an_enquiry(body: str) -> None:
    assert found(body)


@pytest.mark.parametrize(
    "body",
    [
        "Thank you so much for your help.",
        "Many thanks, that answers my question.",
        "Noted, thank you.",
        "Here are the photographs that you asked for.",
        "The light works again.",
        "Will you be coming to the carol service?",
        "Can you both come for lunch on Friday?",
        "Shall we say ten o'clock?",
        "Is that all right with you?",
        "Please find attached my register of interests.",
        "Please accept my apologies for Tuesday.",
        "Could I have a box of envelopes from the stationery cupboard?",
        "Dear all,\n\nWho has a gazebo that we could borrow?",
        "For information: the paper has printed the letter. No reply needed.",
        "",
    ],
)
def test_thanks_replies_invitations_and_circulars_are_none(body: str) -> None:
    assert not found(body)


def test_the_officer_has_to_be_addressed() -> None:
    assert found(ASKS, to=PLANNER)
    assert found(ASKS, to="office@ashcombe.example")
    assert found(ASKS, to=f"{CLERK}, {TOM}")
    assert not found(ASKS, to=RESIDENT, cc=CLERK)
    assert not found(ASKS, to=TOM, cc=CLERK)
    assert not found(ASKS, to=f"{CLERK}, {TOM}, {MAGDA}")
    assert not found(ASKS, to=f"{CLERK}, councillors@ashcombe.example")


def test_only_members_make_members_enquiries() -> None:
    assert found(ASKS, sender=JANE)
    assert found(ASKS, sender="janes@mail.example")
    assert not found(ASKS, sender=PLANNER)
    assert not found(ASKS, sender="someone@mail.example")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_the_rule_raise(body: str) -> None:
    case = a_case(body.encode("utf-8", "replace").decode(), to=CLERK)
    assert all(f.evidence in case.message.all_text for f in RULE.judge(case))
