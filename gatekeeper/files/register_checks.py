"""What one entry of a register says about another: names used twice, groups in circles, mailboxes with two owners."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from gatekeeper.core.address import Address, domain_key, parse
from gatekeeper.core.people import (
    Agreement,
    AgreementKind,
    Appointment,
    Group,
    Person,
    Register,
)
from gatekeeper.files.faults import Faults
from gatekeeper.files.table import instead, told

ANYONE = "anyone"
"""The counterpart of an authority to write to whomever."""


def check_register(register: Register, faults: Faults) -> None:
    _ids(register, faults)
    _mailboxes(register, faults)
    _groups(register, faults)
    _contact_domains(register, faults)
    for number, agreement in enumerate(register.agreements):
        _agreement(register, agreement, f"agreement[{number}]", faults)


def _ids(register: Register, faults: Faults) -> None:
    first: dict[str, str] = {}
    for number, person in enumerate(register.persons):
        path = f"person[{number}].id"
        if person.id == ANYONE:
            faults.add(path, f'"{ANYONE}" is a word of its own in agreements', "write another id")
        elif person.id and person.id in first:
            said = f"{told(person.id)} is already the id of {first[person.id]}"
            faults.add(path, said, "write another id, or put both entries together")
        first.setdefault(person.id, person.name)


# --- mailboxes -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Claim:
    """That a mailbox is somebody's from one day to another, inclusive."""

    path: str
    owner: str
    name: str
    address: Address
    since: date
    until: date


def _mailboxes(register: Register, faults: Faults) -> None:
    """A mailbox has one owner on any day; it may pass from one to the next."""
    claims: dict[str, list[_Claim]] = {}
    for number, person in enumerate(register.persons):
        for claim in _claims(person, f"person[{number}]"):
            claims.setdefault(claim.address.key, []).append(claim)
    told_of: set[tuple[str, str, str]] = set()
    for key, several in claims.items():
        for later, claim in enumerate(several):
            other = next((c for c in several[:later] if c.path != claim.path and _meet(c, claim)), None)
            if other is None or (key, other.path, claim.path) in told_of:
                continue
            told_of.add((key, other.path, claim.path))
            day = max(other.since, claim.since)
            when = "" if day == date.min else f" on {day.isoformat()}"
            faults.add(
                claim.path,
                f"{claim.address} belongs to {claim.name} and to {other.name}{when} (see {other.path})",
                "remove it from one of them, or end the appointment of the one who left; an office's address stands as"
                ' address = "..." in the appointment only',
            )


def _meet(a: _Claim, b: _Claim) -> bool:
    return a.owner != b.owner and a.since <= b.until and b.since <= a.until


def _claims(person: Person, path: str) -> Iterator[_Claim]:
    """A person's own addresses for as long as any appointment lasts; an office's address as long as that office."""
    whole = [_span(a) for a in person.appointments] or [(date.min, date.max)]
    for key, addresses in (("addresses", person.addresses), ("private_addresses", person.private_addresses)):
        for address in addresses:
            for since, until in whole:
                yield _Claim(f"{path}.{key}", path, person.name, address, since, until)
    own = {a.key for a in person.every_address}
    for number, appointment in enumerate(person.appointments):
        office = parse(appointment.address)
        if office is not None and office.key not in own:
            where = f"{path}.appointments[{number}].address"
            yield _Claim(where, path, person.name, office, *_span(appointment))


def _span(appointment: Appointment) -> tuple[date, date]:
    return appointment.since, appointment.until or date.max


# --- groups --------------------------------------------------------------------------------------------------------


def _groups(register: Register, faults: Faults) -> None:
    people = {p.id for p in register.persons if p.id}
    owners = {a.key: p for p in register.persons for a in p.every_address}
    groups: dict[str, Group] = {}
    for number, group in enumerate(register.groups):
        path, key = f"group[{number}]", group.address.key
        if not group.address.local:
            continue
        if key in owners:
            said = f"{group.address} is the address of {owners[key].name}"
            faults.add(f"{path}.address", said, "write the group's own address")
        if key in groups:
            faults.add(f"{path}.address", f"{group.address} is a group already", "put both entries together")
        groups.setdefault(key, group)
    for number, group in enumerate(register.groups):
        for place, member in enumerate(group.members):
            if member not in people and _key(member) not in groups:
                remedy = _member_remedy(member, people, owners)
                faults.add(f"group[{number}].members[{place}]", f"{told(member)} is neither person nor group", remedy)
    _circles(register.groups, groups, faults)


def _member_remedy(member: str, people: set[str], owners: Mapping[str, Person]) -> str:
    if owner := owners.get(_key(member)):
        return f"write the person's id, {told(owner.id)}"
    return instead(member, sorted(people), verb="write the id of a person or the address of a group:")


def _circles(listed: tuple[Group, ...], groups: Mapping[str, Group], faults: Faults) -> None:
    """A group that contains itself, through however many others. Each circle is told once."""
    done: set[str] = set()
    found: set[frozenset[str]] = set()
    for number, group in enumerate(listed):
        circle = _circle(group.address.key, groups, done)
        if circle and frozenset(circle) not in found:
            found.add(frozenset(circle))
            names = " contains ".join(str(groups[k].address) for k in (*circle, circle[0]))
            faults.add(f"group[{number}].members", f"groups go round in a circle: {names}", "take one out of the other")


def _circle(start: str, groups: Mapping[str, Group], done: set[str]) -> tuple[str, ...]:
    """Depth first without recursion, as a file may nest groups as deep as it likes."""
    path: list[str] = []
    todo: list[tuple[str, bool]] = [(start, True)]
    while todo:
        key, entering = todo.pop()
        if not entering:
            path.pop()
            done.add(key)
        elif key in path:
            return tuple(path[path.index(key) :])
        elif key in groups and key not in done:
            path.append(key)
            todo.append((key, False))
            todo.extend((inner, True) for m in groups[key].members if (inner := _key(m)))
    return ()


def _key(member: str) -> str:
    address = parse(member) if "@" in member else None
    return address.key if address else ""


# --- contacts and agreements ---------------------------------------------------------------------------------------


def _contact_domains(register: Register, faults: Faults) -> None:
    own = {domain_key(d) for d in register.domains}
    for number, contact in enumerate(register.contacts):
        for domain in contact.domains:
            if domain_key(domain) in own:
                said = f"{told(domain)} is the council's own domain"
                faults.add(f"contact[{number}].domains", said, "write single addresses under addresses instead")


def _agreement(register: Register, agreement: Agreement, path: str, faults: Faults) -> None:
    people = sorted(p.id for p in register.persons if p.id)
    if agreement.member and agreement.member not in people:
        remedy = instead(agreement.member, people, verb="write the id of a person:")
        faults.add(f"{path}.member", f"{told(agreement.member)} is nobody in this register", remedy)
    other = agreement.counterpart
    if not other or other in people or _is_contact(register, agreement, other):
        return
    verb = "write the id of a person:"
    if agreement.kind is AgreementKind.AUTHORITY:
        verb = f'write "{ANYONE}", the name or an address of a contact, or the id of a person:'
    faults.add(f"{path}.with", f"{told(other)} is nobody in this register", instead(other, people, verb=verb))


def _is_contact(register: Register, agreement: Agreement, other: str) -> bool:
    if agreement.kind is not AgreementKind.AUTHORITY:
        return False
    keys = {a.key for c in register.contacts for a in c.addresses}
    return other == ANYONE or other in {c.name for c in register.contacts} or (_key(other) in keys)


# --- warnings ------------------------------------------------------------------------------------------------------


def register_warnings(register: Register, day: date) -> tuple[str, ...]:
    """What is allowed and yet hardly meant, as sentences, for that day."""
    directory = register.on(day)
    found = []
    officers = directory.proper_officers()
    if not officers:
        found.append(f"Nobody is Proper Officer of {register.name} on {day.isoformat()}; the deputy or chair reviews.")
    if len(officers) > 1:
        names = " and ".join(o.name for o in officers)
        found.append(f"{names} are both Proper Officer of {register.name} on {day.isoformat()}.")
    for person_id in sorted(directory.councillors):
        holder = directory.holders[person_id]
        if not any(directory.in_domains(a) for a in holder.person.addresses):
            found.append(f"Councillor {holder.name} has no address in the council's own domains, so gets no notices.")
    found.extend(_without_role(register, day))
    return tuple(found)


def _without_role(register: Register, day: date) -> Iterator[str]:
    """Members of a group who hold no role any more."""
    directory = register.on(day)
    for group in register.groups:
        for person_id in sorted(directory.members_of(group)):
            holder = directory.holders[person_id]
            if not holder.appointments:
                yield f"{holder.name} is in the group {group.address} and holds no role on {day.isoformat()}."
