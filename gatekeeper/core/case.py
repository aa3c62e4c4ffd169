"""A case: everything judgement may know about one message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gatekeeper.core.envelope import Submission
from gatekeeper.core.finding import Finding
from gatekeeper.core.history import NOTHING_KNOWN, History
from gatekeeper.core.message import Message
from gatekeeper.core.parties import Parties
from gatekeeper.core.people import Directory
from gatekeeper.core.protocol import CouncilProtocol


@dataclass(frozen=True, slots=True)
class Case:
    """The input of every rule."""

    submission: Submission
    message: Message
    parties: Parties
    directory: Directory
    protocol: CouncilProtocol
    history: History = NOTHING_KNOWN


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` as in the requirement table; `judge` is pure. `wants_text` says whether the rule reads the texts of a
    message between these parties: where no rule does, they are not decoded and `Message.texts` is empty."""

    name: str
    judge: Callable[[Case], Iterable[Finding]]
    wants_text: Callable[[Parties], bool]
