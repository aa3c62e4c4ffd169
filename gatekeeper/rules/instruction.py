"""instruction: a message in a councillor's name gives instructions for the council or orders staff about.

Stotfold and Brixton, Correspondence 3 and General Principles; Knutsford 5.3, 3.7; Wimborne 13.4, 3.9, 5.6, 8.3-8.4;
Central Bedfordshire 5.1.2.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.parties import Kind
from gatekeeper.detect.orders import orders
from gatekeeper.detect.speech import Act
from gatekeeper.rules._exceptions import exceptions_of
from gatekeeper.rules._speech import findings, in_a_councillors_name

_NAME = "instruction"
_STAFF = frozenset({Kind.CLERK.value, Kind.OFFICER.value})


def judge(case: Case) -> Iterable[Finding]:
    """What binds others to act; and a bare order to staff, which is held, but flagged to the Proper Officer alone."""
    found = list(findings(case, Act.INSTRUCTION, _NAME))
    yield from found
    said = {" ".join(f.evidence.split()) for f in found}
    yield from (f for f in _orders_to_staff(case) if " ".join(f.evidence.split()) not in said)


def _orders_to_staff(case: Case) -> Iterable[Finding]:
    councillor = case.parties.sender.councillor
    kinds = case.parties.kinds
    if councillor is None or not in_a_councillors_name(case.parties) or _STAFF.isdisjoint(kinds):
        return
    for order in orders(case.message.texts):
        exceptions, cites = exceptions_of(case, councillor, order.words)
        yield Finding(
            _NAME,
            order.words,
            order.where,
            "It orders staff to do something by a set time.",
            asks=Action.FLAG if Kind.OFFICER.value not in kinds else None,
            exceptions=exceptions,
            cites=cites,
        )


RULE = Rule(_NAME, judge, in_a_councillors_name)
