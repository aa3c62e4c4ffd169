"""Held mail: what a reviewer sees, who may decide, what goes out, and what the author is told."""

import re
from dataclasses import dataclass, field

import pytest

from tests.acceptance.conftest import Town, unchanged
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.sink import recipients_of
from tests.acceptance.world import Result

D = "knutsford.example"
CLERK = f"clerk@{D}"
JANE = f"jane.smith@{D}"
ANN = f"ann.jones@{D}"
OFFICER = f"planning.officer@{D}"
RESIDENT = "resident@else.example"
SECOND = "second@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."
TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")
LISTED = {
    "reference", "council", "state", "received_at", "due_at", "sender", "recipients", "subject", "message_id", "rules",
    "clauses",
}  # fmt: skip


@dataclass
class Held:
    """A held mail: its name, octets and reference."""

    subject: str
    sender: str = JANE
    to: list[str] = field(default_factory=lambda: [RESIDENT])
    blind: list[str] = field(default_factory=list)
    body: str = BINDING
    name: str = ""
    sent: bytes = b""
    reference: str = ""

    def send(self, town: Town) -> "Held":
        self.name = new_id("held")
        self.sent = a_mail(self.sender, self.to, self.body, message_id=self.name, subject=self.subject)
        self.reference = town.send(self.sender, [*self.to, *self.blind], self.sent).reference
        return self


@dataclass
class Desk:
    """The mails that were held before any test, and the answers of `queue` to what was decided about them."""

    town: Town
    mails: dict[str, Held]

    def queue(self, command: str, about: str, *words: str) -> Result:
        return self.town.folder.run("queue", command, self.mails[about].reference, *words)

    def state(self, about: str) -> str:
        rows = self.town.folder.run("queue", "list", "--json", "--all").lines
        (state,) = [row["state"] for row in rows if row["reference"] == self.mails[about].reference]
        return str(state)


@pytest.fixture(scope="module")
def desk(town: Town) -> Desk:
    mails = {
        "look": Held("Car park", to=[RESIDENT, SECOND]),
        "release": Held("Released car park", to=[RESIDENT, SECOND]),
        "without": Held("Car park, one of two", to=[RESIDENT, SECOND]),
        "disclose": Held("Site visit", sender=OFFICER, blind=[JANE], body="The site visit is at ten."),
        "return": Held("Car park, back"),
        "decline": Held("Car park, declined"),
        "withdraw": Held("Car park, withdrawn"),
        "reassign": Held("Car park, passed on"),
        "clerk": Held("By the Clerk herself", sender=CLERK, blind=[JANE], body="The site visit is at ten."),
        "about clerk": Held("Clare Clark, Town Clerk", body=f"This is about Clare Clark. {BINDING}"),
    }
    return Desk(town, {key: mail.send(town) for key, mail in mails.items()})


def test_the_list_has_a_line_of_json_for_each_waiting_mail(desk: Desk) -> None:
    rows = {row["reference"]: row for row in desk.town.folder.run("queue", "list", "--json").lines}
    row = rows[desk.mails["look"].reference]
    assert row.keys() >= LISTED
    assert (row["council"], row["state"], row["sender"], row["subject"]) == (
        "knutsford",
        "waiting",
        JANE,
        "Car park",
    )
    assert (row["recipients"], row["message_id"]) == ([RESIDENT, SECOND], desk.mails["look"].name)
    assert ("obligation" in row["rules"], "Knutsford 5.3" in row["clauses"]) == (True, True)
    assert TIME.fullmatch(row["received_at"])
    assert TIME.fullmatch(row["due_at"])
    assert row["due_at"] > row["received_at"]


def test_one_mail_is_shown_with_findings_history_and_decisions(desk: Desk) -> None:
    shown = desk.queue("show", "look", "--json")
    document = shown.json
    assert document.keys() >= LISTED | {"findings", "history", "decisions"}
    finding = next(one for one in document["findings"] if one["rule"] == "obligation")
    assert finding.keys() >= {"rule", "clause", "action", "evidence", "where", "reason"}
    assert (finding["rule"], finding["clause"], finding["action"]) == ("obligation", "Knutsford 5.3", "hold")
    assert finding["evidence"] == BINDING
    assert document["decisions"] == []
    assert document["history"]
    assert all(TIME.fullmatch(event["at"]) for event in document["history"])
    assert (shown.status, shown.err) == (0, "")


def test_a_page_for_people_has_the_sentence_the_clause_and_the_recipients(desk: Desk) -> None:
    page = " ".join(desk.queue("show", "look").out.split())
    assert all(words in page for words in (BINDING, "Knutsford 5.3", RESIDENT, SECOND, desk.mails["look"].reference))


def test_nobody_but_a_reviewer_releases(desk: Desk) -> None:
    people = ("a-jones", "p-planner", "j-smith")
    reference = desk.mails["look"].reference
    for answer in desk.town.folder.run_each(*(("queue", "release", reference, "--by", one) for one in people)):
        assert (answer.status, answer.out) == (1, "")
        assert answer.err.strip()
        assert "Traceback" not in answer.err
    assert desk.town.sink.with_id(desk.mails["look"].name) == []


def test_a_person_who_is_not_in_the_register_decides_nothing(desk: Desk) -> None:
    answer = desk.queue("release", "look", "--by", "nobody-at-all")
    assert answer.status in (1, 2)
    assert "nobody-at-all" in answer.err
    assert desk.town.sink.with_id(desk.mails["look"].name) == []


def test_a_reference_that_does_not_exist_is_a_no(desk: Desk) -> None:
    answer = desk.town.folder.run("queue", "show", "ZZZ-ZZZ-ZZZ", "--json")
    assert (answer.status, answer.out) == (1, "")
    assert "ZZZ-ZZZ-ZZZ" in answer.err


def test_what_is_released_arrives_as_it_was_sent_and_once(desk: Desk) -> None:
    mail, sink = desk.mails["release"], desk.town.sink
    assert desk.queue("release", "release", "--by", "c-clerk").status == 0
    (served,) = sink.wait(lambda one: one.message_id == mail.name)
    assert unchanged(served, mail.sent)
    assert (served.reverse_path, sorted(served.recipients)) == (JANE, [RESIDENT, SECOND])
    outcome = sink.notices(JANE, mail.reference, count=2)[-1]
    assert "Released car park" in outcome.text
    assert "Clare Clark" in outcome.text
    again = desk.queue("release", "release", "--by", "c-clerk")
    assert again.status == 1
    assert "Clare Clark" in again.err or "c-clerk" in again.err
    assert desk.state("release") == "released"
    assert len(sink.with_id(mail.name)) == 1


def test_a_recipient_can_be_left_out(desk: Desk) -> None:
    mail = desk.mails["without"]
    wrong = desk.queue("release", "without", "--by", "c-clerk", "--without", "stranger@else.example")
    assert wrong.status != 0
    assert desk.queue("release", "without", "--by", "c-clerk", "--without", SECOND).status == 0
    (served,) = desk.town.sink.wait(lambda one: one.message_id == mail.name)
    assert served.recipients == (RESIDENT,)


def test_blind_councillors_can_be_disclosed_on_release(desk: Desk) -> None:
    mail = desk.mails["disclose"]
    assert desk.queue("release", "disclose", "--by", "c-clerk", "--disclose").status == 0
    served = desk.town.sink.wait(lambda one: one.message_id == mail.name)
    assert recipients_of(served) == sorted([RESIDENT, JANE])
    assert "CC Councillor Jane Smith" in served[0].text


def test_a_returned_mail_goes_nowhere_and_the_author_is_told_why(desk: Desk) -> None:
    assert desk.queue("return", "return", "--by", "c-clerk").status == 2
    assert desk.queue("return", "return", "--by", "c-clerk", "--reason", "Please soften the second line.").status == 0
    notice = desk.town.sink.notices(JANE, desk.mails["return"].reference, count=2)[-1]
    assert "Please soften the second line." in " ".join(notice.text.split())
    assert desk.state("return") == "returned"
    assert desk.town.sink.with_id(desk.mails["return"].name) == []


def test_a_declined_mail_goes_nowhere_and_the_author_is_told_why(desk: Desk) -> None:
    assert desk.queue("decline", "decline", "--by", "c-clerk").status == 2
    assert desk.queue("decline", "decline", "--by", "c-clerk", "--reason", "The committee decides this.").status == 0
    notice = desk.town.sink.notices(JANE, desk.mails["decline"].reference, count=2)[-1]
    assert "The committee decides this." in " ".join(notice.text.split())
    shown = desk.queue("show", "decline", "--json").json
    assert shown["state"] == "not-sent"
    (decision,) = shown["decisions"]
    assert decision["actor"].endswith("for Clare Clark")
    assert desk.town.sink.with_id(desk.mails["decline"].name) == []


def test_only_the_author_withdraws(desk: Desk) -> None:
    assert desk.queue("withdraw", "withdraw", "--by", "c-clerk").status == 1
    assert desk.queue("withdraw", "withdraw", "--by", "j-smith").status == 0
    assert desk.state("withdraw") == "withdrawn"
    assert desk.queue("release", "withdraw", "--by", "c-clerk").status == 1
    assert desk.town.sink.with_id(desk.mails["withdraw"].name) == []


def test_a_mail_can_be_passed_to_another_reviewer(desk: Desk) -> None:
    assert desk.queue("reassign", "reassign", "--by", "c-clerk", "--to", "j-smith").status == 1
    assert desk.queue("reassign", "reassign", "--by", "c-clerk", "--to", "e-deputy").status == 0
    assert desk.queue("release", "reassign", "--by", "e-deputy").status == 0
    assert desk.town.sink.wait(lambda one: one.message_id == desk.mails["reassign"].name)


@pytest.mark.parametrize("about", ["clerk", "about clerk"], ids=["author", "named"])
def test_what_concerns_the_clerk_waits_for_the_deputy(desk: Desk, about: str) -> None:
    mail = desk.mails[about]
    assert desk.queue("release", about, "--by", "c-clerk").status == 1
    assert desk.queue("show", about, "--by", "c-clerk").status == (0 if about == "clerk" else 1)
    (notice,) = desk.town.sink.notices(mail.sender, mail.reference)
    assert "Ed Deputy" in notice.text
    assert desk.queue("release", about, "--by", "e-deputy").status == 0
    assert desk.town.sink.wait(lambda one: one.message_id == mail.name)


def test_a_reference_may_be_typed_in_small_letters_and_a_decision_is_recorded_as_the_operators(desk: Desk) -> None:
    reference = desk.mails["release"].reference
    shown = desk.town.folder.run("queue", "show", reference.lower(), "--json").json
    (decision,) = shown["decisions"]
    assert decision["actor"].startswith("operator")
    assert decision["actor"].endswith("for Clare Clark")
