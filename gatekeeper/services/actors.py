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

    `operator` is the operating-system account, "" where the person signed in. A person acts in one `council` only: ids
    of persons are not unique across councils.
    """

    person: Holder | None
    operator: str = ""
    council: str = ""

    @property
    def id(self) -> str:
        return self.person.id if self.person else self.name

    @property
    def name(self) -> str:
        """As the record has it."""
        if self.person is None:
            return f"operator:{self.operator}" if self.operator else "gatekeeper"
        return f"operator:{self.operator} for {self.person.name}" if self.operator else self.person.name


def may_review(actor: Actor, held: HeldMessage, council: Council, at: datetime, *, concerned: bool) -> bool:
    """Whether this person may see and decide the held message: a reviewer of that council on that day who did not write
    it and whom it does not concern (`concerned`), from whoever it waits for on."""
    if actor.person is None or actor.council != held.council or actor.id == held.author or concerned:
        return False
    order = [h.id for h in reviewers(council.directory(at))]
    if actor.id == held.reviewer:
        return actor.id in order
    first = order.index(held.reviewer) if held.reviewer in order else 0
    return actor.id in order[first:] and _reviews_by_office(actor.person)


def _reviews_by_office(holder: Holder) -> bool:
    """Officers, and a councillor who acts as one, review what waits; another councillor only what is routed to him."""
    return holder.is_officer or not holder.is_councillor


def may_see(actor: Actor, held: HeldMessage, council: Council, at: datetime, *, concerned: bool) -> bool:
    """Reviewers, the author, and the operator without a person, who sees the list but decides nothing."""
    if actor.person is None or is_author(actor, held):
        return True
    return may_review(actor, held, council, at, concerned=concerned)


def is_author(actor: Actor, held: HeldMessage) -> bool:
    return actor.person is not None and (actor.council, actor.id) == (held.council, held.author)


def require(actor: Actor, move: Move, held: HeldMessage, council: Council, at: datetime, *, concerned: bool) -> None:
    """Raises `NotAllowed` with the reason."""
    if actor.person is None:
        raise NotAllowed("A decision is a person's: say whose with --by PERSON.")
    if move is Move.WITHDRAW:
        if not is_author(actor, held):
            raise NotAllowed(f"Only its author can withdraw {held.reference}.")
    elif not may_review(actor, held, council, at, concerned=concerned):
        raise NotAllowed(_why_not(actor, held, concerned))


def _why_not(actor: Actor, held: HeldMessage, concerned: bool) -> str:
    name = actor.person.name if actor.person else actor.id
    if is_author(actor, held):
        return f"{name} wrote {held.reference} and cannot decide it."
    if concerned:
        return f"{held.reference} concerns {name}, so somebody else decides it."
    return f"{name} is not a reviewer of {held.reference}."
