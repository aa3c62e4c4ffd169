"""What changed between two registers or two protocols, in sentences for the clerk and the record."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import fields
from typing import TypeVar

from gatekeeper.core.finding import Action
from gatekeeper.core.people import Agreement, Appointment, Contact, Group, Person, Register
from gatekeeper.core.protocol import CouncilProtocol, RulePolicy

T = TypeVar("T")


def diff_register(old: Register, new: Register) -> tuple[str, ...]:
    """One sentence for each difference; none where both say the same."""
    return tuple(_register(old, new))


def _register(old: Register, new: Register) -> Iterator[str]:
    if old.name != new.name:
        yield f"The council is called {new.name}; it was {old.name}."
    if old.timezone != new.timezone:
        yield f"The timezone is {new.timezone}; it was {old.timezone}."
    yield from _members("The council's domains", old.domains, new.domains)
    yield from _entries(old.persons, new.persons, lambda p: p.id, lambda p: f"{p.name} ({p.id})", _person)
    yield from _entries(old.groups, new.groups, lambda g: g.address.key, lambda g: f"The group {g.address}", _group)
    yield from _entries(old.contacts, new.contacts, lambda c: (c.kind, c.name), _contact_name, _contact)
    yield from _members("The agreements", map(_agreement, old.agreements), map(_agreement, new.agreements))


def _entries(
    old: Iterable[T],
    new: Iterable[T],
    key: Callable[[T], object],
    name: Callable[[T], str],
    compare: Callable[[str, T, T], Iterator[str]],
) -> Iterator[str]:
    before, after = {key(e): e for e in old}, {key(e): e for e in new}
    for k, entry in after.items():
        if k not in before:
            yield f"{name(entry)} is new."
        elif entry != before[k]:
            yield from compare(name(entry), before[k], entry)
    for k, entry in before.items():
        if k not in after:
            yield f"{name(entry)} is no longer there."


def _members(what: str, old: Iterable[str], new: Iterable[str]) -> Iterator[str]:
    before, after = list(old), list(new)
    for entry in after:
        if entry not in before:
            yield f"{what}: {entry} is new."
    for entry in before:
        if entry not in after:
            yield f"{what}: {entry} is no longer there."


def _person(name: str, old: Person, new: Person) -> Iterator[str]:
    if old.name != new.name:
        yield f"{name} was called {old.name}."
    yield from _members(f"{name}, addresses", map(str, old.addresses), map(str, new.addresses))
    private = (map(str, p.private_addresses) for p in (old, new))
    yield from _members(f"{name}, private addresses", *private)
    appointments = (map(_appointment, p.appointments) for p in (old, new))
    yield from _members(f"{name}, appointments", *appointments)


def _appointment(a: Appointment) -> str:
    """For example "chair (planning) from 2024-05-14"."""
    of = f" ({a.body or a.topic})" if a.body or a.topic else ""
    until = f" until {a.until.isoformat()}" if a.until else ""
    return f"{a.role}{of} from {a.since.isoformat()}{until}" + (f" with {a.address}" if a.address else "")


def _group(name: str, old: Group, new: Group) -> Iterator[str]:
    if old.name != new.name:
        yield f"{name} is called {new.name}; it was {old.name}."
    yield from _members(name, old.members, new.members)


def _contact_name(contact: Contact) -> str:
    return f"The contact {contact.name} ({contact.kind})"


def _contact(name: str, old: Contact, new: Contact) -> Iterator[str]:
    if old.channel != new.channel:
        yield f"{name} is the channel {new.channel}; it was {old.channel}."
    yield from _members(name, (*map(str, old.addresses), *old.domains), (*map(str, new.addresses), *new.domains))


def _agreement(a: Agreement) -> str:
    since = f" from {a.since.isoformat()}" if a.since else ""
    until = f" until {a.until.isoformat()}" if a.until else ""
    about = "".join(f", {part}" for part in (a.matter, a.reference) if part)
    return f"{a.kind} of {a.member} with {a.counterpart}{about}{since}{until}"


# --- protocols -----------------------------------------------------------------------------------------------------

_NAMES = {
    "pack": "The pack",
    "title": "The title",
    "short": "The short name",
    "mode": "The mode",
    "adopted": "The day of adoption",
    "review": "The day of review",
    "unalterable": "What happens to a disclosure in a message that must not be altered",
    "notify_outsiders": "Late disclosure notices to outsiders",
    "join_seconds": "The wait for split messages, in seconds",
    "needless_holds": "The share of needless holds",
    "answer_days": "The days for an answer to an enquiry",
    "answer_unit": "The kind of those days",
}


def diff_protocol(old: CouncilProtocol, new: CouncilProtocol) -> tuple[str, ...]:
    """One sentence for each difference; none where both say the same."""
    return tuple(_protocol(old, new))


def _protocol(old: CouncilProtocol, new: CouncilProtocol) -> Iterator[str]:
    for key, name in _NAMES.items():
        yield from _change(name, getattr(old, key), getattr(new, key))
    for what, before, after in (("Footer", old.footer, new.footer), ("Unread", old.unread, new.unread)):
        for f in fields(before):
            name = f"{what}, {f.name.replace('_', ' ')}"
            yield from _change(name, getattr(before, f.name), getattr(after, f.name))
    periods = [[f"{a.isoformat()} to {b.isoformat()}" for a, b in p.elections] for p in (old, new)]
    yield from _members("Pre-election periods", *periods)
    for rule in dict.fromkeys((*new.rules, *old.rules)):
        yield from _rule(rule, old, new)
    for id in dict.fromkeys((*new.clauses, *old.clauses)):
        yield from _clause(id, old, new)


def _change(name: str, old: object, new: object) -> Iterator[str]:
    if old != new:
        yield f"{name}: {_shown(new)}; it was {_shown(old)}."


def _shown(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case None | "" | ():
            return "nothing"
        case tuple():
            return ", ".join(map(str, value))
        case Mapping():
            return ", ".join(f"{k} = {_shown(v)}" for k, v in value.items()) or "nothing"
        case _:
            return str(value)


def _rule(rule: str, old: CouncilProtocol, new: CouncilProtocol) -> Iterator[str]:
    off = RulePolicy(rule, Action.OFF, ())
    before, after = old.rules.get(rule, off), new.rules.get(rule, off)
    yield from _change(f"The rule {rule}", before.action, after.action)
    if off in (before, after):
        return
    yield from _change(f"The rule {rule}, clauses", before.clauses, after.clauses)
    yield from _change(f"The rule {rule}, the council's wording", before.words, after.words)
    yield from _change(f"The rule {rule}, exceptions", before.unless, after.unless)
    yield from _change(f"The rule {rule}, options", before.options, after.options)


def _clause(id: str, old: CouncilProtocol, new: CouncilProtocol) -> Iterator[str]:
    before, after = old.clauses.get(id), new.clauses.get(id)
    if before is None or after is None:
        cited = after or before
        if cited is not None:
            yield f"The clause {cited.citation} is {'new' if before is None else 'no longer there'}."
        return
    for part in ("citation", "effect", "place", "words"):
        yield from _change(f"The clause {after.citation}, {part}", getattr(before, part), getattr(after, part))
