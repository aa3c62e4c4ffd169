"""Mail addresses: as they were written, and as they are compared.

An `Address` keeps what stood in the message or in the register. Its `key` is only for *matching* (is this the same
mailbox?) and is never put on the wire. RFC 5321 section 2.3.11 leaves the local part to its host, so matching is
deliberately generous: a councillor reached through a plus-address or in capitals is the same councillor.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

import idna

MAX_PATH = 1024
"""Octets of a path that are looked at; RFC 5321 allows 254, and what is longer names nobody we know."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SPECIAL = re.compile(r'[ <>(),;:"\\]')
_SOURCE_ROUTE = re.compile(r"@[^:]*:")
_SRS0 = re.compile(r"srs0[=+-][^=]+=[^=]+=([^=]+)=(.+)", re.IGNORECASE)
_SRS1 = re.compile(r"srs1[=+-][^=]+=[^=]+==[^=]+=[^=]+=([^=]+)=(.+)", re.IGNORECASE)
_PRVS = re.compile(r"prvs=[0-9a-z]+=(.+)", re.IGNORECASE)
_DOTS_IGNORED = frozenset({"gmail.com", "googlemail.com"})


@dataclass(frozen=True, slots=True)
class Address:
    """One mailbox: `local` and `domain` as written, the domain without a trailing dot."""

    local: str
    domain: str

    def __str__(self) -> str:
        return f"{self.local}@{self.domain}"

    @property
    def key(self) -> str:
        """The form in which two spellings of one mailbox are equal. For matching only, never for relaying."""
        return _key(self.local, self.domain)

    @property
    def domain_key(self) -> str:
        """The domain in lower case and in its A-label form (RFC 5890)."""
        return domain_key(self.domain)


@lru_cache(maxsize=8192)
def parse(text: str) -> Address | None:
    """The address in `text`, which holds an addr-spec and nothing else; `None` where it holds none.

    A source route (RFC 5321 section 4.1.1.3) is dropped. The null path gives `None`.
    """
    text = text.strip()
    if not text or len(text) > MAX_PATH or _CONTROL.search(text):
        return None
    if text.startswith("@"):
        text = _SOURCE_ROUTE.sub("", text, count=1)
    local, at, domain = text.rpartition("@")
    domain = domain.rstrip(".")
    if not at or not local or not domain or (_SPECIAL.search(domain) and not domain.startswith("[")):
        return None
    quoted = local.startswith('"') and local.endswith('"') and len(local) > 1
    if not quoted and _SPECIAL.search(local):
        return None
    return Address(local, domain)


def parse_path(raw: bytes) -> Address | None:
    """The address in a path as it stood between the angle brackets of MAIL or RCPT."""
    try:
        return parse(raw.decode("utf-8"))
    except UnicodeDecodeError:
        return None


@lru_cache(maxsize=8192)
def domain_key(domain: str) -> str:
    """Lower case, no trailing dot, A-labels."""
    domain = domain.rstrip(".").lower()
    if domain.isascii():
        return domain
    try:
        return idna.encode(domain, uts46=True).decode("ascii")
    except idna.IDNAError:
        return unicodedata.normalize("NFC", domain)


@lru_cache(maxsize=8192)
def _key(local: str, domain: str) -> str:
    if local.startswith('"') and local.endswith('"') and len(local) > 1:
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    for wrapped in (_SRS0, _SRS1):
        if found := wrapped.fullmatch(local):
            return _key(found[2], found[1])
    if found := _PRVS.fullmatch(local):
        local = found[1]
    if "%" in local:
        inner, _, host = local.rpartition("%")
        if inner and "." in host:
            return _key(inner, host)
    domain = domain_key(domain)
    local = unicodedata.normalize("NFC", local).casefold()
    plain = local.split("+", 1)[0] or local
    if domain in _DOTS_IGNORED:
        plain = plain.replace(".", "")
    return f"{plain}@{domain}"
