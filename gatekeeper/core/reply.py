"""Every SMTP reply that gatekeeper itself gives (RFC 5321, RFC 3463). Our fault is 4xx, theirs is 5xx."""

import textwrap
from dataclasses import dataclass

_TYPED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-"})
"""Print characters that a council's wording has, as a typewriter writes them."""

MAX_TEXT = 480
"""Octets of text in one reply line, so that code, status and line end stay within the 512 of RFC 5321 4.5.3.1.5."""


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete reply: `lines` are printable ASCII without code, status included in the text of each line."""

    code: int
    lines: tuple[str, ...]

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 400

    @property
    def is_transient(self) -> bool:
        return 400 <= self.code < 500

    def __str__(self) -> str:
        last = len(self.lines) - 1
        return "\r\n".join(f"{self.code}{' ' if i == last else '-'}{line}" for i, line in enumerate(self.lines))


def reply(code: int, text: str) -> Reply:
    """A reply of one line, made safe: printable ASCII only, within the length that RFC 5321 allows."""
    return Reply(code, (clean(text),))


def clean(text: str) -> str:
    """Printable ASCII within one reply line; everything else becomes "?"."""
    return "".join(c if " " <= c <= "~" else "?" for c in text)[:MAX_TEXT]


OK = reply(250, "2.0.0 OK")
NOT_ALLOWED_HERE = reply(554, "5.7.1 This relay serves the council's own mail servers only")
TRY_LATER = reply(451, "4.3.0 Not able to judge this message at the moment, please try again later")
NEXT_HOP_DOWN = reply(451, "4.4.1 The next mail server is not available, please try again later")
NEXT_HOP_LOST = reply(451, "4.4.2 The connection to the next mail server was lost, please try again later")
BARE_NEWLINE = reply(550, "5.6.11 Line ends other than CR LF are not accepted here")
TOO_BIG = reply(552, "5.3.4 Message is larger than this relay accepts")
LOOP = reply(554, "5.4.6 Too many hops: the message is going round in circles")
CHECK_ALONE = reply(550, "5.5.1 A check address takes no other recipients in the same message")
CHECK_REFUSED = reply(550, "5.7.1 The check address answers the council's own people only")


def held(reference: str) -> Reply:
    return reply(250, f"2.0.0 Held for review, reference {reference}")


def refused(citation: str, reason: str, reference: str, clause: str = "") -> Reply:
    """Names the clause and what of the message is against it; `clause`, its wording or effect, fills further lines."""
    lines = [f"Not sent, reference {reference}. {citation}: {reason}", *textwrap.wrap(clause.translate(_TYPED), 400)]
    return Reply(550, tuple(clean(f"5.7.1 {line}") for line in lines))
