"""Register and protocol of every council, and what one council's files say about another's."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TypeVar

from gatekeeper.core.address import Address, domain_key
from gatekeeper.core.people import Register
from gatekeeper.core.protocol import CouncilProtocol
from gatekeeper.files.faults import Fault, Faulty
from gatekeeper.files.packs import Packs
from gatekeeper.files.protocol import load_protocol
from gatekeeper.files.register import load_register

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class CouncilFiles:
    """Where a council's two files lie."""

    id: str
    register: Path
    protocol: Path


@dataclass(frozen=True, slots=True)
class LoadedCouncil:
    files: CouncilFiles
    register: Register
    protocol: CouncilProtocol


def load_councils(
    councils: Iterable[CouncilFiles], packs: Packs | None = None, answered: Iterable[Address | None] = ()
) -> tuple[LoadedCouncil, ...]:
    """All of them. `answered` are the addresses that gatekeeper answers itself. Raises `Unusable` with a line for every
    fault in every file, for every domain or address that two councils claim, and for every person or group whose mail
    gatekeeper would answer."""
    packs = packs or Packs()
    faults: list[Fault] = []
    found = []
    for files in councils:
        register = _try(partial(load_register, files.register, files.id), faults)
        protocol = _try(partial(load_protocol, files.protocol, files.id, packs), faults)
        if register is not None and protocol is not None:
            found.append(LoadedCouncil(files, register, protocol))
    faults.extend(_shared(found))
    faults.extend(_answered(found, {a.key for a in answered if a is not None}))
    if faults:
        raise Faulty(faults)
    return tuple(found)


def _try(load: Callable[[], T], faults: list[Fault]) -> T | None:
    try:
        return load()
    except Faulty as error:
        faults.extend(error.faults)
        return None


def _shared(councils: Iterable[LoadedCouncil]) -> Iterator[Fault]:
    """Mail belongs to one council, so no domain or address belongs to two."""
    owners: dict[str, LoadedCouncil] = {}
    for council in councils:
        for path, shown, key in _claims(council.register):
            owner = owners.setdefault(key, council)
            if owner.files.id != council.files.id:
                said = f"{shown} belongs to {owner.register.name} too (see {owner.files.register})"
                yield Fault(str(council.files.register), path, said, "leave it in one of the two registers")


def _answered(councils: Iterable[LoadedCouncil], keys: set[str]) -> Iterator[Fault]:
    """Mail to such a person or group would never arrive."""
    for council in councils:
        for path, shown, key in _claims(council.register):
            if key in keys:
                said = f"{shown} is an address that gatekeeper answers itself"
                yield Fault(str(council.files.register), path, said, "write another one below [addresses]")


def _claims(register: Register) -> Iterator[tuple[str, str, str]]:
    for domain in register.domains:
        yield "council.domains", domain, domain_key(domain)
    for number, person in enumerate(register.persons):
        for address in {a.key: a for a in person.every_address}.values():
            yield f"person[{number}].addresses", str(address), address.key
    for number, group in enumerate(register.groups):
        yield f"group[{number}].address", str(group.address), group.address.key
