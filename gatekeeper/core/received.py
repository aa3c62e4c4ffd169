"""The one block that is prepended to what passes: a Received field (RFC 5321 section 4.4)."""

import re
from datetime import datetime
from email.utils import format_datetime

_UNSAFE = re.compile(r"[^!-'*-~]+")


def received(*, peer: str, helo: str, host: str, reference: str, at: datetime) -> bytes:
    """`reference` is left out where the message leaves no trace. Ends in CRLF; ASCII; lines below 78 octets where the
    names allow."""
    literal = f"IPv6:{peer}" if ":" in peer else peer
    name = f"\r\n\tid {_clean(reference)};" if reference else ";"
    date = format_datetime(at)
    source = f"Received: from {_clean(helo) or 'unknown'} ([{_clean(literal)}])"
    return f"{source}\r\n\tby {_clean(host)} (gatekeeper) with ESMTP{name} {date}\r\n".encode("ascii")


def _clean(text: str) -> str:
    """Printable, no blanks, no parentheses; cut at 255."""
    return _UNSAFE.sub("", text)[:255]
