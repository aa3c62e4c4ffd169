"""Everything about one door that can be set."""

from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Network, ip_address
from typing import Literal

from gatekeeper.core.envelope import Direction

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, slots=True)
class DoorOptions:
    """One door and the way to its next hop.

    `port` may be 0: any free one. `xclient` lists the peers whose XCLIENT and MAIL AUTH= are believed. The door offers
    STARTTLS where `certificate_file` is given; `next_hop_tls` "required" never falls back to clear text, and checks
    the certificate against `next_hop_tls_name` (else `next_hop_host`) and `next_hop_ca_file` (else the system's).
    Sizes are octets; `min_data_rate` is octets a second, averaged over a message.
    """

    name: str
    host: str
    port: int
    next_hop_host: str
    next_hop_port: int
    trusted: tuple[Network, ...]
    hostname: str
    direction: Direction = Direction.BOTH
    bare_newline: Literal["refuse", "normalise"] = "refuse"
    xclient: tuple[Network, ...] = ()

    max_size: int = 52_428_800
    max_command_octets: int = 8192
    max_recipients: int = 1000
    max_hops: int = 50
    max_errors: int = 20
    max_idle_commands: int = 100
    max_connections: int = 500
    max_connections_per_client: int = 100
    min_data_rate: int = 500

    client_idle_seconds: float = 300
    data_idle_seconds: float = 180
    stop_seconds: float = 30

    certificate_file: str = ""
    key_file: str = ""

    connect_seconds: float = 30
    command_seconds: float = 300
    upload_idle_seconds: float = 180
    final_dot_seconds: float = 600
    max_kept_connections: int = 20
    keep_seconds: float = 10

    next_hop_tls: Literal["none", "required"] = "none"
    next_hop_tls_name: str = ""
    next_hop_ca_file: str = ""

    @property
    def tick_seconds(self) -> float:
        """How often deadlines are looked at; each may be noticed that much late."""
        shortest = min(
            *(self.client_idle_seconds, self.data_idle_seconds, self.command_seconds),
            *(self.upload_idle_seconds, self.final_dot_seconds, self.keep_seconds),
        )
        return min(1.0, shortest / 4)


@lru_cache(maxsize=4096)
def is_listed(address: str, networks: tuple[Network, ...]) -> bool:
    """Whether the peer's address is in one of the networks."""
    name = host_address(address)
    return name != "" and any(ip_address(name) in n for n in networks)


@lru_cache(maxsize=4096)
def host_address(text: str) -> str:
    """The address without its scope, in its usual form; "" where there is none. IPv4 that came through an IPv6 socket
    is IPv4."""
    try:
        found = ip_address(text.partition("%")[0])
    except ValueError:
        return ""
    return str(getattr(found, "ipv4_mapped", None) or found)
