"""The To field of what gatekeeper writes itself, for every address that a stranger's message may bring along."""

import re
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP

from gatekeeper.core.address import Address

MAX_ADDRESS = 900
"""Octets of an address that fit into one line (RFC 5322 section 2.1.1: 998) with what stands around it."""

MAX_NAMED = 70
"""Characters of an address beside which a name is written, so that no folding can fall into the address."""

_ATEXT = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]"
_PLAIN = re.compile(rf"{_ATEXT}+(?:\.{_ATEXT}+)*")
_ATOMS = re.compile(rf"(?:{_ATEXT}|[^\x00-\x9f\ud800-\udfff])+(?:\.(?:{_ATEXT}|[^\x00-\x9f\ud800-\udfff])+)*")
_QUOTED = re.compile(r'"(?:[^"\\\x00-\x1f\x7f]|\\[^\x00-\x1f\x7f])*"')
_LITERAL = re.compile(r"\[[!-Z^-~]*\]")


def to_field(name: str, to: Address) -> bytes:
    """The whole field with its line end; the name is left out beside an unusual address. Octets of RFC 6532 where the
    address is not ASCII. Raises ValueError where the address cannot stand in a field (RFC 5322 section 3.4.1)."""
    if name and len(str(to)) <= MAX_NAMED and _PLAIN.fullmatch(to.local) and _PLAIN.fullmatch(to.domain):
        message = EmailMessage(policy=SMTP)
        message["To"] = HeaderAddress(name, to.local, to.domain)
        return message.as_bytes().partition(b"\r\n\r\n")[0] + b"\r\n"
    return b"To: <" + _addr_spec(to) + b">\r\n"


def _addr_spec(to: Address) -> bytes:
    """The address with its local part quoted where it needs that."""
    if not (_ATOMS.fullmatch(to.domain) or _LITERAL.fullmatch(to.domain)):
        raise ValueError("a domain that cannot be written")
    local = to.local if _ATOMS.fullmatch(to.local) or _QUOTED.fullmatch(to.local) else _in_quotes(to.local)
    written = f"{local}@{to.domain}".encode()
    if len(written) > MAX_ADDRESS or not local.isprintable():
        raise ValueError("an address that cannot be written")
    return written


def _in_quotes(local: str) -> str:
    return '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
