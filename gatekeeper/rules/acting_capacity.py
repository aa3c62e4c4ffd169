"""acting-capacity: somebody with two roles writes, and it is not clear in which.

Stotfold and Brixton, Officers (last paragraph): a councillor who is also acting as an officer; the account tells the
role. Knutsford 3.7: whoever deputises as well. A bare title under the name makes nothing clear, but one that belongs to
the other role makes it unclear.
"""

from collections.abc import Iterable

from gatekeeper.core.address import Address, parse
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Parties
from gatekeeper.core.people import MEMBER_ROLES, OFFICER_ROLES, Appointment, Holder, Role
from gatekeeper.detect.capacity import Capacity, Statement, statements, titles
from gatekeeper.rules._people import is_on, shown

FOLLOWS_ACCOUNT = "role_follows_account"
_MEMBER, _OFFICER = "councillor", "officer"
_SAYS = {
    Capacity.OFFICER: _OFFICER,
    Capacity.OFFICE: _MEMBER,
    Capacity.INDIVIDUAL: _MEMBER,
    Capacity.PARTY: _MEMBER,
}


def judge(case: Case) -> Iterable[Finding]:
    holder = case.parties.sender.holder
    follows = is_on(case, RULE.name, FOLLOWS_ACCOUNT)
    if not case.parties.sender.ours or holder is None or not _is_dual(holder, follows):
        return
    addresses = [c.address for c in case.parties.sender.claims if c.holder is not None and c.holder.id == holder.id]
    by_account = {_role_of(holder, a, follows) for a in addresses}
    texts = tuple(shown(case))
    stated = [s for s in statements(texts) if s.capacity in _SAYS]
    if len(by_account) > 1:
        reason = f"{holder.name} has two roles, and the addresses of the message belong to both."
        yield Finding(RULE.name, ", ".join(dict.fromkeys(str(a) for a in addresses)), "sender", reason)
    elif told := "".join(by_account):
        yield from _contradicted(holder, told, (*stated, *titles(texts)))
    elif len({_SAYS[s.capacity] for s in stated}) != 1:
        reason = f"{holder.name} is {_roles(holder)}, and neither the account nor the words say in which role this is."
        yield Finding(RULE.name, str(addresses[0]), "sender", reason)


def _contradicted(holder: Holder, role: str, said: Iterable[Statement]) -> Iterable[Finding]:
    """The account tells one role, the words another and not that one too."""
    words = [s for s in said if s.capacity in _SAYS]
    other = [s for s in words if _SAYS[s.capacity] != role]
    if other and len(other) == len(words) and holder.is_councillor:
        reason = f"{holder.name} uses the account of the {role} and writes as the other of two roles."
        yield Finding(RULE.name, other[0].words, str(other[0].text.where), reason)


def _is_dual(holder: Holder, follows: bool) -> bool:
    """A councillor and an officer; where the account alone does not tell, an officer too who acts for the Clerk."""
    if holder.is_councillor and holder.is_officer:
        return True
    acting = Role.ACTING_PROPER_OFFICER in holder.roles
    return acting and not follows and len(holder.roles & OFFICER_ROLES) > 1


def _role_of(holder: Holder, address: Address, follows: bool) -> str:
    """The role that this mailbox of the holder's tells, or ""."""
    tied = [a for a in holder.appointments if _is_at(a, address)]
    if tied:
        return _OFFICER if any(a.role in OFFICER_ROLES for a in tied) else _MEMBER
    elsewhere = all(a.address for a in holder.appointments if a.role in OFFICER_ROLES)
    return _MEMBER if follows and holder.is_councillor and elsewhere else ""


def _is_at(appointment: Appointment, address: Address) -> bool:
    office = parse(appointment.address) if appointment.address else None
    return office is not None and office.key == address.key and appointment.role in MEMBER_ROLES | OFFICER_ROLES


def _roles(holder: Holder) -> str:
    named = dict.fromkeys(a.role.value for a in holder.appointments if a.role in MEMBER_ROLES | OFFICER_ROLES)
    return " and ".join(named)


def _wants_text(parties: Parties) -> bool:
    holder = parties.sender.holder
    return holder is not None and (
        (holder.is_councillor and holder.is_officer) or Role.ACTING_PROPER_OFFICER in holder.roles
    )


RULE = Rule("acting-capacity", judge, _wants_text)
