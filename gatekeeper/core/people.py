"""Who is who: persons, their appointments, groups, contacts and agreements, and all of them on one day.

`Register` is the whole file with its dates. `Register.on(day)` gives the `Directory` of that day, which is what
judgement uses: it answers "whose mailbox is this?" and "what is this person?".
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from gatekeeper.core.address import Address, domain_key, parse


class Role(StrEnum):
    COUNCILLOR = "councillor"
    OFFICER = "officer"
    PROPER_OFFICER = "proper-officer"
    DEPUTY_PROPER_OFFICER = "deputy-proper-officer"
    ACTING_PROPER_OFFICER = "acting-proper-officer"
    MAYOR = "mayor"
    DEPUTY_MAYOR = "deputy-mayor"
    CHAIR = "chair"
    VICE_CHAIR = "vice-chair"
    COMMITTEE_MEMBER = "committee-member"
    SPOKESPERSON = "spokesperson"
    SIGNATORY = "signatory"
    MONITORING_OFFICER = "monitoring-officer"
    AUDITOR = "auditor"


MEMBER_ROLES = frozenset(
    {Role.COUNCILLOR, Role.MAYOR, Role.DEPUTY_MAYOR, Role.CHAIR, Role.VICE_CHAIR, Role.COMMITTEE_MEMBER}
)
"""Roles that only a councillor holds."""

OFFICER_ROLES = frozenset({Role.OFFICER, Role.PROPER_OFFICER, Role.DEPUTY_PROPER_OFFICER, Role.ACTING_PROPER_OFFICER})

PROTECTED_ROLES = MappingProxyType({Role.MONITORING_OFFICER: "monitoring-officer", Role.AUDITOR: "auditor"})
"""Roles whose holders are reached through a protected channel, and the channel's name."""


@dataclass(frozen=True, slots=True)
class Appointment:
    """One role, from `since` to `until` inclusive; no `until` means still in office. `address` is the office's mailbox:
    it is the holder's for as long as the appointment lasts, and the next holder's thereafter."""

    role: Role
    since: date
    until: date | None = None
    body: str = ""
    topic: str = ""
    address: str = ""

    def holds_on(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Person:
    id: str
    name: str
    addresses: tuple[Address, ...]
    private_addresses: tuple[Address, ...] = ()
    appointments: tuple[Appointment, ...] = ()

    @property
    def every_address(self) -> tuple[Address, ...]:
        return self.addresses + self.private_addresses


@dataclass(frozen=True, slots=True)
class Group:
    """A distribution list. `members` are person ids or addresses of further groups."""

    address: Address
    name: str
    members: tuple[str, ...]


class ContactKind(StrEnum):
    PRESS = "press"
    COMPLAINANT = "complainant"
    MINISTER = "minister"
    PRINCIPAL_COUNCIL = "principal-council"
    PRINCIPAL_WARD_COUNCILLOR = "principal-ward-councillor"
    AUTHORISED_RECIPIENT = "authorised-recipient"
    SAFE_CHANNEL = "safe-channel"


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody outside. `channel` is given for a safe channel only."""

    kind: ContactKind
    name: str
    addresses: tuple[Address, ...] = ()
    domains: tuple[str, ...] = ()
    channel: str = ""


class AgreementKind(StrEnum):
    DIRECT_CHANNEL = "direct-channel"
    CONSENT = "consent"
    AUTHORITY = "authority"


@dataclass(frozen=True, slots=True)
class Agreement:
    """What the Proper Officer, the council or an author has agreed to; dates inclusive."""

    kind: AgreementKind
    member: str
    counterpart: str
    matter: str = ""
    reference: str = ""
    since: date | None = None
    until: date | None = None

    def holds_on(self, day: date) -> bool:
        return (self.since is None or self.since <= day) and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Holder:
    """A person with the appointments held on the day that was asked about."""

    person: Person
    appointments: tuple[Appointment, ...]

    @property
    def id(self) -> str:
        return self.person.id

    @property
    def name(self) -> str:
        return self.person.name

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(a.role for a in self.appointments)

    @property
    def is_councillor(self) -> bool:
        return not self.roles.isdisjoint(MEMBER_ROLES)

    @property
    def is_officer(self) -> bool:
        return not self.roles.isdisjoint(OFFICER_ROLES)

    @property
    def channel(self) -> str:
        """The protected channel this person is, or ""."""
        return next((PROTECTED_ROLES[r] for r in sorted(self.roles) if r in PROTECTED_ROLES), "")


@dataclass(frozen=True)
class Register:
    """A council's register as the file or the store has it."""

    council: str
    name: str
    domains: tuple[str, ...]
    timezone: str
    persons: tuple[Person, ...]
    groups: tuple[Group, ...] = ()
    contacts: tuple[Contact, ...] = ()
    agreements: tuple[Agreement, ...] = ()
    version: str = ""
    _days: dict[date, "Directory"] = field(default_factory=dict, compare=False, repr=False)

    def on(self, day: date) -> "Directory":
        """Who is who on that day. Kept for the days asked last, as every message of a day asks the same."""
        found = self._days.get(day)
        if found is None:
            if len(self._days) > 64:
                self._days.clear()
            found = self._days[day] = Directory(self, day)
        return found


class Directory:
    """The register on one day."""

    def __init__(self, register: Register, day: date) -> None:
        self.register = register
        self.day = day
        self.holders: Mapping[str, Holder] = {
            p.id: Holder(p, tuple(a for a in p.appointments if a.holds_on(day))) for p in register.persons
        }
        self._person_by_key = _people_by_key(register.persons, self.holders)
        self._group_by_key = {g.address.key: g for g in register.groups}
        self._contact_by_key: dict[str, Contact] = {}
        self._contact_by_domain: dict[str, Contact] = {}
        for contact in sorted(register.contacts, key=lambda c: c.kind is not ContactKind.SAFE_CHANNEL):
            for address in contact.addresses:
                self._contact_by_key.setdefault(address.key, contact)
            for domain in contact.domains:
                self._contact_by_domain.setdefault(domain_key(domain), contact)
        self._domains = frozenset(domain_key(d) for d in register.domains)

    def person(self, address: Address | None) -> Holder | None:
        """Whose registered mailbox this is, private ones included."""
        return None if address is None else self._person_by_key.get(address.key)

    def holder(self, person_id: str) -> Holder | None:
        return self.holders.get(person_id)

    def group(self, address: Address | None) -> Group | None:
        return None if address is None else self._group_by_key.get(address.key)

    def contact(self, address: Address | None) -> Contact | None:
        """The contact with that address, else the one with its domain or a parent of it."""
        if address is None:
            return None
        if found := self._contact_by_key.get(address.key):
            return found
        domain = address.domain_key
        while "." in domain:
            if found := self._contact_by_domain.get(domain):
                return found
            domain = domain.partition(".")[2]
        return None

    def channel(self, address: Address | None) -> str:
        """The protected channel behind this address, or "" (see "Protected channels" in the README)."""
        return "" if address is None else channel_of(self.person(address), self.contact(address))

    def is_ours(self, address: Address | None) -> bool:
        """An address of one of the council's people, groups or domains."""
        if address is None:
            return False
        return (
            address.domain_key in self._domains
            or address.key in self._person_by_key
            or address.key in self._group_by_key
        )

    def in_domains(self, address: Address) -> bool:
        """An address in one of the council's own domains."""
        return address.domain_key in self._domains

    def members_of(self, group: Group) -> frozenset[str]:
        """Person ids in the group, through nested groups."""
        people: set[str] = set()
        seen: set[str] = set()
        todo = [group]
        while todo:
            current = todo.pop()
            if current.address.key in seen:
                continue
            seen.add(current.address.key)
            for member in current.members:
                if member in self.holders:
                    people.add(member)
                elif inner := self._group_by_key.get(_member_key(member)):
                    todo.append(inner)
        return frozenset(people)

    @cached_property
    def councillors(self) -> frozenset[str]:
        return frozenset(i for i, h in self.holders.items() if h.is_councillor)

    @property
    def groups(self) -> tuple[Group, ...]:
        return self.register.groups

    def with_role(self, *roles: Role) -> tuple[Holder, ...]:
        return tuple(h for h in self.holders.values() if not h.roles.isdisjoint(roles))

    def proper_officers(self) -> tuple[Holder, ...]:
        """The Proper Officer of the day: whoever acts as such, else the holder of the office."""
        return self._proper_officers

    @cached_property
    def _proper_officers(self) -> tuple[Holder, ...]:
        return self.with_role(Role.ACTING_PROPER_OFFICER) or self.with_role(Role.PROPER_OFFICER)


def channel_of(holder: Holder | None, contact: Contact | None) -> str:
    """The protected channel that a person or contact is, or ""."""
    if holder is not None and (channel := holder.channel):
        return channel
    return contact.channel if contact is not None and contact.kind is ContactKind.SAFE_CHANNEL else ""


def _member_key(member: str) -> str:
    local, _, domain = member.rpartition("@")
    return Address(local, domain).key if local else ""


def _people_by_key(persons: Iterable[Person], holders: Mapping[str, Holder]) -> dict[str, Holder]:
    """Who has which mailbox. Where a mailbox passed from one person to another, whoever holds a role has it;
    an office's mailbox belongs to whoever holds that office on the day."""
    found: dict[str, Holder] = {}
    for person in persons:
        holder = holders[person.id]
        for address in person.every_address:
            other = found.get(address.key)
            if other is None or (not other.appointments and holder.appointments):
                found[address.key] = holder
    for holder in holders.values():
        for office in (parse(a.address) for a in holder.appointments):
            if office is not None:
                found[office.key] = holder
    return found
