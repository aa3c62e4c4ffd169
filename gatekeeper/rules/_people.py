"""What several rules ask about the parties and texts of a case."""

from collections.abc import Iterator

from gatekeeper.core.address import Address, domain_key, parse
from gatekeeper.core.case import Case
from gatekeeper.core.message import Text, Where
from gatekeeper.core.parties import Kind, Parties, Recipient, Sight
from gatekeeper.core.people import ContactKind, Directory, Holder

OFFICERS = frozenset({Kind.OFFICER, Kind.CLERK})
THIRD_PARTIES = frozenset({Kind.PRESS, Kind.MINISTER, Kind.PRINCIPAL, Kind.OUTSIDE})
SHOWN = (Where.SUBJECT, Where.BODY, Where.HTML, Where.ATTACHMENT)


def is_on(case: Case, rule: str, option: str) -> bool:
    """Whether the council's policy for the rule has this option and it is true."""
    policy = case.protocol.rules.get(rule)
    return policy is not None and policy.options.get(option) is True


def option(case: Case, rule: str, name: str) -> str:
    """The option's text, "" where there is none."""
    policy = case.protocol.rules.get(rule)
    return str(policy.options.get(name, "")) if policy is not None else ""


def third_parties(parties: Parties) -> tuple[Recipient, ...]:
    """Recipients who are neither councillors nor officers of this council; protected channels are none of them."""
    return tuple(
        r for r in parties.recipients if r.holder is None and r.kind in THIRD_PARTIES and r.sight is not Sight.SENDER
    )


def officer_writing(parties: Parties) -> Holder | None:
    """The officer whose message it is, by the weightiest claim that is one of the council's people."""
    for claim in parties.sender.claims if parties.sender.ours else ():
        if claim.holder is not None:
            return claim.holder if claim.kind in OFFICERS else None
    return None


def private_holder(directory: Directory, address: Address | None) -> Holder | None:
    """The councillor or officer whose registered private address this is."""
    holder = directory.person(address)
    if holder is None or address is None or not (holder.is_councillor or holder.is_officer):
        return None
    if any(address.key == a.key for a in holder.person.addresses):
        return None
    return holder if any(address.key == a.key for a in holder.person.private_addresses) else None


def is_in_network(directory: Directory, address: Address) -> bool:
    """A mailbox of the council: in its domains, a group, an office's mailbox or a council account of its people."""
    if directory.in_domains(address) or directory.group(address) is not None:
        return True
    holder = directory.person(address)
    if holder is None:
        return False
    offices = (parse(a.address) for a in holder.appointments)
    return any(address.key == a.key for a in (*holder.person.addresses, *(o for o in offices if o is not None)))


def is_contact(directory: Directory, address: Address, kind: ContactKind) -> bool:
    """Whether a contact of this kind has the address, its domain or a parent of that, whatever other contact does."""
    labels = address.domain_key.split(".")
    domains = {".".join(labels[start:]) for start in range(len(labels))}
    return any(
        c.kind is kind
        and (any(a.key == address.key for a in c.addresses) or any(domain_key(d) in domains for d in c.domains))
        for c in directory.register.contacts
    )


def shown(case: Case) -> Iterator[Text]:
    """The texts that a recipient is shown, without what stands in messages inside this one."""
    yield from (t for t in case.message.texts if t.where in SHOWN)


def place(text: Text) -> str:
    return f"{text.where} {text.name}".strip()
