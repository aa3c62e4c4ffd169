"""obligation: a message in a councillor's name creates an obligation for the council.

Stotfold and Brixton, Correspondence 3; Knutsford 5.3; Wimborne 13.4; Central Bedfordshire 5.1.2, 7.1.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.detect.speech import Act
from gatekeeper.rules._speech import findings, in_a_councillors_name


def judge(case: Case) -> Iterable[Finding]:
    yield from findings(case, Act.OBLIGATION, "obligation")


RULE = Rule("obligation", judge, in_a_councillors_name)
