"""The real clock, and names for new things."""

import os
from datetime import UTC, datetime

from gatekeeper.core.reference import BITS, reference


class SystemClock:
    def now(self) -> datetime:
        return datetime.now(UTC)


_STOCK = 8192
"""Random octets drawn at a time: a system call for each name costs more than everything else about it."""


class RandomNames:
    """References, and UUIDv7 (RFC 9562 section 5.7) as event ids; a counter keeps those of one process in order. For
    one thread."""

    def __init__(self) -> None:
        self._last = 0
        self._stock = b""

    def reference(self) -> str:
        return reference(self._bits(BITS))

    def event_id(self, at: datetime) -> str:
        """48 bits of milliseconds, 12 of a counter within one, 62 of chance."""
        step = int(at.timestamp() * 1000) << 12
        self._last = step = max(step, self._last + 1)
        number = (step >> 12) << 80 | 0x7 << 76 | (step & 0xFFF) << 64 | 0b10 << 62 | self._bits(62)
        return f"{number:032x}"

    def _bits(self, count: int) -> int:
        """Up to 64 random bits, used once."""
        if len(self._stock) < 8:
            self._stock = os.urandom(_STOCK)
        octets, self._stock = self._stock[:8], self._stock[8:]
        return int.from_bytes(octets) & (1 << count) - 1
