"""The parties of a message: envelope and header seen through the register of the day.

Everything works on people, not on strings: an alias, a plus-address or another registered mailbox of the same
councillor in To or Cc makes the copy visible, and so does a visible group that contains the councillor.
"""

from collections.abc import Iterable

from gatekeeper.core.address import Address, parse
from gatekeeper.core.envelope import Direction, Path, Submission
from gatekeeper.core.message import Message, Unreadable
from gatekeeper.core.parties import Claim, Kind, Parties, Recipient, Sender, Sight
from gatekeeper.core.people import (
    Contact,
    ContactKind,
    Directory,
    Group,
    Holder,
    Role,
    channel_of,
)

_CONTACT_KINDS = {
    ContactKind.PRESS: Kind.PRESS,
    ContactKind.MINISTER: Kind.MINISTER,
    ContactKind.PRINCIPAL_COUNCIL: Kind.PRINCIPAL,
    ContactKind.PRINCIPAL_WARD_COUNCILLOR: Kind.PRINCIPAL,
    ContactKind.SAFE_CHANNEL: Kind.SAFE,
}


def identify(submission: Submission, message: Message | Unreadable, directory: Directory) -> Parties:
    """Who writes to whom. An unreadable message makes nobody visible."""
    sender = identify_sender(submission, message, directory)
    seen = message.visible if isinstance(message, Message) else ()
    groups = tuple(dict.fromkeys(g for a in seen if (g := directory.group(a)) is not None))
    by_group = {person: g for g in reversed(groups) for person in directory.members_of(g)}
    seen_people = frozenset(h.id for a in seen if (h := directory.person(a)) is not None)
    view = _View(directory, sender, frozenset(a.key for a in seen), seen_people, by_group)
    recipients = tuple(view.recipient(p) for p in submission.rcpt_to)
    return Parties(sender, recipients, seen_people | by_group.keys(), groups)


def identify_sender(submission: Submission, message: Message | Unreadable, directory: Directory) -> Sender:
    """Whose message it is. On an incoming door everything is from outside, whatever it claims."""
    stated = tuple(claimed(submission, message))
    address = stated[0][1] if stated else None
    if submission.direction is Direction.INCOMING:
        return Sender(address, None, False, tuple(Claim(by, a, None, Kind.OUTSIDE) for by, a in stated))
    claims = tuple(_claim(by, a, directory) for by, a in stated)
    holder = next((c.holder for c in claims if c.holder is not None), None)
    ours = any(directory.is_ours(c.address) for c in claims)
    return Sender(address, holder, ours, claims)


def _claim(by: str, address: Address, directory: Directory) -> Claim:
    holder = directory.person(address)
    return Claim(by, address, holder, kind_of(directory, address, holder, directory.contact(address)))


def claimed(submission: Submission, message: Message | Unreadable) -> Iterable[tuple[str, Address]]:
    """The identities that a message claims, by weight: account, reverse-path, From, Sender."""
    if account := parse(submission.account):
        yield "account", account
    if reverse := submission.mail_from.address:
        yield "reverse-path", reverse
    for mailbox in message.from_:
        yield "from", mailbox.address
    if message.sender is not None:
        yield "sender", message.sender.address


class _View:
    """What is the same for every recipient of one message."""

    def __init__(
        self,
        directory: Directory,
        sender: Sender,
        seen_keys: frozenset[str],
        seen_people: frozenset[str],
        by_group: dict[str, Group],
    ) -> None:
        self._directory = directory
        self._seen_keys = seen_keys
        self._seen_people = seen_people
        self._by_group = by_group
        self._author = sender.holder
        self._own_keys = sender.own_keys

    def recipient(self, path: Path) -> Recipient:
        address = path.address
        if address is None:
            return Recipient(path, None, Sight.BLIND, Kind.OUTSIDE)
        holder = self._directory.person(address)
        found = self._directory.contact(address)
        contact = None if holder else found
        group = self._directory.group(address) or (self._by_group.get(holder.id) if holder else None)
        kind = kind_of(self._directory, address, holder, found)
        return Recipient(path, address, self._sight(address, holder), kind, holder, contact, group)

    def _sight(self, address: Address, holder: Holder | None) -> Sight:
        if address.key in self._seen_keys or (holder and holder.id in self._seen_people):
            return Sight.VISIBLE
        if address.key in self._own_keys or (holder and self._author and holder.id == self._author.id):
            return Sight.SENDER
        if holder and holder.id in self._by_group:
            return Sight.BY_GROUP
        return Sight.BLIND


def kind_of(directory: Directory, address: Address, holder: Holder | None, contact: Contact | None) -> Kind:
    """What the owner of an address is to the council, `holder` and `contact` being what the directory knows by it. A
    role that is tied to an address counts for that address."""
    if channel_of(holder, contact):
        return Kind.SAFE
    if holder is not None:
        return _kind_of_holder(directory, address, holder)
    if contact is not None:
        return _CONTACT_KINDS.get(contact.kind, Kind.OUTSIDE)
    return Kind.OWN if directory.is_ours(address) else Kind.OUTSIDE


def _kind_of_holder(directory: Directory, address: Address, holder: Holder) -> Kind:
    tied = {a.role for a in holder.appointments if a.address and (t := parse(a.address)) and t.key == address.key}
    roles = tied or holder.roles
    if holder.is_councillor and not tied:
        return Kind.COUNCILLOR
    if Role.ACTING_PROPER_OFFICER in roles or holder in directory.proper_officers():
        return Kind.CLERK
    if not roles.isdisjoint({Role.OFFICER, Role.PROPER_OFFICER, Role.DEPUTY_PROPER_OFFICER}):
        return Kind.OFFICER
    return Kind.COUNCILLOR if holder.is_councillor else Kind.OWN
