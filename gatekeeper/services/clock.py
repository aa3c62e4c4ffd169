"""The real clock, and names for new things."""

import secrets
from datetime import UTC, datetime

from gatekeeper.core.reference import BITS, reference


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


class RandomNames:
    """References, and UUIDv7 (RFC 9562 section 5.7) as event ids; a counter keeps those of one process in order."""

    def __init__(self) -> None:
        self._last = 0

    def reference(self) -> str:
        return reference(secrets.randbits(BITS))

    def event_id(self, at: datetime) -> str:
        """48 bits of milliseconds, 12 of a counter within one, 62 of chance."""
        step = int(at.timestamp() * 1000) << 12
        self._last = step = max(step, self._last + 1)
        number = (step >> 12) << 80 | 0x7 << 76 | (step & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
        return f"{number:032x}"
