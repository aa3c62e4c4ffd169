"""A councillor whom no recipient can see is disclosed, held or noted, as the council's clause says; nobody else is."""

from dataclasses import dataclass, field
from typing import Any

import pytest

from tests.acceptance.conftest import Town, judged, unchanged
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.sink import recipients_of

D = "stotfold.example"
OFFICER = f"planning.officer@{D}"
OUTSIDER = "applicant@else.example"
JANE = f"jane.smith@{D}"
ANN = f"ann.jones@{D}"
BOB = f"bob.brown@{D}"
MARY = f"mary.mayer@{D}"
DEE = f"cllr.dual@{D}"
ALL = [JANE, ANN, BOB, MARY, DEE]
TEXT = "The site visit is at ten on Monday."


@dataclass(frozen=True)
class Copy:
    """A mail, its whole envelope, and the lines that belong at its foot."""

    fact: str
    blind: list[str]
    foot: list[str] = field(default_factory=list)
    to: list[str] = field(default_factory=lambda: [OUTSIDER])
    cc: list[str] = field(default_factory=list)
    seen: list[str] = field(default_factory=lambda: [OUTSIDER])
    body: str = TEXT
    sender: str = OFFICER
    extra: list[str] = field(default_factory=list)
    reverse_path: str | None = None


def visible(fact: str, to: str, *reached: str, **more: Any) -> Copy:
    """A mail that names somebody beside the outsider in To, while the envelope names `reached`."""
    return Copy(fact, list(reached), to=[OUTSIDER, to], **more)


DISCLOSED = [
    Copy("a blind councillor", [JANE], ["CC Councillor Jane Smith"]),
    Copy("a councillor's own silent copy to another", [BOB], ["CC Councillor Bob Brown"], sender=JANE),
    Copy("two blind councillors, one line each", [JANE, BOB], ["CC Councillor Jane Smith", "CC Councillor Bob Brown"]),
    Copy("an alias", [f"cllr.smith@{D}"], ["CC Councillor Jane Smith"]),
    Copy("one person at two addresses is one line", [JANE, f"cllr.smith@{D}"], ["CC Councillor Jane Smith"]),
    Copy("a plus-address", [f"jane.smith+plans@{D}"], ["CC Councillor Jane Smith"]),
    Copy("capitals", [f"JANE.Smith@{D.upper()}"], ["CC Councillor Jane Smith"]),
    Copy("a private address", ["janes-stotfold@mail.example"], ["CC Councillor Jane Smith"]),
    Copy("a mayor is a councillor", [MARY], ["CC Councillor Mary Mayer"]),
    Copy("two roles, reached as a councillor", [DEE], ["CC Councillor Dee Dual"]),
    Copy("all members one by one", ALL, ["CC all Councillors"]),
    Copy("all members by the address of the list", [f"councillors@{D}"], ["CC all Councillors"]),
    Copy(
        "all members, and an officer and an outsider",
        [*ALL, f"clerk@{D}", "friend@else.example"],
        ["CC all Councillors"],
    ),
    Copy("a smaller group exactly", [JANE, ANN], ["CC members of the Planning Committee"]),
    Copy(
        "a group and one more is no group",
        [JANE, ANN, BOB],
        ["CC Councillor Jane Smith", "CC Councillor Ann Jones", "CC Councillor Bob Brown"],
    ),
    Copy(
        "all but one is no group",
        [JANE, BOB, MARY, DEE],
        [f"CC Councillor {name}" for name in ("Jane Smith", "Bob Brown", "Mary Mayer", "Dee Dual")],
    ),
    Copy(
        "a member of no visible group",
        [BOB],
        ["CC Councillor Bob Brown"],
        to=[OUTSIDER, f"planning@{D}"],
    ),
    Copy("a councillor beside a blind officer", [JANE, f"clerk@{D}"], ["CC Councillor Jane Smith"]),
    Copy("a look-alike name in To", [JANE], ["CC Councillor Jane Smith"], to=[f'"{JANE}" <{OUTSIDER}>']),
    Copy("a comment in To", [JANE], ["CC Councillor Jane Smith"], to=[f"{OUTSIDER} ({JANE})"]),
    Copy("a Bcc field makes nobody visible", [JANE], ["CC Councillor Jane Smith"], extra=[f"Bcc: {JANE}"]),
    Copy("a second To field", [JANE], ["CC Councillor Jane Smith"], extra=[f"To: {JANE}"]),
    Copy("no To at all", [JANE, OFFICER], ["CC Councillor Jane Smith"], to=[], seen=[]),
    Copy(
        "undisclosed recipients",
        [JANE, OUTSIDER],
        ["CC Councillor Jane Smith"],
        to=["undisclosed-recipients:;"],
        seen=[],
    ),
    Copy("a null reverse-path excuses nobody", [JANE], ["CC Councillor Jane Smith"], reverse_path=""),
    Copy(
        "Auto-Submitted excuses nobody",
        [JANE],
        ["CC Councillor Jane Smith"],
        extra=["Auto-Submitted: auto-generated"],
    ),
    Copy("List-Id excuses nobody", [JANE], ["CC Councillor Jane Smith"], extra=["List-Id: <x.stotfold.example>"]),
    Copy(
        "one of two already written",
        [JANE, BOB],
        ["CC Councillor Bob Brown"],
        body=f"{TEXT}\n\nCC Councillor Jane Smith",
    ),
    Copy(
        "written in quoted history only",
        [JANE],
        ["CC Councillor Jane Smith"],
        body=f"{TEXT}\n\nOn Mon, 2 Feb 2026 at 09:00, A <{OUTSIDER}> wrote:\n> Hello\n>\n> CC Councillor Jane Smith",
    ),
    Copy(
        "written for somebody else",
        [JANE],
        ["CC Councillor Jane Smith"],
        body=f"{TEXT}\n\nCC Councillor Ann Jones",
    ),
]

UNTOUCHED = [
    visible("the councillor in To", JANE, JANE),
    Copy("the councillor in Cc", [JANE], cc=[JANE]),
    visible("an alias in To", f"cllr.smith@{D}", JANE),
    visible("a plus-address in To", f"jane.smith+plans@{D}", JANE),
    visible("a private address in To", "janes-stotfold@mail.example", JANE),
    visible("reached at the private address", JANE, "janes-stotfold@mail.example"),
    visible("other capitals in To", f"Jane.SMITH@{D.upper()}", JANE),
    visible("a member of a list in To", f"planning@{D}", JANE, ANN),
    visible("a member of a list within a list in To", f"councillors@{D}", JANE),
    visible("all members of a list in To", f"councillors@{D}", *ALL),
    visible("group syntax in To", f"Members: {JANE}, {ANN};", JANE, ANN),
    visible("a display name with the address", f'"Smith, Jane" <{JANE}>', JANE),
    Copy("the sender's own blind copy", [f"cllr.smith@{D}"], sender=JANE),
    Copy("the sender's own private address", ["janes-stotfold@mail.example"], sender=JANE),
    Copy("a blind officer", [f"clerk@{D}"]),
    Copy("a blind outsider", ["friend@else.example"]),
    Copy("a councillor out of office", [f"fay.former@{D}"]),
    Copy("two roles, reached as an officer", [f"dee.office@{D}"]),
    Copy("already written", [JANE], body=f"{TEXT}\n\nCC Councillor Jane Smith"),
    Copy("already written as Cllr", [JANE], body=f"{TEXT}\n\nCC Cllr Jane Smith"),
    Copy("already written in small letters and with a full stop", [JANE], body=f"{TEXT}\n\ncc councillor Jane Smith."),
    Copy("already written for both", [JANE, ANN], body=f"{TEXT}\n\nCC Councillor Jane Smith\nCC Cllr Ann Jones"),
    Copy("already written as the group", ALL, body=f"{TEXT}\n\nCC all Councillors"),
    Copy(
        "already written above the history",
        [JANE],
        body=f"{TEXT}\n\nCC Councillor Jane Smith\n\nOn Mon, 2 Feb 2026 at 09:00, A <{OUTSIDER}> wrote:\n> Hello",
    ),
    Copy("from outside to the council", [f"clerk@{D}", JANE], sender=OUTSIDER, to=[f"clerk@{D}"], seen=[]),
    Copy(
        "from outside to outside", ["a@else.example"], sender=OUTSIDER, to=["b@else.example"], seen=["b@else.example"]
    ),
]


@pytest.mark.parametrize("copy", DISCLOSED, ids=lambda copy: copy.fact)
def test_the_copy_is_disclosed_at_the_foot(town: Town, copy: Copy) -> None:
    sent, served = passed(town, copy)
    assert served.data.count(b"\r\n\r\n") >= 2
    text = served.text.replace("\r\n", "\n")
    lines = [line for line in text.split("\n") if line.startswith("CC ") and line not in copy.body.split("\n")]
    assert lines == copy.foot
    assert [line for line in text.split("\n") if line and line not in copy.foot] == [
        line for line in copy.body.split("\n") if line and line not in copy.foot
    ]
    head = sent.split(b"\r\n\r\n", 1)[0]
    assert served.data.split(b"\r\n\r\n", 1)[0].endswith(head)


@pytest.mark.parametrize("copy", UNTOUCHED, ids=lambda copy: copy.fact)
def test_nothing_is_added(town: Town, copy: Copy) -> None:
    sent, served = passed(town, copy)
    assert unchanged(served, sent)


def passed(town: Town, copy: Copy) -> Any:
    sent = a_mail(copy.sender, copy.to, copy.body, cc=copy.cc, message_id=(name := new_id("copy")), extra=copy.extra)
    path = copy.sender if copy.reverse_path is None else copy.reverse_path
    reply = town.send(path, [*copy.seen, *copy.blind], sent)
    assert str(reply) == "250 2.0.0 The sink has it"
    return sent, town.served(name, [*copy.seen, *copy.blind])


@pytest.mark.parametrize(("council", "line"), [("brixton", "CC councillor Jane Smith")])
def test_each_council_writes_the_line_in_its_own_way(town: Town, council: str, line: str) -> None:
    d = f"{council}.example"
    sent = a_mail(f"clerk@{d}", [OUTSIDER], TEXT, message_id=(name := new_id()))
    assert town.send(f"clerk@{d}", [OUTSIDER, f"jane.smith@{d}"], sent).code == 250
    assert line in town.served(name, [OUTSIDER, f"jane.smith@{d}"]).text


@pytest.mark.parametrize("council", ["knutsford", "wimborne"])
def test_where_blind_copies_are_forbidden_the_mail_is_held(town: Town, council: str) -> None:
    d = f"{council}.example"
    sent = a_mail(f"planning.officer@{d}", [OUTSIDER], TEXT, message_id=(name := new_id()))
    reply = town.send(f"planning.officer@{d}", [OUTSIDER, f"jane.smith@{d}"], sent)
    assert reply.held
    (notice,) = town.sink.notices(f"planning.officer@{d}", reply.reference)
    assert {"knutsford": "5.1", "wimborne": "13.1"}[council] in notice.text
    assert "Jane Smith" in notice.text
    assert town.sink.with_id(name) == []


def test_where_all_members_are_held_the_notice_names_the_group(town: Town) -> None:
    d = "knutsford.example"
    members = [address.replace(D, d) for address in ALL]
    reply = town.send(f"olive.ostler@{d}", [OUTSIDER, *members], a_mail(f"olive.ostler@{d}", [OUTSIDER], TEXT))
    (notice,) = town.sink.notices(f"olive.ostler@{d}", reply.reference)
    assert "all Councillors" in notice.text
    assert "Ann Jones" not in notice.text


def test_where_no_clause_forbids_it_the_mail_passes_with_a_note_in_the_record(town: Town) -> None:
    d = "central-bedfordshire.example"
    to = [OUTSIDER, f"jane.smith@{d}"]
    sent = a_mail(f"planning.officer@{d}", [OUTSIDER], TEXT, message_id=(name := new_id()))
    assert town.send(f"planning.officer@{d}", to, sent).code == 250
    assert unchanged(town.served(name, to), sent)
    row = judged(town, "--message-id", name)[name]
    assert (row["verdict"], row["rules"]) == ("flag", ["silent-copy"])


def test_a_blind_half_that_goes_first_is_disclosed_in_the_visible_half(town: Town) -> None:
    sent = a_mail(OFFICER, [OUTSIDER, f"clerk@{D}"], TEXT, message_id=(name := new_id()))
    assert town.send(OFFICER, [JANE], sent).code == 250
    assert town.send(OFFICER, [OUTSIDER, f"clerk@{D}"], sent).code == 250
    halves = {one.recipients: one.text for one in town.sink.with_id(name)}
    assert "CC Councillor Jane Smith" in halves[(OUTSIDER, f"clerk@{D}")]


def test_a_visible_half_that_went_first_gets_a_notice_within_the_council_only(town: Town) -> None:
    sent = a_mail(OFFICER, [OUTSIDER, f"clerk@{D}"], TEXT, message_id=(name := new_id()), subject="Split in two")
    assert town.send(OFFICER, [OUTSIDER, f"clerk@{D}"], sent).code == 250
    assert town.send(OFFICER, [JANE], sent).code == 250
    (notice,) = town.sink.notices(f"clerk@{D}", "Split in two", seconds=30)
    assert "Councillor Jane Smith" in notice.text
    assert recipients_of(town.sink.with_id(name)) == sorted([OUTSIDER, f"clerk@{D}", JANE])
    assert town.sink.all(lambda one: one.reverse_path == "" and OUTSIDER in one.recipients and name in one.text) == []


def test_a_visible_half_is_not_called_back_where_blind_copies_are_held(town: Town) -> None:
    d = "wimborne.example"
    sent = a_mail(f"clerk@{d}", [OUTSIDER], TEXT, message_id=(name := new_id()))
    assert town.send(f"clerk@{d}", [OUTSIDER], sent).code == 250
    assert town.send(f"clerk@{d}", [f"jane.smith@{d}"], sent).held
    assert recipients_of(town.sink.with_id(name)) == [OUTSIDER]


def test_the_same_half_sent_again_is_no_second_notice(town: Town) -> None:
    sent = a_mail(OFFICER, [f"clerk@{D}"], TEXT, message_id=new_id(), subject="Thrice told")
    for recipients in ([f"clerk@{D}"], [JANE], [JANE]):
        assert town.send(OFFICER, recipients, sent).code == 250
    assert len(town.sink.notices(f"clerk@{D}", "Thrice told", seconds=30)) == 1


def test_a_message_in_the_name_of_a_registered_list_is_automatic_mail(town: Town) -> None:
    to = [JANE, ANN]
    sent = a_mail(
        f"planning@{D}", [f"planning@{D}"], TEXT, message_id=(name := new_id()), extra=[f"List-Id: <planning.{D}>"]
    )
    assert town.send(f"planning@{D}", to, sent).code == 250
    assert unchanged(town.served(name, to), sent)
