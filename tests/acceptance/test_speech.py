"""Who may bind the council, give orders and spend: plain sentences, judged by each of the five protocols."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest

from tests.acceptance.client import Smtp
from tests.acceptance.conftest import Town, judged
from tests.acceptance.mails import a_mail, new_id
from tests.acceptance.world import PACKS

RESIDENT = "resident@else.example"
STAFF = "planning.officer@{d}"
CLERK = "clerk@{d}"
RULES = {"obligation", "instruction", "financial-authority"}

OBLIGATIONS = [
    "I confirm on behalf of the council that we will resurface the car park by the end of April.",
    "You have my word that the Council will grant you the lease of the pavilion.",
    "The council agrees to your terms and will sign the lease on Friday.",
    "We hereby undertake to repair your wall at the council's expense.",
]
INSTRUCTIONS = [
    (STAFF, "You must cut the hedge in Church Lane by Friday."),
    (STAFF, "Drop what you are doing and draft the tender for the play area today."),
    (STAFF, "Tell the contractor to start work on Monday."),
    (RESIDENT, "On behalf of the council I instruct you to stop work on the play area at once."),
]
SPENDING = [
    (STAFF, "Please pay the contractor's invoice 1042 today."),
    (RESIDENT, "I authorise payment of £850 to Greenways Ltd."),
    (STAFF, "I certify invoice 77 for payment."),
]
PRICE = "On behalf of the council I accept your quotation of £4,200 for the mower, so please go ahead."
FREE = [
    (RESIDENT, "The council resolved on Tuesday to resurface the car park."),
    (RESIDENT, "Could you tell me whether the council has agreed to your lease?"),
    (RESIDENT, "I am happy to help at your fair on Saturday myself."),
    (RESIDENT, "I will put your request to the next meeting of the council."),
    (RESIDENT, "As one councillor I cannot commit the council to anything."),
    (RESIDENT, "Thank you, I gladly accept your kind invitation to dinner on Friday."),
    (RESIDENT, "The council has no power to grant you a lease, and I have no authority to promise one."),
    (RESIDENT, "Subject to the decision of the committee, a lease may be possible."),
    (
        RESIDENT,
        "That is a pity.\n\nOn Mon, 2 Feb 2026 at 09:00, A <a@else.example> wrote:\n> The council will pay you £500.",
    ),
    (CLERK, "Please could you let me know when the minutes will be ready?"),
    (CLERK, "Would you kindly send me the agenda for Thursday?"),
    (STAFF, "Thank you for your help yesterday, it was much appreciated."),
]
CHEQUE = "I have signed the cheque for invoice 77 and authorise its payment."
BY_OFFICERS = [
    "The council will resurface the car park by the end of April.",
    "I authorise payment of your invoice 77.",
]

CLAUSES = {
    "obligation": {
        "stotfold": "Stotfold, Correspondence 3",
        "brixton": "Brixton, Correspondence 3",
        "knutsford": "Knutsford 5.3",
        "wimborne": "Wimborne 13.4",
    },
    "instruction": {
        "stotfold": "Stotfold, Correspondence 3",
        "brixton": "Brixton, Correspondence 3",
        "knutsford": "Knutsford 5.3",
        "wimborne": "Wimborne 13.4",
        "central-bedfordshire": "Central Bedfordshire 5.1.2",
    },
    "financial-authority": {
        "stotfold": "Stotfold, Officers can expect",
        "brixton": "Brixton, Officers can expect",
        "knutsford": "Knutsford 2.5",
        "wimborne": "Wimborne 3.9(c)",
        "central-bedfordshire": "Central Bedfordshire 5.1.2",
    },
}


@dataclass(frozen=True)
class Sent:
    council: str
    author: str
    to: str
    text: str

    @property
    def domain(self) -> str:
        return f"{self.council}.example"


def cases() -> Iterator[Sent]:
    for council in PACKS:
        for text in OBLIGATIONS:
            yield Sent(council, "jane.smith", RESIDENT, text)
        for to, text in (*INSTRUCTIONS, *SPENDING, *FREE, (RESIDENT, PRICE)):
            yield Sent(council, "jane.smith", to, text)
        for text in BY_OFFICERS:
            yield Sent(council, "clerk", RESIDENT, text)
        yield Sent(council, "jane.smith", CLERK, "Send me the tender file by noon tomorrow.")
        for author in ("bob.brown", "jane.smith"):
            yield Sent(council, author, RESIDENT, CHEQUE)


@pytest.fixture(scope="module")
def rows(town: Town) -> dict[Sent, dict[str, Any]]:
    """What the record says of each of them."""
    names = {}
    with Smtp(town.doors["relay"]) as client:
        for case in cases():
            author, to = f"{case.author}@{case.domain}", case.to.format(d=case.domain)
            names[case] = new_id("speech")
            reply = client.send(author, [to], a_mail(author, [to], case.text, message_id=names[case]))
            assert reply.code == 250, (case, str(reply))
    found = judged(town)
    return {case: found[name] for case, name in names.items()}


def in_every_council(pairs: list[tuple[str, str]]) -> list[tuple[str, str, str]]:
    return [(council, to, text) for to, text in pairs for council in PACKS]


@pytest.mark.parametrize("text", OBLIGATIONS)
@pytest.mark.parametrize("council", PACKS[:4])
def test_what_binds_the_council_is_held_in_a_councillors_name(
    rows: dict[Sent, dict[str, Any]], council: str, text: str
) -> None:
    row = rows[Sent(council, "jane.smith", RESIDENT, text)]
    assert (row["verdict"], "obligation" in row["rules"]) == ("hold", True)
    assert CLAUSES["obligation"][council] in row["clauses"]


@pytest.mark.parametrize("text", OBLIGATIONS)
def test_central_bedfordshire_notes_an_obligation(rows: dict[Sent, dict[str, Any]], text: str) -> None:
    row = rows[Sent("central-bedfordshire", "jane.smith", RESIDENT, text)]
    assert "obligation" in row["rules"]
    assert row["verdict"] == ("hold" if {"instruction", "financial-authority"} & set(row["rules"]) else "flag")


def test_a_pure_obligation_passes_in_central_bedfordshire(rows: dict[Sent, dict[str, Any]]) -> None:
    row = rows[Sent("central-bedfordshire", "jane.smith", RESIDENT, OBLIGATIONS[0])]
    assert (row["verdict"], "obligation" in row["rules"]) == ("flag", True)


@pytest.mark.parametrize(("council", "to", "text"), in_every_council(INSTRUCTIONS))
def test_an_order_is_held(rows: dict[Sent, dict[str, Any]], council: str, to: str, text: str) -> None:
    row = rows[Sent(council, "jane.smith", to, text)]
    assert (row["verdict"], "instruction" in row["rules"]) == ("hold", True)
    assert CLAUSES["instruction"][council] in row["clauses"]


@pytest.mark.parametrize(("council", "to", "text"), in_every_council(SPENDING))
def test_spending_is_held(rows: dict[Sent, dict[str, Any]], council: str, to: str, text: str) -> None:
    row = rows[Sent(council, "jane.smith", to, text)]
    assert (row["verdict"], "financial-authority" in row["rules"]) == ("hold", True)
    assert CLAUSES["financial-authority"][council] in row["clauses"]


@pytest.mark.parametrize(("council", "to", "text"), in_every_council(FREE))
def test_what_binds_nobody_is_free(rows: dict[Sent, dict[str, Any]], council: str, to: str, text: str) -> None:
    row = rows[Sent(council, "jane.smith", to, text)]
    assert RULES & set(row["rules"]) == set()
    assert row["verdict"] in ("pass", "flag")


@pytest.mark.parametrize("text", BY_OFFICERS)
@pytest.mark.parametrize("council", PACKS)
def test_an_officer_may_write_for_the_council(rows: dict[Sent, dict[str, Any]], council: str, text: str) -> None:
    assert rows[Sent(council, "clerk", RESIDENT, text)]["verdict"] == "pass"


@pytest.mark.parametrize("council", PACKS)
def test_an_order_to_the_proper_officer_is_noted_and_passes(rows: dict[Sent, dict[str, Any]], council: str) -> None:
    row = rows[Sent(council, "jane.smith", CLERK, "Send me the tender file by noon tomorrow.")]
    assert (row["verdict"], "instruction" in row["rules"]) == ("flag", True)


def test_a_signatory_may_write_of_a_cheque_in_wimborne(rows: dict[Sent, dict[str, Any]]) -> None:
    assert rows[Sent("wimborne", "bob.brown", RESIDENT, CHEQUE)]["verdict"] == "flag"
    assert rows[Sent("wimborne", "jane.smith", RESIDENT, CHEQUE)]["verdict"] == "hold"


def test_accepting_a_price_is_obligation_and_spending_at_once(rows: dict[Sent, dict[str, Any]]) -> None:
    row = rows[Sent("central-bedfordshire", "jane.smith", RESIDENT, PRICE)]
    assert (row["verdict"], {"obligation", "financial-authority"} <= set(row["rules"])) == ("hold", True)
