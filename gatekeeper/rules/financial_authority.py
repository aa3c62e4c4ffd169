"""financial-authority: a councillor authorises, initiates or certifies a payment, contract or undertaking.

Stotfold and Brixton, Officers can expect; Knutsford 2.5; Wimborne 3.9(c); Central Bedfordshire 5.1.2.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.detect.speech import Act
from gatekeeper.rules._speech import findings, in_a_councillors_name


def judge(case: Case) -> Iterable[Finding]:
    yield from findings(case, Act.FINANCIAL, "financial-authority")


RULE = Rule("financial-authority", judge, in_a_councillors_name)
