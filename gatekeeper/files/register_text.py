"""A register as register.toml, in the order in which it was read."""

from gatekeeper.core.people import Agreement, Appointment, Contact, Group, Person, Register
from gatekeeper.files.toml_text import toml_lines, toml_value


def register_text(register: Register) -> str:
    """The text from which `parse_register` gives this register again."""
    head = {"name": register.name, "domains": register.domains, "timezone": register.timezone}
    blocks = [
        ["[council]", *toml_lines(head)],
        *(_person(p) for p in register.persons),
        *(_group(g) for g in register.groups),
        *(_contact(c) for c in register.contacts),
        *(_agreement(a) for a in register.agreements),
    ]
    return "\n\n".join("\n".join(lines) for lines in blocks) + "\n"


def _person(person: Person) -> list[str]:
    head = {"id": person.id, "name": person.name}
    lines = ["[[person]]", *toml_lines(head), f"addresses = {toml_value([str(a) for a in person.addresses])}"]
    lines += toml_lines({"private_addresses": [str(a) for a in person.private_addresses]})
    if person.appointments:
        lines += ["appointments = [", *(f"  {_appointment(a)}," for a in person.appointments), "]"]
    return lines


def _appointment(appointment: Appointment) -> str:
    values = {
        "role": appointment.role.value,
        "body": appointment.body,
        "topic": appointment.topic,
        "from": appointment.since,
        "until": appointment.until,
        "address": appointment.address,
    }
    return toml_value({k: v for k, v in values.items() if v})


def _group(group: Group) -> list[str]:
    values = {"address": str(group.address), "name": group.name, "members": group.members}
    return ["[[group]]", *toml_lines(values)]


def _contact(contact: Contact) -> list[str]:
    values = {
        "kind": contact.kind.value,
        "channel": contact.channel,
        "name": contact.name,
        "addresses": [str(a) for a in contact.addresses],
        "domains": contact.domains,
    }
    return ["[[contact]]", *toml_lines(values)]


def _agreement(agreement: Agreement) -> list[str]:
    values = {
        "kind": agreement.kind.value,
        "member": agreement.member,
        "with": agreement.counterpart,
        "matter": agreement.matter,
        "reference": agreement.reference,
        "from": agreement.since,
        "until": agreement.until,
    }
    return ["[[agreement]]", *toml_lines(values)]
