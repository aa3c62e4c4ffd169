"""Whatever is written, by whomever to whomever, no rule raises, and every finding has its words."""

from hypothesis import given, settings
from hypothesis import strategies as st

from gatekeeper.core.message import Message
from gatekeeper.mail.read import read
from gatekeeper.rules import all_rules
from tests.builders import a_case, a_mail, a_submission
from tests.rules.samples import PACKS, council, samples

NAMES = (
    "acting-capacity",
    "confidential-reason",
    "council-account",
    "identity",
    "individual-capacity",
    "official-letter",
    "principal-council-copy",
    "proper-channel",
    "protective-marking",
)
RULES = tuple(r for r in all_rules() if r.name in NAMES)
MAILBOXES = (
    "jane.smith@ambleford.example",
    "mayor@ambleford.example",
    "dee.dual@ambleford.example",
    "bookings@ambleford.example",
    "clerk@ambleford.example",
    "planning.officer@ambleford.example",
    "staff@ambleford.example",
    "janes@mail.example",
    "news@comet.example",
    "minister@towns.example",
    "highways@borough.example",
    "rob@reed.example",
    "desk@police.example",
    "not an address",
    "",
)
PIECES = (
    "I am writing on behalf of the Town Council",
    "RESTRICTED",
    "Please treat this as confidential",
    "Kind regards",
    "Chris Clarke",
    "Town Clerk",
    "in a personal capacity",
    "as your ward councillor",
    "planning application",
    "When does it open?",
    "On Mon, 23 Nov 2026 at 10:00, Rob <rob@reed.example> wrote:",
    "> CONFIDENTIAL",
    "Subject: RESTRICTED - list",
    "\r\n",
    "\r\n\r\n",
    ". ",
    "\u202e\u200b",
    "\U0001f600",
)
BODIES = st.one_of(st.text(max_size=400), st.lists(st.sampled_from(PIECES), max_size=30).map(" ".join))


@settings(max_examples=150, deadline=None)
@given(
    body=BODIES,
    subject=st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=80),
    sender=st.sampled_from(MAILBOXES[:-2]),
    account=st.sampled_from(MAILBOXES),
    to=st.lists(st.sampled_from(MAILBOXES), min_size=1, max_size=4),
    pack=st.sampled_from(PACKS),
)
def test_no_text_makes_a_rule_raise(
    body: str, subject: str, sender: str, account: str, to: list[str], pack: str
) -> None:
    clean = body.encode("utf-8", "replace").decode()
    raw = a_mail(clean, sender=sender, to="rob@reed.example", subject=subject)
    if not isinstance(read(raw), Message):
        return
    case = a_case(a_submission(raw, sender=sender, to=tuple(to), account=account), council(pack))
    for rule in RULES:
        for finding in rule.judge(case):
            assert finding.rule == rule.name
            assert finding.evidence
            assert finding.reason.endswith(".")


def test_what_a_rule_found_was_in_texts_that_it_asked_for() -> None:
    for sample in samples():
        if sample.rule.name in NAMES and not sample.rule.wants_text(sample.case().parties):
            assert not sample.is_hit, sample.path
