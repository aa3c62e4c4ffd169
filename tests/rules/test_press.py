"""press: who sends a release, as what a member speaks, what is promised, and the weeks before an election."""

from email.message import EmailMessage

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.core.finding import Action
from gatekeeper.rules.press import RULE
from tests.rules.world import CLERK, DEPUTY, JANE, MAGDA, PACKS, PLANNER, PRESS, RESIDENT, TOM, a_case, judged

RELEASE = "PRESS RELEASE\n\nThe fair is on Saturday.\n\nENDS"
PERIOD = "[elections]\nperiods = [{ from = 2026-03-01, until = 2026-05-07 }]"
GRANT = """
[[agreement]]
kind = "authority"
member = "{member}"
with = "The Ashcombe Comet"
matter = "the fair"
reference = "minute 26/3"
"""


def kinds(body: str, **mail: str) -> set[str]:
    return set(judged(RULE, a_case(body, **mail)))  # type: ignore[arg-type]


def test_the_evidence_is_exactly_what_stands_in_the_mail() -> None:
    found = judged(RULE, a_case("Hello,\n\n*PRESS  RELEASE*\n\nThe fair is on Saturday."))["release"]
    assert (found.finding.evidence, found.finding.where) == ("*PRESS  RELEASE*", "body")


@pytest.mark.parametrize(
    "mark",
    [
        "NEWS RELEASE - 3 March",
        "For immediate release",
        "Embargoed until 6pm on Friday",
        "STRICTLY EMBARGOED UNTIL MONDAY",
        "Notes to editors: Jane Smith is free for interviews.",
        "- ends -",
        "Datganiad i'r wasg",
        "P R E S S  RELEASE",
        "Here is our press release on the fair.",
        "Please publish the attached press release.",
    ],
)
def test_a_release_is_recognised(mark: str) -> None:
    assert "release" in kinds(f"{mark}\n\nThe fair is on Saturday.")


@pytest.mark.parametrize(
    "words",
    [
        "Will there be a press release?",
        "There was no press release attached to your mail.",
        "Your press release below is not ours.",
        "The trade embargo ended in May.",
        "The meeting ends at nine.",
        "The road ends here.",
        "The council has released the figures for immediate use.",
        "I read the police press release below with sadness.",
    ],
)
def test_talk_of_a_release_is_none(words: str) -> None:
    assert kinds(f"As ward member for Church End: {words}").isdisjoint({"release", "sensitive_release"})


def test_an_attachment_that_calls_itself_a_release_is_one() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = JANE, PRESS, "Fair"
    mail.set_content("Dear editor\n")
    mail.add_attachment(b"%PDF-1.4", maintype="application", subtype="pdf", filename="Press_Release_fair.pdf")
    found = judged(RULE, a_case("", raw=mail.as_bytes().replace(b"\n", b"\r\n")))["release"]
    assert (found.finding.evidence, found.finding.where) == ("Press_Release_fair.pdf", "attachment")


def test_plain_text_and_html_are_one_finding() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = JANE, PRESS, "Fair"
    mail.set_content("PRESS RELEASE\n")
    mail.add_alternative("<p><b>PRESS RELEASE</b></p>", subtype="html")
    case = a_case("", raw=mail.as_bytes().replace(b"\n", b"\r\n"))
    assert [f.kind for f in RULE.judge(case)] == ["release"]


def test_a_forwarded_release_is_one_and_a_quoted_one_is_none() -> None:
    head = "From: A <a@mail.example>\nDate: Mon, 2 Mar 2026 at 09:00\nSubject: Fair\nTo: Jane <j@mail.example>\n\n"
    forwarded = f"See below.\n\n---------- Forwarded message ---------\n{head}{RELEASE}"
    quoted = "On Mon, 2 Mar 2026 at 09:00, A <a@mail.example> wrote:\n> PRESS RELEASE\n> ENDS"
    assert "release" in kinds(forwarded, subject="Fwd: Fair")
    assert kinds(f"Yes.\n\n{quoted}", subject="Re: Press release") == set()


@pytest.mark.parametrize("pack", PACKS)
@pytest.mark.parametrize(
    "words", ["The case goes to the county court.", "Mr A has complained.", "The outline application is in."]
)
def test_a_sensitive_release_of_anybody_but_the_clerk_is_what_the_council_says(pack: str, words: str) -> None:
    expected = Action.FLAG if pack == "central-bedfordshire" else Action.HOLD
    release = f"PRESS RELEASE\n\n{words}\n\nENDS"
    assert judged(RULE, a_case(release, pack=pack))["sensitive_release"].action is expected
    assert judged(RULE, a_case(release, pack=pack, sender=PLANNER))["officer_release"].action is expected
    assert "officer_release" not in judged(RULE, a_case(release, pack=pack, sender=CLERK))


@pytest.mark.parametrize(
    "words",
    [
        "The tennis court is open.",
        "The walk starts in Court Road.",
        "There were no complaints.",
        "Eight homes were decorated.",
    ],
)
def test_a_plain_release_is_not_sensitive(words: str) -> None:
    assert "release" in kinds(f"PRESS RELEASE\n\n{words}\n\nENDS")


@pytest.mark.parametrize("pack", PACKS)
def test_an_officers_release_passes_flagged_where_the_clerk_is_seen_to_have_it(pack: str) -> None:
    copied = judged(RULE, a_case(RELEASE, pack=pack, sender=DEPUTY, cc=CLERK))["officer_release"]
    blind = judged(RULE, a_case(RELEASE, pack=pack, sender=DEPUTY, blind=(CLERK,)))["officer_release"]
    assert copied.action is Action.FLAG
    assert blind.action is (Action.HOLD if pack in ("knutsford", "wimborne") else Action.FLAG)


def test_the_acting_clerk_is_the_clerk() -> None:
    acting = """
[[person]]
id = "a-acting"
name = "Alex Acting"
addresses = ["alex.acting@ashcombe.example"]
appointments = [
  { role = "deputy-proper-officer", from = 2021-04-01 },
  { role = "acting-proper-officer", from = 2026-03-01 },
]
"""
    case = a_case(RELEASE, sender="alex.acting@ashcombe.example", register=acting)
    assert judged(RULE, case) == {}


@pytest.mark.parametrize(("member", "expected"), [("j-smith", Action.FLAG), ("t-byrne", Action.HOLD)])
def test_a_recorded_authority_lowers_a_release_to_a_flag(member: str, expected: Action) -> None:
    found = judged(RULE, a_case(RELEASE, subject="The fair", register=GRANT.format(member=member)))["release"]
    assert found.action is expected
    assert found.finding.cites == ("minute 26/3" if member == "j-smith" else "")


def test_an_officer_with_a_recorded_authority_may_answer_the_press() -> None:
    body = "The fair was moved to the lower field after the flood in February."
    assert kinds(body, sender=PLANNER, register=GRANT.format(member="p-planner")) == set()
    assert kinds(body, sender=PLANNER) == {"unauthorised"}
    assert kinds(body, sender=PLANNER, pack="stotfold") == set()


def test_a_cheque_makes_no_signatory_free_to_promise() -> None:
    body = "As a ward councillor I say: we will pay compensation to the injured by cheque."
    found = judged(RULE, a_case(body, sender="ravi.patel@ashcombe.example"))["commitment"]
    assert found.action is Action.HOLD


CLAIMS = "The seventeen new allotments will be let to people on the waiting list by April."


@pytest.mark.parametrize(
    ("pack", "sender", "expected"),
    [
        ("stotfold", MAGDA, {"liaison"}),
        ("knutsford", MAGDA, {"liaison"}),
        ("wimborne", MAGDA, {"capacity"}),
        ("central-bedfordshire", MAGDA, {"capacity"}),
        ("stotfold", TOM, {"capacity"}),
    ],
)
def test_a_spokesperson_speaks_for_the_council_on_that_topic(pack: str, sender: str, expected: set[str]) -> None:
    assert kinds(CLAIMS, pack=pack, sender=sender) == expected


def test_a_spokesperson_is_one_on_that_topic_only() -> None:
    assert kinds(
        "The new one-way system is a great gain for the whole of the town.", pack="stotfold", sender=MAGDA
    ) == {"capacity"}


@pytest.mark.parametrize(
    "says",
    [
        "I write as ward member for Church End.",
        "I am speaking in my personal capacity.",
        "This is my own personal view.",
        "I speak for myself and not for the council.",
        "On behalf of the Town Council, and with the Clerk's knowledge.",
        "As chair of the planning committee I add this.",
        "As a parish councillor I have waited long for it.",
        "As the Green candidate I add this.",
    ],
)
def test_a_stated_capacity_is_enough(says: str) -> None:
    assert "capacity" not in kinds(f"{says} The new one-way system is a great gain for the whole of the town.")


def test_a_bare_title_below_the_name_states_nothing() -> None:
    body = (
        "The new one-way system is a great gain for the whole of the town.\n\nRegards\n\nJane Smith\nChair of Planning"
    )
    assert kinds(body) == {"capacity"}


VOTES = "I write as ward member for Church End. A vote for me on 7 May is a vote for the pool."


def test_electioneering_counts_in_a_pre_election_period_only() -> None:
    found = judged(RULE, a_case(VOTES, protocol=PERIOD))["election"]
    assert (found.action, found.citation) == (Action.FLAG, "Wimborne 12.5(g)")
    assert kinds(VOTES) == set()


@pytest.mark.parametrize(
    "body",
    [
        "As the Labour candidate for Church End I ask for your vote on 7 May.",
        "I write as ward member for Church End. The polling stations open at seven; bring photo ID for the election.",
        "I write as ward member for Church End. The crossing is open at last and well used.",
    ],
)
def test_a_candidate_who_says_so_and_information_are_no_electioneering(body: str) -> None:
    assert "election" not in kinds(body, protocol=PERIOD)


def test_before_an_election_a_release_that_touches_it_is_sensitive() -> None:
    release = "PRESS RELEASE\n\nI have served you well; vote for me on 7 May.\n\nENDS"
    assert "sensitive_release" in kinds(release, pack="stotfold", protocol=PERIOD)
    assert "release" in kinds(release, pack="stotfold")


def test_before_an_election_even_the_clerks_release_names_no_councillor() -> None:
    release = "PRESS RELEASE\n\nCouncillor Jane Smith opened the fair.\n\nENDS"
    assert kinds(release, sender=CLERK, protocol=PERIOD) == {"election"}
    assert kinds(release, sender=CLERK) == set()
    assert kinds(RELEASE, sender=CLERK, protocol=PERIOD) == set()


def test_a_press_contact_is_known_by_domain() -> None:
    paper = '[[contact]]\nkind = "press"\nname = "Radio Ash"\ndomains = ["radio.example"]\n'
    assert kinds(RELEASE, to="desk@studio.radio.example", register=paper) == {"release"}
    assert kinds(RELEASE, to="desk@studio.radio.example") == set()


def test_mail_to_others_is_no_press_matter() -> None:
    assert kinds(RELEASE, to=RESIDENT) == kinds(RELEASE, to=CLERK) == set()


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(max_size=400), st.sampled_from([JANE, PLANNER, CLERK]), st.sampled_from(PACKS))
def test_no_text_makes_the_rule_raise(body: str, sender: str, pack: str) -> None:
    raw = f"From: {sender}\r\nTo: {PRESS}\r\nSubject: =?utf-8?q?x?=\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    case = a_case("", raw=raw.encode() + body.encode("utf-8", "replace"), sender=sender, pack=pack, protocol=PERIOD)
    for finding in RULE.judge(case):
        assert finding.evidence
        assert finding.evidence in case.message.all_text


PROMISE = "As ward member I say: the council will pay compensation for the damaged cars."
OPINION = "Personally, I think it is a disgrace."
PLAIN = "The new one-way system is a great gain for the whole of the town."


@pytest.mark.parametrize(
    ("pack", "kind", "sender", "body", "citation"),
    [
        ("stotfold", "release", JANE, RELEASE, "Stotfold, Press"),
        ("brixton", "commitment", JANE, PROMISE, "Brixton, Press"),
        ("knutsford", "release", JANE, RELEASE, "Knutsford 6.2"),
        ("knutsford", "comment", CLERK, OPINION, "Knutsford 6.1"),
        ("knutsford", "capacity", JANE, PLAIN, "Knutsford 6.1-6.3"),
        ("knutsford", "liaison", MAGDA, CLAIMS, "Knutsford 6.3"),
        ("wimborne", "release", JANE, RELEASE, "Wimborne 12.5(c)"),
        ("wimborne", "officer_release", PLANNER, RELEASE, "Wimborne 12.4"),
        ("wimborne", "unauthorised", PLANNER, PLAIN, "Wimborne 12.4"),
        ("wimborne", "comment", CLERK, OPINION, "Wimborne 12.2"),
        ("wimborne", "capacity", JANE, PLAIN, "Wimborne 12.5(a)"),
        ("wimborne", "commitment", JANE, PROMISE, "Wimborne 12.5(e)"),
        ("central-bedfordshire", "capacity", JANE, PLAIN, "Central Bedfordshire 7.1.2"),
        ("central-bedfordshire", "release", JANE, RELEASE, "Central Bedfordshire 7.1.1-7.1.3"),
    ],
)
def test_each_kind_cites_its_own_clause(pack: str, kind: str, sender: str, body: str, citation: str) -> None:
    assert judged(RULE, a_case(body, pack=pack, sender=sender))[kind].citation == citation
