"""What came over SMTP (RFC 5321), before anything in it is believed."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from gatekeeper.core.address import Address, parse_path


@dataclass(frozen=True, slots=True)
class Path:
    """A reverse-path or forward-path.

    `raw` is what stood between the angle brackets, byte for byte; `params` the ESMTP parameters after it, verbatim
    and in their own case. Both go to the next hop as they came. `raw` is empty for the null reverse-path.
    """

    raw: bytes
    params: bytes = b""

    @property
    def address(self) -> Address | None:
        return parse_path(self.raw)

    def __str__(self) -> str:
        return self.raw.decode("utf-8", "replace")


class Direction(StrEnum):
    """Whose mail a door carries; see "Whose mail it is" in the README."""

    OUTGOING = "outgoing"
    INCOMING = "incoming"
    BOTH = "both"


@dataclass(frozen=True, slots=True)
class Submission:
    """One message as a door took it in: recipients are those that the next hop already accepted.

    `raw` is the content of DATA: dot-stuffing undone, every other byte as it came, ending in CRLF unless the client
    sent nothing. `account` is the name the client proved or a trusted peer vouched for, else "". `altered`: bare CR or
    LF came and was made CRLF, which a door may be set to do.
    """

    reference: str
    at: datetime
    door: str
    direction: Direction
    peer: str
    helo: str
    account: str
    mail_from: Path
    rcpt_to: tuple[Path, ...]
    raw: bytes
    altered: bool = False
