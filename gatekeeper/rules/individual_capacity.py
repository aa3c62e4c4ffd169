"""individual-capacity: a member writes to a third party as an individual without saying so.

Wimborne 13.5; Central Bedfordshire 7.1.2, towards the media. A statement in any wording will do, a bare title under the
name will not. What says nothing of public matters, such as an answer to an invitation, needs no statement.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.message import Where
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.detect.business import business, view
from gatekeeper.detect.capacity import statements
from gatekeeper.detect.official import official
from gatekeeper.rules._people import is_on, place, shown, third_parties
from gatekeeper.rules._speech import in_a_councillors_name

MEDIA_ONLY = "media_only"


def judge(case: Case) -> Iterable[Finding]:
    councillor = case.parties.sender.councillor
    if councillor is None or not _wants_text(case.parties):
        return
    outside = third_parties(case.parties)
    if is_on(case, RULE.name, MEDIA_ONLY) and not any(r.kind is Kind.PRESS for r in outside):
        return
    texts = tuple(t for t in shown(case) if t.where is not Where.SUBJECT)
    if statements(texts) or official(texts, case.directory.register.name):
        return
    substance = view(texts) or business(texts)
    if substance is not None:
        reason = (
            f"Councillor {councillor.name} writes to somebody outside the council and does not say in which capacity, "
            "for instance as an individual member."
        )
        yield Finding(RULE.name, substance.words, place(substance.text), reason)


def _wants_text(parties: Parties) -> bool:
    return in_a_councillors_name(parties) and bool(third_parties(parties))


RULE = Rule("individual-capacity", judge, _wants_text)
