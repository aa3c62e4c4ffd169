"""What lowers a binding sentence to a flag: a recorded authority, and the office of a signatory."""

from dataclasses import replace
from datetime import date

import pytest

from gatekeeper.core.finding import Action
from gatekeeper.core.people import Agreement, AgreementKind, Appointment, Role
from gatekeeper.core.verdict import decide
from gatekeeper.rules.financial_authority import judge
from tests.builders import SMITH, a_case, a_council, a_mail, a_person, a_protocol, a_register, a_submission

PRESS = "news@comet.example"
PAYS = "I authorise payment of invoice 77 by cheque.\r\n"
TIER = a_person(
    "t-tier",
    "Tess Tier",
    "tess@stow.example",
    appointments=(Appointment(Role.COUNCILLOR, date(2023, 5, 9)), Appointment(Role.SIGNATORY, date(2023, 5, 9))),
)
GRANT = Agreement(AgreementKind.AUTHORITY, "j-smith", "anyone", "the skate park", "minute 25/9", date(2026, 1, 1))


def action(body: str, *, sender: str, grant: Agreement = GRANT, subject: str = "Bill", to: str = PRESS) -> Action:
    strict = a_protocol()
    policies = {name: replace(policy, unless=("authority", "signatory")) for name, policy in strict.rules.items()}
    register = a_register(persons=(SMITH, TIER), groups=(), agreements=(grant,))
    council = a_council(register, replace(strict, rules=policies))
    raw = a_mail(body, sender=sender, to=to, subject=subject)
    case = a_case(a_submission(raw, sender=sender, to=(to,)), council)
    return decide(judge(case), case.protocol).action


def test_a_signatory_may_write_of_a_cheque_and_of_nothing_else() -> None:
    assert action(PAYS, sender="tess@stow.example") is Action.FLAG
    assert action("I authorise payment of invoice 77.\r\n", sender="tess@stow.example") is Action.HOLD
    assert action(PAYS, sender="jane.smith@stow.example") is Action.HOLD


def test_a_recorded_authority_counts_in_its_matter() -> None:
    assert action(PAYS, sender="jane.smith@stow.example", subject="The  Skate Park") is Action.FLAG
    assert action(PAYS, sender="jane.smith@stow.example", subject="The skate rink") is Action.HOLD


@pytest.mark.parametrize(
    ("counterpart", "until", "expected"),
    [
        ("The Comet", None, Action.FLAG),
        (PRESS, None, Action.FLAG),
        ("Police", None, Action.HOLD),
        ("anyone", date(2026, 11, 24), Action.FLAG),
        ("anyone", date(2026, 11, 23), Action.HOLD),
    ],
)
def test_a_recorded_authority_counts_towards_whom_it_names_and_on_its_days(
    counterpart: str, until: date | None, expected: Action
) -> None:
    grant = Agreement(AgreementKind.AUTHORITY, "j-smith", counterpart, "", "minute 25/9", None, until)
    assert action(PAYS, sender="jane.smith@stow.example", grant=grant) is expected
