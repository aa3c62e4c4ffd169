"""The councils of this installation: whose mail a message is, with each council's register, protocol and key."""

import hashlib
import hmac
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from gatekeeper.core.address import Address, domain_key
from gatekeeper.core.people import Directory, Register
from gatekeeper.core.protocol import CouncilProtocol


@dataclass(frozen=True)
class Council:
    """One council. `key` is its own secret (32 octets), under which digests of its mail are made."""

    id: str
    register: Register
    protocol: CouncilProtocol
    key: bytes

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.register.timezone)

    def day(self, at: datetime) -> date:
        """The day of receipt, in the council's timezone."""
        return at.astimezone(self.zone).date()

    def directory(self, at: datetime) -> Directory:
        return self.register.on(self.day(at))

    def digest(self, *pieces: bytes | memoryview) -> str:
        """A keyed digest of these octets (HMAC-SHA256, hex). Says whether two things are equal, and nothing else."""
        mac = hmac.new(self.key, digestmod=hashlib.sha256)
        for piece in pieces:
            mac.update(len(piece).to_bytes(8, "big"))
            mac.update(piece)
        return mac.hexdigest()


def council_key(master: bytes, council: str) -> bytes:
    """The council's own key, derived from the installation's secret (HKDF-Expand of RFC 5869, one block)."""
    return hmac.new(master, b"gatekeeper council " + council.encode() + b"\x01", hashlib.sha256).digest()


class Councils:
    """All of them, found by address. One address or domain belongs to at most one council.

    `replace` puts new versions in force for everybody who holds this object; `generation` counts how often.
    """

    def __init__(self, councils: Iterable[Council]) -> None:
        self.generation = 0
        self.all: dict[str, Council] = {}
        self._by_domain: dict[str, Council] = {}
        self._by_address: dict[str, Council] = {}
        self.replace(councils)

    def replace(self, councils: Iterable[Council]) -> None:
        everybody = {c.id: c for c in councils}
        by_domain: dict[str, Council] = {}
        by_address: dict[str, Council] = {}
        for council in everybody.values():
            by_domain.update((domain_key(d), council) for d in council.register.domains)
            for person in council.register.persons:
                by_address.update((a.key, council) for a in person.every_address)
            by_address.update((g.address.key, council) for g in council.register.groups)
        self.all, self._by_domain, self._by_address = everybody, by_domain, by_address
        self.generation += 1

    def of(self, address: Address | None) -> Council | None:
        """The council whose person, group or domain this is."""
        if address is None:
            return None
        return self._by_address.get(address.key) or self._by_domain.get(address.domain_key)

    def first_of(self, addresses: Iterable[Address | None]) -> Council | None:
        return next((c for a in addresses if (c := self.of(a)) is not None), None)
