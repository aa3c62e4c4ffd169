"""instruction: a message in a councillor's name gives instructions for the council or orders staff about.

Stotfold and Brixton, Correspondence 3 and General Principles; Knutsford 5.3, 3.7; Wimborne 13.4, 3.9, 5.6, 8.3-8.4;
Central Bedfordshire 5.1.2.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.detect.speech import Act
from gatekeeper.rules._speech import findings, in_a_councillors_name


def judge(case: Case) -> Iterable[Finding]:
    yield from findings(case, Act.INSTRUCTION, "instruction")


RULE = Rule("instruction", judge, in_a_councillors_name)
