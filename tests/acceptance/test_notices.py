"""What people are told by mail: who, by whom, what stands in it, and who is never written to."""

import pytest

from tests.acceptance.conftest import Town
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.sink import Served

D = "brixton.example"
JANE = f"jane.smith@{D}"
CLERK = f"clerk@{D}"
RESIDENT = "resident@else.example"
BINDING = "I confirm on behalf of the council that we will resurface the car park by the end of April."


def held(town: Town, path: str = JANE, author: str = JANE, to: str = RESIDENT, **more: object) -> str:
    sent = a_mail(author, [to], BINDING, **more)  # type: ignore[arg-type]
    return town.send(path, [to], sent).reference


def words(notice: Served) -> str:
    return " ".join(notice.text.split())


@pytest.fixture(scope="module")
def notice(town: Town) -> tuple[str, Served]:
    reference = held(town, subject="The car park", message_id="<park@client.example>")
    (found,) = town.sink.notices(JANE, reference)
    return reference, found


def test_the_author_is_told_clause_sentence_and_what_to_do(notice: tuple[str, Served]) -> None:
    reference, told = notice
    text = words(told)
    assert reference in text
    assert BINDING in text
    assert "Brixton, Correspondence 3" in text
    assert "The car park" in text
    assert "Clare Clark" in text
    assert "Clerk" in text
    assert "withdraw" in text


def test_a_notice_can_set_off_no_other_mail(notice: tuple[str, Served]) -> None:
    _, told = notice
    message = told.parsed
    assert told.reverse_path == ""
    assert message["Auto-Submitted"] == "auto-generated"
    assert message["Message-ID"] not in (None, "<park@client.example>")
    assert message["From"].endswith(f"@{D}>")
    assert message["Date"]
    assert message.get_all("To") == [f"Jane Smith <{JANE}>"]


def test_each_council_tells_its_own_wording_of_a_clause(own: Town) -> None:
    jane = "jane.smith@stotfold.example"
    reference = own.send(jane, [RESIDENT], a_mail(jane, [RESIDENT], BINDING)).reference
    (told,) = own.sink.notices(jane, reference)
    assert "Members bind nobody." in told.text


def test_a_refusal_carries_the_clause_in_words(own: Town) -> None:
    jane = "jane.smith@stotfold.example"
    sent = a_mail(jane, [RESIDENT], "I authorise payment of £850 to Greenways Ltd.", message_id=(name := new_id()))
    reply = own.send(jane, [RESIDENT], sent)
    assert (reply.code, reply.text[:5]) == (550, "5.7.1")
    assert "Members spend no money of ours." in " ".join(line.removeprefix("5.7.1 ") for line in reply.text.split("\n"))
    assert own.sink.with_id(name) == []


def test_a_rule_that_is_off_finds_nothing(own: Town) -> None:
    jane, staff = "jane.smith@stotfold.example", "planning.officer@stotfold.example"
    sent = a_mail(jane, [staff], "You must cut the hedge in Church Lane by Friday.", message_id=new_id())
    assert str(own.send(jane, [staff], sent)) == "250 2.0.0 The sink has it"


def test_a_private_address_is_told_at_the_council(town: Town) -> None:
    private = "janes-brixton@mail.example"
    reference = held(town, path=private, author=private)
    assert len(town.sink.notices(JANE, reference)) == 1
    assert town.sink.all(lambda one: private in one.recipients and one.reverse_path == "") == []


def test_a_null_reverse_path_is_never_answered(town: Town) -> None:
    silent = held(town, path="", subject="No answer please")
    later = held(town, subject="Answer please")
    assert len(town.sink.notices(JANE, later)) == 1
    assert town.sink.all(lambda one: one.reverse_path == "" and silent in one.text) == []


@pytest.mark.parametrize("field", ["Auto-Submitted: auto-generated", "Precedence: bulk", "List-Id: <x.example>"])
def test_machines_and_lists_are_never_answered(town: Town, field: str) -> None:
    silent = held(town, extra=[field])
    later = held(town)
    assert len(town.sink.notices(JANE, later)) == 1
    assert town.sink.all(lambda one: one.reverse_path == "" and silent in one.text) == []


def test_nothing_a_stranger_wrote_breaks_a_notice(town: Town) -> None:
    evil = "=?utf-8?q?Plan=0D=0ABcc=3A_x=40evil.example=0D=0A=0D=0A=3Cscript=3E?= " + "x" * 3000
    reference = held(town, subject=evil)
    (told,) = town.sink.notices(JANE, reference)
    assert told.parsed["Bcc"] is None
    assert len(told.text) < 6000
    assert max(len(line) for line in told.data.split(b"\r\n")) <= 998


def test_no_notice_ever_left_the_council(town: Town, notice: tuple[str, Served]) -> None:
    found = town.sink.all(lambda one: one.reverse_path == "" and one.parsed["Auto-Submitted"] == "auto-generated")
    told = {address for one in found for address in one.recipients if one.parsed["Reply-To"]}
    councils = ("stotfold", "brixton", "knutsford", "wimborne", "central-bedfordshire", "watchful")
    assert notice[1].recipients[0] in told
    assert all(address.endswith(tuple(f"@{council}.example" for council in councils)) for address in told)
