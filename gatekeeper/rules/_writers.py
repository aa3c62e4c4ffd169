"""Whether a member, the Clerk or another officer writes, and who of the recipients are staff or the public."""

from enum import StrEnum

from gatekeeper.core.case import Case
from gatekeeper.core.parties import Kind, Parties, Recipient

_STAFF = frozenset({Kind.CLERK, Kind.OFFICER, Kind.OWN})


class Writer(StrEnum):
    """As what the message goes out. `OFFICER` is whoever of the council is neither a member nor the Clerk."""

    MEMBER = "member"
    CLERK = "clerk"
    OFFICER = "officer"
    OUTSIDER = "outsider"


def writer_of(parties: Parties) -> Writer:
    """The weightiest claim decides where it is the Clerk's: what the Clerk's account sends is sent by the Clerk."""
    sender = parties.sender
    if not sender.ours:
        return Writer.OUTSIDER
    if sender.claims and sender.claims[0].kind is Kind.CLERK:
        return Writer.CLERK
    if sender.councillor is not None:
        return Writer.MEMBER
    return Writer.CLERK if any(c.kind is Kind.CLERK for c in sender.claims) else Writer.OFFICER


def may_reach_staff(parties: Parties) -> bool:
    return any(r.kind in _STAFF for r in parties.recipients)


def is_staff(recipient: Recipient, case: Case) -> bool:
    """The Clerk, an officer, or a mailbox of the council's that is no list of councillors."""
    if recipient.kind is not Kind.OWN:
        return recipient.kind in _STAFF
    listed = case.directory.members_of(recipient.group) if recipient.group else frozenset()
    return case.directory.councillors.isdisjoint(listed)


def clerk_is_visible(case: Case) -> bool:
    """Whether every recipient can see that the Clerk has the message."""
    return any(h.id in case.parties.visible_people for h in case.directory.proper_officers())


def clerk_has_it(case: Case) -> bool:
    return clerk_is_visible(case) or any(r.kind is Kind.CLERK for r in case.parties.recipients)
