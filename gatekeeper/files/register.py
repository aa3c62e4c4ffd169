"""register.toml: who is who."""

from dataclasses import replace
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from gatekeeper.core.address import Address
from gatekeeper.core.people import (
    Agreement,
    AgreementKind,
    Appointment,
    Contact,
    ContactKind,
    Group,
    Person,
    Register,
    Role,
)
from gatekeeper.files.faults import Faults
from gatekeeper.files.names import address_in, addresses_in, domains_in, id_in, span_in, zone_in
from gatekeeper.files.register_checks import check_register
from gatekeeper.files.register_text import register_text
from gatekeeper.files.table import Table, instead, told
from gatekeeper.files.toml_text import read_text, read_toml


class Channel(StrEnum):
    """The protected channels that a contact can be."""

    MONITORING_OFFICER = "monitoring-officer"
    WHISTLEBLOWING = "whistleblowing"
    GRIEVANCE = "grievance"
    POLICE = "police"
    AUDITOR = "auditor"
    OMBUDSMAN = "ombudsman"
    INFORMATION_COMMISSIONER = "information-commissioner"
    MP = "mp"
    TRADE_UNION = "trade-union"
    LEGAL = "legal"


WITH_BODY = frozenset({Role.CHAIR, Role.VICE_CHAIR, Role.COMMITTEE_MEMBER})
"""Roles that are held in a body; `body = "council"` is the council itself."""


def load_register(path: Path, council: str) -> Register:
    """The register of that file. Raises `Unusable` with a line for every fault."""
    return parse_register(read_text(path, f"register of the council {council}"), council, str(path))


def parse_register(text: str, council: str, name: str = "register.toml") -> Register:
    """The register in a text; `name` is what faults call the file. Raises `Unusable` with a line for every fault.

    `Register.version` is a digest of what it says, not of how the file is laid out.
    """
    faults = Faults(name)
    top = Table(read_toml(text, name), faults)
    register = _register(top, council)
    check_register(register, faults)
    top.done()
    faults.raise_if_any()
    return replace(register, version=sha256(register_text(register).encode()).hexdigest())


def _register(top: Table, council: str) -> Register:
    head = top.table("council")
    found = Register(
        council=council,
        name=head.text("name", example="Stotfold Town Council"),
        domains=domains_in(top.faults, head.texts("domains", example="stotfold.example", required=True)),
        timezone=zone_in(head, "timezone"),
        persons=tuple(_person(t) for t in top.tables("person")),
        groups=tuple(_group(t) for t in top.tables("group")),
        contacts=tuple(_contact(t) for t in top.tables("contact")),
        agreements=tuple(_agreement(t) for t in top.tables("agreement")),
    )
    head.done()
    return found


def _person(table: Table) -> Person:
    found = Person(
        id=id_in(table, "id", "j-smith"),
        name=table.text("name", example="Jane Smith"),
        addresses=addresses_in(
            table.faults, table.texts("addresses", example="jane.smith@stotfold.example", required=True)
        ),
        private_addresses=addresses_in(table.faults, table.texts("private_addresses")),
        appointments=tuple(a for t in table.tables("appointments", inline=True) if (a := _appointment(t))),
    )
    table.done()
    return found


def _appointment(table: Table) -> Appointment | None:
    role = table.required_choice("role", Role)
    since, until = span_in(table, required=True)
    body, topic, address = (table.text(k, default="") for k in ("body", "topic", "address"))
    if address:
        address_in(table.faults, table.at("address"), address)
    table.done()
    if role is None:
        return None
    _belongs(table, "body", body, role, role in WITH_BODY, "planning")
    _belongs(table, "topic", topic, role, role is Role.SPOKESPERSON, "allotments")
    return Appointment(role, since, until, body, topic, address) if since else None


def _belongs(table: Table, key: str, value: str, role: Role, wanted: bool, example: str) -> None:
    """A chair is the chair of something, and a councillor is not."""
    if wanted and not value.strip():
        table.wrong(key, f"it is missing for the role {role}", f'write {key} = "{example}"')
    elif value and not wanted:
        table.wrong(key, f"the role {role} has none", "remove it")


def _group(table: Table) -> Group:
    text = table.text("address", example="planning@stotfold.example")
    address = address_in(table.faults, table.at("address"), text) if text.strip() else None
    members = table.texts("members", example="j-smith", required=True)
    if table.has("members") and not table.values_of("members"):
        table.wrong("members", "nobody is in this group", 'write the ids of people, as in ["j-smith"], or remove it')
    found = Group(
        address=address or Address("", ""),
        name=table.text("name", example="members of the Planning Committee"),
        members=tuple(m.text for m in members),
    )
    table.done()
    return found


def _contact(table: Table) -> Contact:
    kind = table.required_choice("kind", ContactKind)
    found = Contact(
        kind=kind or ContactKind.PRESS,
        name=table.text("name", example="The Comet"),
        addresses=addresses_in(table.faults, table.texts("addresses", example="news@comet.example")),
        domains=domains_in(table.faults, table.texts("domains", example="comet.example")),
        channel=_channel(table, kind),
    )
    if not (table.values_of("addresses") or table.values_of("domains")):
        table.wrong("addresses", "there are neither addresses nor domains", 'write addresses = ["news@comet.example"]')
    table.done()
    return found


def _channel(table: Table, kind: ContactKind | None) -> str:
    names = [c.value for c in Channel]
    value = table.text("channel", default="")
    if kind is not ContactKind.SAFE_CHANNEL:
        if value and kind is not None:
            table.wrong(
                "channel", f"a contact of the kind {kind} has none", 'remove it, or write kind = "safe-channel"'
            )
    elif not value:
        table.wrong("channel", "it is missing for a safe channel", f"write one of {', '.join(names)}")
    elif value not in names:
        table.wrong("channel", f"{told(value)} is unknown", instead(value, names))
    return value


def _agreement(table: Table) -> Agreement:
    kind = table.required_choice("kind", AgreementKind)
    member = table.text("member", example="j-smith")
    counterpart = table.text("with", example="p-planner")
    since, until = span_in(table)
    found = Agreement(
        kind=kind or AgreementKind.AUTHORITY,
        member=member,
        counterpart=counterpart,
        matter=table.text("matter", default=""),
        reference=table.text("reference", default=""),
        since=since,
        until=until,
    )
    table.done()
    return found
