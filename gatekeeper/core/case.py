"""A case: everything judgement may know about one message."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from gatekeeper.core.envelope import Submission
from gatekeeper.core.finding import Finding
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


@dataclass(frozen=True, slots=True)
class Rule:
    """`name` as in the requirement table; `judge` is pure."""

    name: str
    judge: Callable[[Case], Iterable[Finding]]
