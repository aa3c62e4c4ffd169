"""financial-authority: a councillor authorises, initiates or certifies a payment, contract or undertaking.

Stotfold and Brixton, Officers can expect; Knutsford 2.5; Wimborne 3.9(c); Central Bedfordshire 5.1.2.
"""

import re
from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.detect.speech import Act
from gatekeeper.rules._speech import findings, in_a_councillors_name

_NAME = "financial-authority"
_PRICE = re.compile(r"£|\b(?:quot(?:e|es|ation|ations)|price[sd]?|tenders?|estimates?|fees?|pounds?)\b", re.IGNORECASE)


def judge(case: Case) -> Iterable[Finding]:
    """Payments; and whoever accepts a price enters into a contract, which is as much a matter of money."""
    yield from findings(case, Act.FINANCIAL, _NAME)
    yield from (f for f in findings(case, Act.OBLIGATION, _NAME) if _PRICE.search(f.evidence))


RULE = Rule(_NAME, judge, in_a_councillors_name)
