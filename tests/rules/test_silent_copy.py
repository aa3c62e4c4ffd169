"""silent-copy: who is disclosed, and in which words."""

from datetime import date

import pytest

from gatekeeper.core.disclosure import footer_lines
from gatekeeper.core.people import Appointment, Role
from gatekeeper.core.protocol import FooterStyle
from gatekeeper.rules.silent_copy import judge
from tests.builders import a_case, a_council, a_mail, a_person, a_register, a_submission

RESIDENT = "resident@mail.example"


def disclosed(
    *blind: str, to: str = RESIDENT, cc: str = "", sender: str = "officer@stow.example", body: str = "Hello\r\n"
) -> list[str]:
    raw = a_mail(body, sender=sender, to=to, cc=cc)
    case = a_case(a_submission(raw, sender=sender, to=(RESIDENT, *blind)))
    people = [p for f in judge(case) for p in f.disclose]
    return list(footer_lines(case, people, FooterStyle())) if people else []


def test_a_blind_councillor_is_disclosed_by_name() -> None:
    assert disclosed("jane.smith@stow.example") == ["CC Councillor Jane Smith"]


def test_each_blind_councillor_has_a_line() -> None:
    assert disclosed("ravi.patel@stow.example", "jane.smith@stow.example") == [
        "CC Councillor Ravi Patel",
        "CC Councillor Jane Smith",
    ]


@pytest.mark.parametrize("blind", ["deputy@stow.example", "other@mail.example", "clerk@stow.example"])
def test_a_blind_officer_or_outsider_is_never_disclosed(blind: str) -> None:
    assert disclosed(blind) == []


def test_the_authors_own_blind_copy_is_nothing() -> None:
    assert disclosed("js@mail.example", sender="jane.smith@stow.example") == []


def test_another_registered_address_in_cc_makes_the_copy_visible() -> None:
    assert disclosed("jane.smith@stow.example", cc="js@mail.example") == []


def test_a_visible_group_makes_its_members_visible() -> None:
    assert disclosed("jane.smith@stow.example", cc="councillors@stow.example") == []


def test_all_councillors_blind_are_disclosed_as_the_group() -> None:
    everyone = ("jane.smith@stow.example", "ann.jones@stow.example", "ravi.patel@stow.example", "mayor@stow.example")
    assert disclosed(*everyone) == ["CC all Councillors"]


def test_the_groups_name_stands_only_for_exactly_that_group() -> None:
    some = ("jane.smith@stow.example", "ann.jones@stow.example", "ravi.patel@stow.example")
    assert disclosed(*some) == ["CC Councillor Jane Smith", "CC Councillor Ann Jones", "CC Councillor Ravi Patel"]


def test_all_the_others_are_the_group_when_a_member_writes() -> None:
    others = ("ann.jones@stow.example", "ravi.patel@stow.example", "mayor@stow.example")
    assert disclosed(*others, sender="jane.smith@stow.example") == ["CC all Councillors"]


def test_a_blind_group_discloses_its_councillors() -> None:
    assert disclosed("councillors@stow.example") == ["CC all Councillors"]


@pytest.mark.parametrize(
    "line",
    [
        "CC Councillor Jane Smith",
        "CC Cllr Jane Smith",
        "cc: Cllr. Smith",
        "Cc Councillors Smith and Jones",
        "CC all Councillors",
    ],
)
def test_what_the_author_has_written_already_complies(line: str) -> None:
    assert disclosed("jane.smith@stow.example", body=f"Dear Sir,\r\n\r\nThank you.\r\n\r\n{line}\r\n") == []


@pytest.mark.parametrize(
    "line", ["CC Councillor Ann Jones", "CC Jane Smith Ltd", "> CC Councillor Jane Smith", "Councillor Jane Smith"]
)
def test_what_does_not_say_so_does_not_comply(line: str) -> None:
    assert disclosed("jane.smith@stow.example", body=f"Dear Sir,\r\n\r\nThank you.\r\n\r\n{line}\r\n") != []


def test_mail_from_outside_is_nobodys_breach() -> None:
    assert disclosed("jane.smith@stow.example", sender="someone@mail.example") == []


def test_a_councillor_who_is_also_an_officer_is_no_councillor_at_the_officers_account() -> None:
    both = a_person(
        "d-dual",
        "Dee Dual",
        "cllr.dual@stow.example",
        "dee.office@stow.example",
        appointments=(
            Appointment(Role.COUNCILLOR, date(2023, 5, 9)),
            Appointment(Role.OFFICER, date(2024, 1, 1), address="dee.office@stow.example"),
        ),
    )
    raw = a_mail("Hello\r\n", sender="clerk@stow.example", to=RESIDENT)
    council = a_council(a_register(persons=(*a_register().persons, both)))
    found = [
        tuple(judge(a_case(a_submission(raw, sender="clerk@stow.example", to=(RESIDENT, blind)), council)))
        for blind in ("dee.office@stow.example", "cllr.dual@stow.example")
    ]
    assert [[f.disclose for f in findings] for findings in found] == [[], [("d-dual",)]]


def test_a_whole_group_is_one_finding_that_names_the_group_and_no_member() -> None:
    everyone = ("jane.smith@stow.example", "ann.jones@stow.example", "ravi.patel@stow.example", "mayor@stow.example")
    raw = a_mail("Hello\r\n", sender="officer@stow.example", to=RESIDENT)
    (finding,) = judge(a_case(a_submission(raw, sender="officer@stow.example", to=(RESIDENT, *everyone))))
    assert finding.reason.startswith("A copy to all Councillors goes out")
    assert len(finding.disclose) == 4
