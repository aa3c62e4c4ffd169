"""`[[listener]]` of gatekeeper.toml: the doors, and what must not be true of several of them together."""

import contextlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, fields
from enum import StrEnum
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from pathlib import Path
from types import MappingProxyType

from gatekeeper.core.envelope import Direction
from gatekeeper.files.faults import Faults
from gatekeeper.files.table import Item, Table, told

Network = IPv4Network | IPv6Network

HERE = frozenset({"localhost", "ip6-localhost"})
EVERYWHERE = frozenset({"0.0.0.0", "::"})  # noqa: S104 - looked for, not listened on


class BareNewline(StrEnum):
    REFUSE = "refuse"
    NORMALISE = "normalise"


class NextHopTls(StrEnum):
    NONE = "none"
    REQUIRED = "required"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A host (without brackets where it is IPv6) and a port; port 0 is any free one."""

    host: str
    port: int

    def __str__(self) -> str:
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def overlaps(self, other: "Endpoint") -> bool:
        """Whether both cannot be listened on at once; any free port meets nobody."""
        if not self.port or self.port != other.port:
            return False
        return self.host == other.host or not EVERYWHERE.isdisjoint({self.host, other.host}) or self._one_named(other)

    def is_reached_by(self, target: "Endpoint") -> bool:
        """Whether a connection to `target` arrives here, as far as the file can tell."""
        if not self.port or self.port != target.port:
            return False
        here = target.host in EVERYWHERE | HERE or _is_loopback(target.host)
        return self.host == target.host or (self.host in EVERYWHERE and here) or self._one_named(target)

    def _one_named(self, other: "Endpoint") -> bool:
        """Whether one is this machine by name, and the other this machine by number."""
        both = {self.host, other.host}
        return not both.isdisjoint(HERE) and all(h in HERE or _is_loopback(h) for h in both)


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class DoorLimits:
    """Sizes are octets, spans seconds; see the comments in `config/gatekeeper.toml`."""

    max_size: int = 52_428_800
    max_recipients: int = 1000
    max_hops: int = 50
    max_connections: int = 500
    max_connections_per_client: int = 100
    max_kept_connections: int = 20
    min_octets_per_second: int = 500
    client_idle_seconds: int = 300
    data_idle_seconds: int = 180
    stop_seconds: int = 30
    connect_seconds: int = 30
    command_seconds: int = 300
    upload_idle_seconds: int = 180
    final_dot_seconds: int = 600
    keep_seconds: int = 10


_LIMITS = MappingProxyType({"max_size": (65_536, 2**31), "min_octets_per_second": (0, 10**9), "keep_seconds": (0, 600)})
_ELSE = (1, 100_000)


@dataclass(frozen=True, slots=True)
class ListenerSettings:
    """One door. With `tls_certificate` and `tls_key` it offers STARTTLS; `next_hop_tls` required checks the next hop's
    certificate against `next_hop_tls_name`, else its host, by `next_hop_ca`, else the system's authorities. An empty
    `hostname` is the machine's name."""

    name: str
    address: Endpoint
    next_hop: Endpoint
    trusted: tuple[Network, ...]
    direction: Direction
    bare_newline: BareNewline
    xclient: tuple[Network, ...]
    hostname: str
    limits: DoorLimits
    tls_certificate: Path | None
    tls_key: Path | None
    next_hop_tls: NextHopTls
    next_hop_tls_name: str
    next_hop_ca: Path | None


NOWHERE = Endpoint("", 0)


def listener_in(table: Table, folder: Path) -> ListenerSettings:
    direction = table.choice("direction", Direction, Direction.BOTH)
    newline = BareNewline.NORMALISE if direction is Direction.INCOMING else BareNewline.REFUSE
    certificate, key = (file_in(table, k, folder) for k in ("tls_certificate", "tls_key"))
    if (certificate is None) != (key is None) and table.has("tls_certificate") != table.has("tls_key"):
        missing = "tls_key" if key is None else "tls_certificate"
        table.wrong(missing, "it is missing: certificate and key go together", "write both, or neither")
    found = ListenerSettings(
        name=table.text("name", example="relay"),
        address=endpoint_in(table, "address", "127.0.0.1:10025", any_port=True),
        next_hop=endpoint_in(table, "next_hop", "127.0.0.1:10026"),
        trusted=_networks(table, "trusted", ("127.0.0.0/8", "::1")),
        direction=direction,
        bare_newline=table.choice("bare_newline", BareNewline, newline),
        xclient=_networks(table, "xclient", ()),
        hostname=table.text("hostname", default=""),
        limits=_limits(table),
        tls_certificate=certificate,
        tls_key=key,
        next_hop_tls=table.choice("next_hop_tls", NextHopTls, NextHopTls.NONE),
        next_hop_tls_name=table.text("next_hop_tls_name", default=""),
        next_hop_ca=file_in(table, "next_hop_ca", folder),
    )
    _tls_is_meant(table, found)
    table.done()
    return found


def _tls_is_meant(table: Table, door: ListenerSettings) -> None:
    if door.next_hop_tls is NextHopTls.REQUIRED:
        return
    for key in ("next_hop_ca", "next_hop_tls_name"):
        if table.values_of(key):
            table.wrong(key, "it does nothing without TLS", 'write next_hop_tls = "required" too, or remove it')


def _limits(table: Table) -> DoorLimits:
    standard = DoorLimits()
    values = {}
    for f in fields(DoorLimits):
        low, high = _LIMITS.get(f.name, _ELSE)
        values[f.name] = table.whole(f.name, getattr(standard, f.name), low=low, high=high)
    return DoorLimits(**values)


def file_in(table: Table, key: str, folder: Path) -> Path | None:
    """A file that must be there; relative to `folder`."""
    text = table.text(key, default="")
    if not text:
        return None
    path = folder / text
    if not _is_file(path):
        table.wrong(key, f"there is no file {path}", "put it there, or correct the path")
    return path


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False


def endpoint_in(
    table: Table, key: str, example: str, *, any_port: bool = False, default: str | None = None
) -> Endpoint:
    text = table.text(key, example=example, default=default)
    found = _endpoint(text)
    if found is None or not (found.port or any_port):
        if text.strip():
            said = f"{told(text)} is no address with a port"
            table.wrong(key, said, f'write {key} = "{_nearly(text) or example}"')
        return NOWHERE
    return found


def _endpoint(text: str) -> Endpoint | None:
    host, colon, port = text.rpartition(":")
    bracketed = host.startswith("[") and host.endswith("]")
    host = host[1:-1] if bracketed else host
    if not colon or not (port.isascii() and port.isdigit()) or len(port) > 5 or int(port) > 65535:
        return None
    if (":" in host) != bracketed or not host or not host.isascii() or any(c in host for c in " /@[]"):
        return None
    try:
        host = str(ip_address(host))
    except ValueError:
        if bracketed or host.replace(".", "").isdigit():
            return None
    return Endpoint(host.lower(), int(port))


def _nearly(text: str) -> str:
    """What was meant by an IPv6 address without brackets."""
    host, _, port = text.rpartition(":")
    return f"[{host}]:{port}" if host.count(":") > 1 and _endpoint(f"[{host}]:{port}") else ""


def _networks(table: Table, key: str, default: tuple[str, ...]) -> tuple[Network, ...]:
    items = table.texts(key, example="127.0.0.0/8")
    if default and table.values_of(key) == []:
        table.wrong(key, "nobody may use this door", f"write {key} = {json.dumps(list(default))}")
    if not table.has(key):
        items = tuple(Item(table.at(key), d) for d in default)
    found = (_network(i, table.faults) for i in items)
    return tuple(n for n in found if n is not None)


def _network(item: Item, faults: Faults) -> Network | None:
    with contextlib.suppress(ValueError):
        return ip_network(item.text)
    remedy = 'write it as in "192.0.2.0/24", "192.0.2.7" or "2001:db8::/32"'
    with contextlib.suppress(ValueError):
        remedy = f"write {json.dumps(str(ip_network(item.text, strict=False)))} instead"
    faults.add(item.path, f"{told(item.text)} is no network", remedy)
    return None


# --- several doors -------------------------------------------------------------------------------------------------


def check_doors(doors: tuple[ListenerSettings, ...], web: Endpoint, faults: Faults) -> None:
    """Names and addresses are used once, and nothing is sent back in at a door."""
    for number, door in enumerate(doors):
        path = f"listener[{number}]"
        for earlier, other in enumerate(doors[:number]):
            if door.name and door.name == other.name:
                said = f"{told(door.name)} is already the name of listener[{earlier}]"
                faults.add(f"{path}.name", said, "write another name")
            if door.address.overlaps(other.address):
                said = f"{door.address} is already taken by listener[{earlier}] ({other.address})"
                faults.add(f"{path}.address", said, "write another port")
        if door.address.overlaps(web):
            faults.add("web.address", f"{web} is already taken by {path} ({door.address})", "write another port")
        for looped in (d for d in doors if d.address.is_reached_by(door.next_hop)):
            said = f"{door.next_hop} is the door {told(looped.name)} itself, so mail would go round for ever"
            faults.add(f"{path}.next_hop", said, "write the address of the mail server that delivers")


def door_warnings(doors: Iterable[ListenerSettings]) -> Iterator[str]:
    """What is allowed and yet hardly meant, as sentences."""
    for door in doors:
        if door.direction is not Direction.INCOMING and any(not n.prefixlen for n in door.trusted):
            yield (
                f"The door {door.name} trusts everybody as the council's own server: whoever reaches {door.address} can"
                " send in the council's name."
            )
