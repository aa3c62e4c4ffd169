"""Where in a message its footer stands."""

from enum import StrEnum


class Position(StrEnum):
    """`OWN_TEXT` is the foot of what the author wrote now, above signature and quoted history, wherever that border
    is certain, and otherwise the end; `END` is always the end."""

    OWN_TEXT = "own-text"
    END = "end"
