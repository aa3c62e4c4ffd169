"""Who is acting, and whether they may. Every command and page asks here."""

from dataclasses import dataclass
from datetime import datetime

from gatekeeper.core.held import HeldMessage, Move
from gatekeeper.core.people import Holder
from gatekeeper.core.routing import reviewers
from gatekeeper.errors import NotAllowed
from gatekeeper.services.councils import Council


@dataclass(frozen=True, slots=True)
class Actor:
    """A person of the council, or whoever operates the installation, or the latter in the former's name; with neither,
    gatekeeper itself.

    `operator` is the operating-system account, "" where the person signed in.
    """

    person: Holder | None
    operator: str = ""

    @property
    def id(self) -> str:
        return self.person.id if self.person else self.name

    @property
    def name(self) -> str:
        """As the record has it."""
        if self.person is None:
            return f"operator:{self.operator}" if self.operator else "gatekeeper"
        return f"operator:{self.operator} for {self.person.name}" if self.operator else self.person.name


def may_review(actor: Actor, held: HeldMessage, council: Council, at: datetime) -> bool:
    """Whether this person may see and decide the held message: a reviewer of the council whom it does not concern and
    who did not write it, or the one it was passed to."""
    if actor.person is None or actor.id == held.author or actor.id in held.concerned:
        return False
    if actor.id == held.reviewer:
        return True
    order = [h.id for h in reviewers(council.directory(at))]
    first = order.index(held.reviewer) if held.reviewer in order else 0
    return actor.id in order[first:] and _reviews_by_office(actor.person)


def _reviews_by_office(holder: Holder) -> bool:
    """Officers review what waits for one of them; a councillor only what is routed to him."""
    return not holder.is_councillor


def may_see(actor: Actor, held: HeldMessage, council: Council, at: datetime) -> bool:
    """Reviewers, the author, and the operator without a person, who sees the list but decides nothing."""
    return actor.person is None or actor.id == held.author or may_review(actor, held, council, at)


def require(actor: Actor, move: Move, held: HeldMessage, council: Council, at: datetime) -> None:
    """Raises `NotAllowed` with the reason."""
    if actor.person is None:
        raise NotAllowed("A decision is a person's: say whose with --by PERSON.")
    if move is Move.WITHDRAW:
        if actor.id != held.author:
            raise NotAllowed(f"Only its author can withdraw {held.reference}.")
    elif not may_review(actor, held, council, at):
        raise NotAllowed(_why_not(actor, held))


def _why_not(actor: Actor, held: HeldMessage) -> str:
    name = actor.person.name if actor.person else actor.id
    if actor.id == held.author:
        return f"{name} wrote {held.reference} and cannot decide it."
    if actor.id in held.concerned:
        return f"{held.reference} concerns {name}, so somebody else decides it."
    return f"{name} is not a reviewer of {held.reference}."
