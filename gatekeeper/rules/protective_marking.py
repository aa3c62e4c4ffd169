"""protective-marking: RESTRICTED leaves the council's network, or PROTECTED goes to somebody outside who is no
authorised recipient.

Central Bedfordshire 6.1.6(b). Protected channels outrank it. What somebody outside wrote may be quoted back to that
person.
"""

from collections.abc import Iterable

from gatekeeper.core.address import parse
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Kind, Parties, Recipient
from gatekeeper.core.people import ContactKind
from gatekeeper.detect.markings import Level, Marking, markings
from gatekeeper.rules._people import is_contact, is_in_network

_REASONS = {
    Level.RESTRICTED: "The message is marked RESTRICTED and would leave the council's network, to {who}.",
    Level.PROTECTED: "The message is marked PROTECTED and would go to {who}, who is no authorised recipient.",
}


def judge(case: Case) -> Iterable[Finding]:
    if not case.parties.sender.ours:
        return
    outside = [r for r in case.parties.recipients if _is_outside(r, case)]
    if not outside:
        return
    found = markings(case.message)
    for level, reason in _REASONS.items():
        for marking in (m for m in found if m.level is level):
            barred = [r for r in outside if _may_not_have(r, marking, case)]
            if barred:
                who = ", ".join(dict.fromkeys(str(r.path) for r in barred))
                yield Finding(RULE.name, marking.words, marking.where, reason.format(who=who), kind=level.value)
                break


def _is_outside(recipient: Recipient, case: Case) -> bool:
    if recipient.kind is Kind.SAFE:
        return False
    return recipient.address is None or not is_in_network(case.directory, recipient.address)


def _may_not_have(recipient: Recipient, marking: Marking, case: Case) -> bool:
    if recipient.address is None:
        return True
    if marking.level is Level.PROTECTED and is_contact(
        case.directory, recipient.address, ContactKind.AUTHORISED_RECIPIENT
    ):
        return False
    author = parse(marking.author) if marking.author else None
    return not (marking.inherited and author is not None and author.key == recipient.address.key)


def _wants_text(parties: Parties) -> bool:
    return parties.sender.ours


RULE = Rule("protective-marking", judge, _wants_text)
