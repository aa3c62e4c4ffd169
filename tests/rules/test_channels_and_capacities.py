"""Days, offices and mailboxes on which the rules about channel, office, identity and capacity turn."""

from dataclasses import replace
from datetime import date

import pytest

from gatekeeper.core.case import Case
from gatekeeper.core.envelope import Direction
from gatekeeper.core.finding import Action
from gatekeeper.core.people import Agreement, AgreementKind, Appointment, Contact, ContactKind, Group, Person, Role
from gatekeeper.core.verdict import decide
from gatekeeper.files.protocol import parse_protocol
from gatekeeper.rules import (
    acting_capacity,
    council_account,
    identity,
    official_letter,
    principal_council_copy,
    proper_channel,
    protective_marking,
)
from gatekeeper.services.councils import Council
from tests.builders import (
    CLERK,
    OFFICER,
    SMITH,
    a_case,
    a_mail,
    a_person,
    a_register,
    a_submission,
    address,
)

JANE = "jane.smith@stow.example"
SINCE = date(2023, 5, 9)
BY_MINISTER = Contact(ContactKind.MINISTER, "Minister", (address("minister@towns.example"),))


def a_case_of(body: str, *, sender: str, to: tuple[str, ...], pack: str = "stotfold", **more: object) -> Case:
    subject = str(more.pop("subject", "Hello"))
    account = str(more.pop("account", ""))
    direction = more.pop("direction", Direction.BOTH)
    assert isinstance(direction, Direction)
    register = replace(a_register(), **more)  # type: ignore[arg-type]
    council = Council("stow", register, parse_protocol(f'pack = "{pack}"', "stow"), b"k" * 32)
    raw = a_mail(body, sender=sender, to=", ".join(to), subject=subject)
    return a_case(a_submission(raw, sender=sender, to=to, account=account, direction=direction), council)


def agreed(since: date | None, until: date | None, matter: str = "") -> tuple[Agreement, ...]:
    return (Agreement(AgreementKind.DIRECT_CHANNEL, "j-smith", "o-officer", matter, "minute 1", since, until),)


@pytest.mark.parametrize(
    ("agreements", "free"),
    [
        (agreed(None, None), True),
        (agreed(date(2026, 11, 24), date(2026, 11, 24)), True),
        (agreed(date(2026, 1, 1), date(2026, 12, 31), "the skate park"), True),
        (agreed(None, date(2026, 11, 23)), False),
        (agreed(date(2026, 11, 25), None), False),
        ((), False),
        ((Agreement(AgreementKind.CONSENT, "j-smith", "o-officer"),), False),
        ((Agreement(AgreementKind.DIRECT_CHANNEL, "a-jones", "o-officer"),), False),
    ],
)
def test_an_agreement_counts_between_the_two_and_on_its_days(agreements: tuple[Agreement, ...], free: bool) -> None:
    case = a_case_of("I want the bench moved.\r\n", sender=JANE, to=("officer@stow.example",), agreements=agreements)
    assert (list(proper_channel.judge(case)) == []) is free


def test_the_deputy_is_staff_until_acting_as_the_proper_officer() -> None:
    acting = a_person(
        "d-deputy",
        "Dana Dean",
        "deputy@stow.example",
        appointments=(
            Appointment(Role.DEPUTY_PROPER_OFFICER, SINCE),
            Appointment(Role.ACTING_PROPER_OFFICER, date(2026, 11, 1), date(2026, 11, 30)),
        ),
    )
    people = tuple(acting if p.id == "d-deputy" else p for p in a_register().persons)
    body = "I want the bench moved.\r\n"
    assert list(proper_channel.judge(a_case_of(body, sender=JANE, to=("deputy@stow.example",))))
    assert not list(proper_channel.judge(a_case_of(body, sender=JANE, to=("deputy@stow.example",), persons=people)))


def test_a_list_that_reaches_the_clerk_is_no_list_of_staff() -> None:
    groups = (Group(address("office@stow.example"), "the office", ("c-clerk", "o-officer")),)
    case = a_case_of("I want it moved.\r\n", sender=JANE, to=("office@stow.example",), groups=groups, agreements=())
    assert list(proper_channel.judge(case)) == []


def chair(role: Role, body: str = "") -> Person:
    return a_person(
        "j-smith",
        "Jane Smith",
        JANE,
        appointments=(Appointment(Role.COUNCILLOR, SINCE), Appointment(role, SINCE, None, body)),
    )


@pytest.mark.parametrize(
    ("person", "to", "expected"),
    [
        (chair(Role.MAYOR), "minister@towns.example", Action.FLAG),
        (chair(Role.CHAIR, "council"), "minister@towns.example", Action.FLAG),
        (chair(Role.CHAIR, "council"), "minister.correspondence@towns.gov.uk", Action.FLAG),
        (chair(Role.CHAIR, "council"), "minister@towns.gov.uk.example", Action.HOLD),
        (chair(Role.CHAIR, "council"), "planning@towns.gov.uk", Action.HOLD),
        (chair(Role.CHAIR, "planning"), "minister@towns.example", Action.HOLD),
        (chair(Role.VICE_CHAIR, "council"), "minister@towns.example", Action.HOLD),
        (chair(Role.CHAIR, "council"), "resident@mail.example", Action.HOLD),
    ],
)
def test_only_the_chair_of_the_council_writes_to_a_minister(person: Person, to: str, expected: Action) -> None:
    people = (person, CLERK, OFFICER)
    contacts = (BY_MINISTER,)
    body = "I am writing on behalf of the Town Council about buses.\r\n"
    case = a_case_of(body, sender=JANE, to=(to,), persons=people, contacts=contacts, groups=(), agreements=())
    assert decide(official_letter.judge(case), case.protocol).action is expected


def test_a_recorded_authority_lowers_a_letter_to_a_flag() -> None:
    grant = (Agreement(AgreementKind.AUTHORITY, "j-smith", "anyone", "", "minute 25/9"),)
    body = "I am writing on behalf of the Town Council about buses.\r\n"
    case = a_case_of(body, sender=JANE, to=("resident@mail.example",), agreements=grant)
    assert decide(official_letter.judge(case), case.protocol).action is Action.FLAG


def test_a_deputising_officer_with_one_account_is_unclear_where_the_account_does_not_tell() -> None:
    deputy = a_person(
        "o-officer",
        "Olu Ode",
        "officer@stow.example",
        appointments=(Appointment(Role.OFFICER, SINCE), Appointment(Role.ACTING_PROPER_OFFICER, SINCE)),
    )
    people = (SMITH, CLERK, deputy)

    def found(pack: str, body: str) -> list[str]:
        case = a_case_of(
            body, sender="officer@stow.example", to=("x@mail.example",), pack=pack, persons=people, groups=()
        )
        return [f.evidence for f in acting_capacity.judge(case)]

    assert found("knutsford", "The hall is free.\r\n") == ["officer@stow.example"]
    assert found("knutsford", "I am writing as acting Town Clerk. The hall is free.\r\n") == []
    assert found("stotfold", "The hall is free.\r\n") == []


def test_who_writes_as_an_officer_from_a_councillors_account_is_the_graver_kind() -> None:
    grave = a_case_of("Hello\r\n", sender="clerk@stow.example", to=("x@mail.example",), account=JANE)
    other = a_case_of("Hello\r\n", sender=JANE, to=("x@mail.example",), account="clerk@stow.example")
    assert [f.kind for f in identity.judge(grave)] == [""]
    assert [f.kind for f in identity.judge(other)] == ["otherwise"]
    assert decide(identity.judge(grave), grave.protocol).action is Action.HOLD
    assert decide(identity.judge(other), other.protocol).action is Action.FLAG


def test_each_contradiction_is_told_once_with_where_it_stands() -> None:
    body = "Hello\r\n\r\nKind regards\r\nOlu Ode\r\nOfficer\r\n"
    case = a_case_of(body, sender="clerk@stow.example", to=("x@mail.example",), account=JANE)
    assert [(f.where, f.evidence) for f in identity.judge(case)] == [
        ("from", "clerk@stow.example"),
        ("body signature", "Olu Ode"),
    ]


def test_one_of_several_ward_councillors_is_enough() -> None:
    contacts = (
        Contact(ContactKind.PRINCIPAL_COUNCIL, "Borough", domains=("borough.example",)),
        Contact(ContactKind.PRINCIPAL_WARD_COUNCILLOR, "Ward A", (address("a@borough.example"),)),
        Contact(ContactKind.PRINCIPAL_WARD_COUNCILLOR, "Ward B", (address("b@home.example"),)),
    )

    def count(*to: str) -> int:
        body = "The pothole in Mill Lane is back.\r\n"
        case = a_case_of(body, sender=JANE, to=to, pack="knutsford", contacts=contacts)
        return len(list(principal_council_copy.judge(case)))

    assert count("roads@borough.example", "planning@borough.example") == 1
    assert count("roads@borough.example", "b@home.example") == 0
    assert count("a@borough.example") == 0


def test_a_protected_marking_may_go_to_an_authorised_recipient_by_domain_whatever_else_the_contact_is() -> None:
    contacts = (
        Contact(ContactKind.PRINCIPAL_COUNCIL, "Borough care", (address("care@borough.example"),)),
        Contact(ContactKind.AUTHORISED_RECIPIENT, "Borough", domains=("borough.example",)),
    )

    def action(subject: str, to: str) -> Action:
        case = a_case_of(
            "Hello\r\n", sender=JANE, to=(to,), pack="central-bedfordshire", subject=subject, contacts=contacts
        )
        return decide(protective_marking.judge(case), case.protocol).action

    assert action("PROTECTED: list", "care@borough.example") is Action.PASS
    assert action("PROTECTED: list", "care@sub.borough.example") is Action.PASS
    assert action("PROTECTED: list", "care@notborough.example") is Action.HOLD
    assert action("RESTRICTED: list", "care@borough.example") is Action.REFUSE


def test_a_private_address_is_known_on_an_incoming_door_too() -> None:
    case = a_case_of(
        "The planning committee and the budget.\r\n",
        sender="js@mail.example",
        to=("clerk@stow.example",),
        pack="wimborne",
        direction=Direction.INCOMING,
    )
    assert [(f.evidence, f.where) for f in council_account.judge(case)] == [("js@mail.example", "sender")]


def test_a_sentence_that_stands_in_plain_text_and_html_is_found_once() -> None:
    said = "I am writing on behalf of the Town Council."
    body = (
        f"--b\r\nContent-Type: text/plain\r\n\r\n{said}\r\n"
        f"--b\r\nContent-Type: text/html\r\n\r\n<p>{said}</p>\r\n--b--\r\n"
    )
    extra = 'MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary="b"\r\n'
    raw = a_mail(body, sender=JANE, extra=extra)
    assert [f.evidence for f in official_letter.judge(a_case(a_submission(raw, sender=JANE)))] == [said]
