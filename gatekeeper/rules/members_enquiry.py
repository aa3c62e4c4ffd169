"""members-enquiry: a member asks an officer for information, or for something to be done for a resident.

Stotfold and Brixton, Expectations; Knutsford 2.9; Wimborne 5.7; Central Bedfordshire 6.2-6.6. Kind of finding: enquiry.
With the option report_only the enquiry is listed and no clock runs. It is nobody's breach, so the message passes.
"""

from collections.abc import Iterable

from gatekeeper.core.address import Address
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.identify import kind_of
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.detect.members_enquiry import enquiry
from gatekeeper.detect.remarks import own_remarks
from gatekeeper.rules._writers import Writer, is_staff, may_reach_staff, writer_of

_NAME = "members-enquiry"
_OFFICERS = frozenset({Kind.CLERK, Kind.OFFICER, Kind.OWN})
_FEWEST_OF_A_CIRCULAR = 2
"""Other councillors in To from which a message counts as a circular."""


def judge(case: Case) -> Iterable[Finding]:
    if not _wants_text(case.parties) or not any(is_staff(r, case) for r in case.parties.recipients):
        return
    if not _is_to_an_officer(case):
        return
    if found := enquiry(own_remarks(case.message.texts)):
        yield Finding(_NAME, found.words, found.where, _reason(case), kind="enquiry", asks=Action.PASS)


def _reason(case: Case) -> str:
    policy = case.protocol.rules.get(_NAME)
    if policy is not None and policy.options.get("report_only") is True:
        return "This is a member's enquiry; it is listed without a due date."
    return "This is a member's enquiry; the time for its answer runs from now."


def _is_to_an_officer(case: Case) -> bool:
    """An officer is addressed and not only copied, and the message is no circular to councillors."""
    stated = [m.address for m in case.message.to]
    kinds = [_kind(case, address) for address in stated]
    if Kind.OWN in kinds and any(_lists_councillors(case, a) for a in stated):
        return False
    if kinds.count(Kind.COUNCILLOR) >= _FEWEST_OF_A_CIRCULAR:
        return False
    return not stated or not _OFFICERS.isdisjoint(kinds)


def _kind(case: Case, address: Address) -> Kind:
    return kind_of(case.directory, address, case.directory.person(address), case.directory.contact(address))


def _lists_councillors(case: Case, address: Address) -> bool:
    group = case.directory.group(address)
    return group is not None and not case.directory.councillors.isdisjoint(case.directory.members_of(group))


def _wants_text(parties: Parties) -> bool:
    return writer_of(parties) is Writer.MEMBER and may_reach_staff(parties)


RULE = Rule(_NAME, judge, _wants_text)
