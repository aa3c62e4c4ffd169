"""Who sees whom, and in whose name a message goes."""

import pytest

from gatekeeper.core.envelope import Direction
from gatekeeper.core.parties import Kind, Parties, Sight
from tests.builders import a_case, a_mail, a_submission


def parties(to: tuple[str, ...], *, header_to: str, cc: str = "", sender: str = "officer@stow.example") -> Parties:
    raw = a_mail(to=header_to, cc=cc, sender=sender)
    return a_case(a_submission(raw, sender=sender, to=to)).parties


@pytest.mark.parametrize(
    ("envelope", "header_to", "cc", "sight"),
    [
        ("jane.smith@stow.example", "resident@mail.example", "", Sight.BLIND),
        ("jane.smith@stow.example", "Jane.Smith+x@stow.example", "", Sight.VISIBLE),
        ("jane.smith@stow.example", "resident@mail.example", "js@mail.example", Sight.VISIBLE),
        ("jane.smith@stow.example", "councillors@stow.example", "", Sight.BY_GROUP),
        ("ravi.patel@stow.example", "planning@stow.example", "", Sight.BLIND),
        ("officer@stow.example", "resident@mail.example", "", Sight.SENDER),
        ("jane.smith@stow.example", '"jane.smith@stow.example" <other@mail.example>', "", Sight.BLIND),
        ("jane.smith@stow.example", "undisclosed-recipients:;", "", Sight.BLIND),
    ],
)
def test_a_copy_is_seen_or_not(envelope: str, header_to: str, cc: str, sight: Sight) -> None:
    (found,) = parties((envelope,), header_to=header_to, cc=cc).recipients
    assert found.sight is sight


def test_recipients_are_of_their_kind() -> None:
    to = (
        "clerk@stow.example",
        "deputy@stow.example",
        "jane.smith@stow.example",
        "news@comet.example",
        "desk@police.example",
        "hall@stow.example",
        "a@b.example",
    )
    found = parties(to, header_to="a@b.example")
    assert [r.kind for r in found.recipients] == [
        Kind.CLERK,
        Kind.OFFICER,
        Kind.COUNCILLOR,
        Kind.PRESS,
        Kind.SAFE,
        Kind.OWN,
        Kind.OUTSIDE,
    ]


def test_the_account_outweighs_what_the_header_says() -> None:
    raw = a_mail(sender="officer@stow.example")
    case = a_case(a_submission(raw, sender="officer@stow.example", account="jane.smith@stow.example"))
    assert case.parties.sender.holder is not None
    assert case.parties.sender.holder.id == "j-smith"
    assert case.parties.sender.councillor is not None


def test_a_councillors_name_in_from_is_a_councillors_name() -> None:
    raw = a_mail(sender="Cllr Smith <jane.smith@stow.example>")
    case = a_case(a_submission(raw, sender="officer@stow.example"))
    assert case.parties.sender.councillor is not None


def test_a_display_name_makes_nobody_a_councillor() -> None:
    raw = a_mail(sender='"jane.smith@stow.example" <x@elsewhere.example>')
    sender = a_case(a_submission(raw, sender="x@elsewhere.example")).parties.sender
    assert not sender.ours
    assert sender.councillor is None


def test_on_an_incoming_door_everything_is_from_outside() -> None:
    raw = a_mail(sender="jane.smith@stow.example")
    case = a_case(a_submission(raw, sender="jane.smith@stow.example", direction=Direction.INCOMING))
    assert not case.parties.sender.ours
    assert case.parties.sender.holder is None


def test_a_header_besides_makes_no_blind_copy_the_authors_own() -> None:
    raw = a_mail(sender="officer@stow.example", extra="Sender: jane.smith@stow.example\r\n")
    case = a_case(a_submission(raw, sender="officer@stow.example", to=("jane.smith@stow.example",)))
    assert [r.sight for r in case.parties.recipients] == [Sight.BLIND]
