"""proper-channel: a councillor writes to staff other than the Proper Officer without a recorded agreement.

Stotfold and Brixton, General Principles; Knutsford 3.7; Wimborne 5.6, where a purely factual enquiry is free.
"""

from collections.abc import Iterable

from gatekeeper.core.address import Address
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.parties import Kind, Parties, Recipient, Sight
from gatekeeper.core.people import AgreementKind, Directory, Group, Holder
from gatekeeper.detect.enquiry import is_factual
from gatekeeper.detect.speech import Setting, assess
from gatekeeper.rules._people import OFFICERS, shown
from gatekeeper.rules._speech import in_a_councillors_name

FACTUAL = "factual_enquiry"
BINDING = 0.5
"""The score from which a sentence is taken to bind or to order."""


def judge(case: Case) -> Iterable[Finding]:
    councillor = case.parties.sender.councillor
    if not in_a_councillors_name(case.parties) or councillor is None:
        return
    staff = [r for r in case.parties.recipients if r.sight is not Sight.SENDER and _is_staff(r, case, councillor)]
    if not staff or _is_to_the_clerk(case, staff):
        return
    kind = FACTUAL if _asks_for_facts_only(case, councillor) else ""
    policy = case.protocol.rules.get(RULE.name)
    if kind and policy is not None and policy.action_for(kind) is Action.PASS:
        return
    for recipient in staff:
        whom = recipient.holder.name if recipient.holder else recipient.group.name if recipient.group else "staff"
        reason = (
            f"Councillor {councillor.name} writes to {whom}, who is not the Proper Officer, and no agreement on direct "
            "dealings is recorded for that day."
        )
        yield Finding(RULE.name, str(recipient.path), "recipients", reason, kind=kind)


def _asks_for_facts_only(case: Case, councillor: Holder) -> bool:
    """Questions after facts, and no sentence among them that orders, promises or spends."""
    texts = tuple(shown(case))
    return is_factual(texts) and not any(
        scored.floor or scored.score >= BINDING
        for scored in assess(texts, Setting(councillor.roles, case.parties.kinds))
    )


def _is_staff(recipient: Recipient, case: Case, councillor: Holder) -> bool:
    if recipient.holder is not None:
        return recipient.kind is Kind.OFFICER and not _is_agreed(case.directory, councillor.id, recipient.holder.id)
    return (
        recipient.group is not None
        and recipient.kind is Kind.OWN
        and _is_staff_list(case.directory, recipient.group, councillor)
    )


def _is_staff_list(directory: Directory, group: Group, councillor: Holder) -> bool:
    """A list of officers, the Proper Officer and councillors not among them, with one at least who may not be written
    to directly."""
    members = [h for i in directory.members_of(group) if (h := directory.holder(i)) is not None]
    clerks = {h.id for h in directory.proper_officers()}
    return (
        bool(members)
        and all(h.is_officer and not h.is_councillor and h.id not in clerks for h in members)
        and any(not _is_agreed(directory, councillor.id, h.id) for h in members)
    )


def _is_agreed(directory: Directory, member: str, officer: str) -> bool:
    """Whether direct dealings between the two are recorded for the day, in whatever matter."""
    return any(
        a.kind is AgreementKind.DIRECT_CHANNEL
        and a.member == member
        and a.counterpart == officer
        and a.holds_on(directory.day)
        for a in directory.register.agreements
    )


def _is_to_the_clerk(case: Case, staff: list[Recipient]) -> bool:
    """Addressed to the Proper Officer, with staff in copy only."""
    addressed = [m.address for m in case.message.to]
    clerks = {h.id for h in case.directory.proper_officers()}

    def reaches(address: Address) -> frozenset[str]:
        holder, group = case.directory.person(address), case.directory.group(address)
        people = case.directory.members_of(group) if group is not None else frozenset[str]()
        return people | ({holder.id} if holder is not None else set())

    copied = {r.address.key for r in staff if r.address is not None}
    return any(reaches(a) & clerks for a in addressed) and not any(a.key in copied for a in addressed)


def _wants_text(parties: Parties) -> bool:
    return in_a_councillors_name(parties) and any(
        r.kind in OFFICERS or r.group is not None for r in parties.recipients if r.sight is not Sight.SENDER
    )


RULE = Rule("proper-channel", judge, _wants_text)
