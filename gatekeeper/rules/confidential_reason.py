"""confidential-reason: an officer marks mail to a councillor confidential without saying what is confidential and why.

Stotfold and Brixton, Correspondence 4; Knutsford 5.4. A disclaimer that is added to every mail is no marking, nor is a
marking that came along with what is answered or forwarded.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Kind, Parties, Recipient, Sight
from gatekeeper.detect.confidence import explains
from gatekeeper.detect.markings import Level, markings
from gatekeeper.rules._people import officer_writing, shown


def judge(case: Case) -> Iterable[Finding]:
    officer = officer_writing(case.parties)
    if officer is None or not any(_reaches_councillors(r, case) for r in case.parties.recipients):
        return
    own = [m for m in markings(case.message) if m.level is Level.CONFIDENTIAL and not m.inherited]
    if not own or explains(shown(case), (m.words for m in own)):
        return
    reason = f"{officer.name} marks this as confidential and does not say what in it is confidential and why."
    yield Finding(RULE.name, own[0].words, own[0].where, reason)


def _reaches_councillors(recipient: Recipient, case: Case) -> bool:
    if recipient.sight is Sight.SENDER:
        return False
    if recipient.holder is None and recipient.group is not None:
        return bool(case.directory.members_of(recipient.group) & case.directory.councillors)
    return recipient.kind is Kind.COUNCILLOR


def _wants_text(parties: Parties) -> bool:
    return officer_writing(parties) is not None and any(
        r.kind is Kind.COUNCILLOR or r.group is not None for r in parties.recipients
    )


RULE = Rule("confidential-reason", judge, _wants_text)
