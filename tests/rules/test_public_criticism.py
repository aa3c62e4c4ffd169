"""public-criticism: an officer's conduct or capability, raised where the officer cannot answer."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.finding import Action
from gatekeeper.rules.public_criticism import RULE
from tests.rules.world import CLERK, PACKS, PLANNER, PRESS, RESIDENT, TOM, a_case, judged

SACK = "The Clerk should be sacked."


def found(body: str, *, to: str = RESIDENT, **mail: str) -> bool:
    return bool(judged(RULE, a_case(body, sender=mail.pop("sender", TOM), to=to, **mail)))  # type: ignore[arg-type]


@pytest.mark.parametrize("pack", PACKS)
def test_it_is_flagged_in_every_council(pack: str) -> None:
    assert judged(RULE, a_case(SACK, pack=pack, sender=TOM, to=PRESS))[""].action is Action.FLAG


@pytest.mark.parametrize(
    "body",
    [
        "Our staff are useless.",
        "Chris Clarke lied to the council.",
        "I blame the planning officer for the whole affair.",
        "The town clerk has once again failed to do the job.",
        "The Clerk and the deputy clerk are out of their depth.",
        "The officers have dragged their feet for a year.",
        "The Clerk's performance has been very poor.",
        "The Clerk must resign.",
        "I have no confidence in our clerk.",
        "Mrs Finch can't be trusted.",
        "The lies of the planning officer cost us the grant.",
    ],
)
def test_criticism_is_found(body: str) -> None:
    assert found(body)


@pytest.mark.parametrize(
    "body",
    [
        "The Clerk has been unwell and is back on Monday.",
        "I do not blame the Clerk for the delay.",
        "If the Clerk failed to answer, please tell me.",
        "Nobody has lost confidence in the Clerk.",
        "Our staff are overworked and underpaid.",
        "The officer's report was clear, and I disagree with it.",
        "The officers got it right.",
        "You wrote that our staff are rude, and I have asked the Clerk to ring you.",
        "Some residents say that the Clerk is biased.",
        "The county's planning officer got it completely wrong.",
        "The press officer of the district council was rude to me.",
        "My son is useless at football and idle at school.",
        'Mr Reed wrote: "Your Clerk is a disgrace."',
    ],
)
def test_what_criticises_no_officer_in_the_authors_voice_is_free(body: str) -> None:
    assert not found(body)


@pytest.mark.parametrize("to", [CLERK, "mayor@ashcombe.example", "jane.smith@ashcombe.example"])
def test_a_private_complaint_is_no_criticism_in_public(to: str) -> None:
    assert not found(SACK, to=to)
    assert found(SACK, to=to, cc=RESIDENT)


@pytest.mark.parametrize(
    "to",
    [
        "monitoring.officer@district.example",
        "speakup@ashcombe.example",
        "ira.audley@audit.example",
        "desk@police.example",
    ],
)
def test_protected_channels_are_no_public(to: str) -> None:
    assert not found(SACK, to=to)


def test_officers_and_outsiders_are_not_members() -> None:
    assert not found(SACK, sender=PLANNER)
    assert not found(SACK, sender="someone@mail.example")


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400))
def test_no_text_makes_the_rule_raise(body: str) -> None:
    case = a_case(body.encode("utf-8", "replace").decode(), sender=TOM, to=RESIDENT)
    assert all(f.evidence in case.message.all_text for f in RULE.judge(case))
