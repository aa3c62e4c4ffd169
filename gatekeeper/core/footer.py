"""What is written at the foot of a message, and where."""

from dataclasses import dataclass
from enum import StrEnum


class Position(StrEnum):
    """`OWN_TEXT` is the foot of what the author wrote now, above signature and quoted history, wherever that border
    is certain, and otherwise the end; `END` is always the end."""

    OWN_TEXT = "own-text"
    END = "end"


@dataclass(frozen=True, slots=True)
class Footer:
    """One line for each councillor or group, as the council's template words it."""

    lines: tuple[str, ...]
    position: Position = Position.OWN_TEXT
