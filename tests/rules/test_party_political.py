"""party-political: work for a party, and an officer who takes sides."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.finding import Action
from gatekeeper.rules.party_political import RULE
from tests.rules.world import CLERK, JANE, PACKS, PLANNER, PRESS, RESIDENT, a_case, judged

LEAFLETS = "Please print 300 of our election leaflets by Friday."
SIDES = "The Labour Government has betrayed this town."


def kinds(body: str, **mail: str) -> set[str]:
    return set(judged(RULE, a_case(body, **mail)))  # type: ignore[arg-type]


@pytest.mark.parametrize("pack", PACKS)
def test_work_and_comment_are_flagged_in_every_council(pack: str) -> None:
    assert judged(RULE, a_case(LEAFLETS, pack=pack, to=CLERK))["work"].action is Action.FLAG
    assert judged(RULE, a_case(SIDES, pack=pack, sender=PLANNER, to=RESIDENT))["comment"].action is Action.FLAG


def test_a_copied_officer_is_asked_too_and_a_list_of_councillors_is_no_officer() -> None:
    assert kinds(LEAFLETS, to=RESIDENT, cc=CLERK) == {"work"}
    assert kinds(LEAFLETS, to="councillors@ashcombe.example") == set()
    assert kinds(LEAFLETS, to="office@ashcombe.example") == {"work"}


@pytest.mark.parametrize(
    "body",
    [
        "Can you run off 200 copies of my campaign leaflet?",
        "I'd like the office to post the Liberal Democrat newsletter with the rates.",
        "Any chance of typing up the party's manifesto for me?",
        "Could someone from the office deliver our canvassing cards?",
        "Photocopy the Conservative leaflets for me, two sides.",
    ],
)
def test_a_request_for_party_work_is_found(body: str) -> None:
    assert kinds(body, to=CLERK) == {"work"}


@pytest.mark.parametrize(
    "body",
    [
        "Please print the posters for the street party.",
        "I shall print our election leaflets at home.",
        "The Conservatives have printed their leaflets already.",
        "Please do not print party leaflets for anybody.",
        "Could you check the party wall award for the hall?",
        "Please send the working party its papers and book the small hall.",
        "Are there rules on who may print election leaflets?",
        "Please draft a letter to the Minister about the Government grant.",
        'He wrote: "Please print 300 of our election leaflets."',
    ],
)
def test_what_serves_no_party_is_free(body: str) -> None:
    assert kinds(body, to=CLERK) == set()


@pytest.mark.parametrize(
    "body",
    [
        "The Tories have wrecked the buses.",
        "Frankly the ministers are clueless about rural life.",
        "It is time to vote out the Conservatives.",
        "The motion was political point-scoring by the opposition.",
        "The Green Party is the only party that cares.",
    ],
)
def test_an_officer_who_takes_sides_is_noted(body: str) -> None:
    assert kinds(body, sender=CLERK, to=PRESS) == {"comment"}


@pytest.mark.parametrize(
    "body",
    [
        "The Labour group asked for the report and the Conservative group seconded it.",
        "The Government pays a grant of £4,000 for the hall.",
        "Councillors said that the Government had betrayed the town.",
        "The plan of the greens at the bowling club was wrong.",
        "Sue went into labour on Monday and the office was chaos.",
        "It would be wrong of me to say anything on a political matter.",
        "The boiler failed again; the firm is useless.",
        "An MP visits the school on Friday.",
    ],
)
def test_facts_about_politics_are_free(body: str) -> None:
    assert kinds(body, sender=CLERK, to=PRESS) == set()


def test_a_member_may_have_politics_and_officers_may_talk_among_themselves() -> None:
    assert kinds(SIDES, sender=JANE, to=RESIDENT) == set()
    assert kinds(SIDES, sender=PLANNER, to=CLERK) == set()


def test_what_is_quoted_is_not_the_officers_own() -> None:
    quoted = "On Mon, 2 Mar 2026 at 09:00, R <resident@mail.example> wrote:\n> " + SIDES
    assert kinds(f"Thank you for your letter.\n\n{quoted}", sender=PLANNER, to=RESIDENT) == set()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=400), st.sampled_from([(JANE, CLERK), (PLANNER, RESIDENT)]))
def test_no_text_makes_the_rule_raise(body: str, parties: tuple[str, str]) -> None:
    case = a_case(body.encode("utf-8", "replace").decode(), sender=parties[0], to=parties[1])
    assert all(f.evidence in case.message.all_text for f in RULE.judge(case))
