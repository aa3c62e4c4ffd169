"""What a rule says of a message, and how grave the answer is."""

from dataclasses import dataclass
from enum import StrEnum


class Action(StrEnum):
    """What a clause asks for. `OFF` is a clause that the council switched off."""

    OFF = "off"
    PASS = "pass"
    FLAG = "flag"
    DISCLOSE = "disclose"
    HOLD = "hold"
    REFUSE = "refuse"

    @property
    def gravity(self) -> int:
        return _GRAVITY[self]


_GRAVITY = {Action.OFF: 0, Action.PASS: 0, Action.FLAG: 1, Action.DISCLOSE: 2, Action.HOLD: 3, Action.REFUSE: 4}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing a rule found.

    `evidence` is the exact words (or the address) that caused it, `where` the part of the message they stand in.
    `kind` names what the clause tells apart ("release", "visible", "restricted"): where the council's policy for the
    rule has an action or a clause of its own for it, that one counts.
    `reason` is one sentence for the author and the reviewer. `disclose` names the persons whose copy is to be
    disclosed. `asks` overrides the clause's action where the rule knows better (a chair writing to a Minister is
    flagged though the clause holds); `None` leaves it to the council's protocol. `exceptions` are those of the
    clause's exceptions that apply (see `RulePolicy.unless`), `cites` what grants them.
    """

    rule: str
    evidence: str
    where: str
    reason: str
    disclose: tuple[str, ...] = ()
    kind: str = ""
    asks: Action | None = None
    exceptions: tuple[str, ...] = ()
    cites: str = ""
    score: float = 1.0


UNREADABLE = "unreadable"
"""The finding of a message that could not be read: always held."""

RULE_FAILED = "rule-failed"
"""The finding of a message on which a rule broke: always held."""
