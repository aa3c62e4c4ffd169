"""Review of held messages: list, show, and the decisions, each taken exactly once."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from gatekeeper.core.changes import (
    Changes,
    Delivery,
    DeliveryRecipient,
    DeliveryState,
    HeldMove,
    Purpose,
)
from gatekeeper.core.envelope import Direction, Path, Submission
from gatekeeper.core.events import Event, Kind, Value
from gatekeeper.core.held import HeldMessage, Move, State
from gatekeeper.core.identify import identify
from gatekeeper.core.received import received
from gatekeeper.core.routing import concerns, reviewers
from gatekeeper.errors import NotAllowed, NotFound, NotPossible
from gatekeeper.mail.read import read
from gatekeeper.services.actors import Actor, may_review, may_see, require
from gatekeeper.services.changes import joined
from gatekeeper.services.councils import Council, Councils
from gatekeeper.services.leaving import Leaving
from gatekeeper.services.notices import Notices
from gatekeeper.services.ports import Clock, EventQuery, Randomness, Store, Tx

OPEN_STATES = (State.WAITING, State.SENDING, State.FAILED)
"""What the queue lists unless it is asked for everything."""

_KINDS = {
    Move.RELEASE: Kind.RELEASED,
    Move.RETURN: Kind.RETURNED,
    Move.DECLINE: Kind.DECLINED,
    Move.WITHDRAW: Kind.WITHDRAWN,
    Move.REASSIGN: Kind.REASSIGNED,
}
REASONED = (Move.RETURN, Move.DECLINE)
"""The decisions that take a reason, as the author is told it."""

_NOTICES = {Move.RETURN: "returned", Move.DECLINE: "not-sent", Move.WITHDRAW: "withdrawn"}


@dataclass(frozen=True, slots=True)
class Shown:
    """One held message with its history and what is being sent of it."""

    held: HeldMessage
    history: tuple[Event, ...]
    deliveries: tuple[Delivery, ...]


class Review:
    def __init__(
        self,
        *,
        store: Store,
        councils: Councils,
        notices: Notices,
        clock: Clock,
        names: Randomness,
        hostname: str,
    ) -> None:
        self._store = store
        self._councils = councils
        self._notices = notices
        self._clock = clock
        self._names = names
        self._hostname = hostname

    # --- looking --------------------------------------------------------------------------------------------------

    async def queue(self, council: str, actor: Actor, states: Sequence[State] = OPEN_STATES) -> tuple[HeldMessage, ...]:
        """What this person may see of the council's held messages, by due time."""
        at = self._clock.now()
        its = self._council(council)

        def job(tx: Tx) -> tuple[HeldMessage, ...]:
            shown = (h for h in tx.queue(council, states) if h.state is not State.PENDING)
            return tuple(h for h in shown if may_see(actor, h, its, at, concerned=self._concerns(tx, h, its, actor)))

        return await self._store.read(job)

    async def council_of(self, reference: str) -> str:
        """The council whose held message has this reference; "" where there is none."""

        def job(tx: Tx) -> str:
            try:
                return self._find(tx, reference)[1].id
            except NotFound:
                return ""

        return await self._store.read(job)

    async def show(self, reference: str, actor: Actor) -> Shown:
        """One held message; that it was looked at is recorded. Raises NotFound, NotAllowed."""
        at = self._clock.now()

        def job(tx: Tx) -> Shown:
            held, council = self._find(tx, reference)
            if not may_see(actor, held, council, at, concerned=self._concerns(tx, held, council, actor)):
                raise NotAllowed(f"{actor.name} may not see {held.reference}.")
            tx.apply(Changes(events=(self._event(Kind.VIEWED, held, actor, at),)))
            history = tx.events(EventQuery(council=held.council, reference=held.reference, limit=1000))
            events = tuple(sorted((r.event for r in history), key=lambda e: e.id))
            return Shown(held, events, tuple(tx.deliveries(held.reference)))

        return await self._store.write(job)

    # --- deciding -------------------------------------------------------------------------------------------------

    async def release(
        self, reference: str, actor: Actor, *, without: Sequence[str] = (), disclose: bool = False, reason: str = ""
    ) -> HeldMessage:
        """Send a held message on its way, to everybody but `without`. What the protocol discloses is disclosed;
        `disclose` adds the blind councillors whom it would not. Raises NotAllowed, NotFound, NotPossible."""
        at = self._clock.now()

        def job(tx: Tx) -> HeldMessage:
            held, council = self._find(tx, reference)
            self._require(tx, actor, Move.RELEASE, held, council, at)
            after = held.moved(Move.RELEASE, at, actor.id, reason)
            keep = _recipients_without(held, without)
            raw = tx.content(held.reference)
            if raw is None:
                raise NotPossible(f"The content of {held.reference} is no longer kept.")
            leaving = Leaving(council, held, replace(_submission(held, raw), rcpt_to=keep))
            history = leaving.history(tx)
            made = leaving.disclosed(history, disclose)
            footer = made.lines
            delivery = self._delivery(held, keep, self._trace(held) + made.raw, at)
            details: dict[str, Value] = {"recipients": tuple(str(p) for p in keep)}
            if footer:
                details["footer"] = footer
            if without:
                details["without"] = tuple(without)
            event = self._event(Kind.RELEASED, after, actor, at, details)
            known = leaving.transaction(made, history, at)
            tx.apply(
                Changes(events=(event,), moves=(HeldMove(held, after),), deliveries=(delivery,), transactions=known)
            )
            return after

        return await self._store.write(job)

    async def decide(self, move: Move, reference: str, actor: Actor, reason: str = "") -> HeldMessage:
        """Return to the author, decline or withdraw. The author is told. Raises NotAllowed, NotFound, NotPossible."""
        if move in REASONED and not reason.strip():
            raise NotPossible("A reason is needed: it is what the author is told.")
        at = self._clock.now()

        def job(tx: Tx) -> HeldMessage:
            held, council = self._find(tx, reference)
            self._require(tx, actor, move, held, council, at)
            after = held.moved(move, at, actor.id, reason)
            event = self._event(_KINDS[move], after, actor, at, {"reason": reason} if reason else {})
            told = self._notices.decided(council, after, _NOTICES[move], at)
            tx.apply(joined(Changes(events=(event,), moves=(HeldMove(held, after),)), told))
            return after

        return await self._store.write(job)

    async def reassign(self, reference: str, actor: Actor, to: str) -> HeldMessage:
        """Pass to another reviewer. Raises NotAllowed, NotFound, NotPossible."""
        at = self._clock.now()

        def job(tx: Tx) -> HeldMessage:
            held, council = self._find(tx, reference)
            self._require(tx, actor, Move.REASSIGN, held, council, at)
            holder = council.directory(at).holder(to)
            if holder is None:
                raise NotFound(f"There is no person {to} in the register.")
            other = Actor(holder, council=council.id)
            concerned = self._concerns(tx, held, council, other)
            if not may_review(other, replace(held, reviewer=to), council, at, concerned=concerned):
                raise NotAllowed(f"{holder.name} cannot review {held.reference}.")
            after = replace(held.moved(Move.REASSIGN, at, actor.id), reviewer=to)
            event = self._event(Kind.REASSIGNED, after, actor, at, {"reviewer": holder.name})
            tx.apply(Changes(events=(event,), moves=(HeldMove(held, after),)))
            return after

        return await self._store.write(job)

    # --- the parts ------------------------------------------------------------------------------------------------

    def _council(self, council: str) -> Council:
        if council not in self._councils.all:
            raise NotFound(f"There is no council {council} here.")
        return self._councils.all[council]

    def _find(self, tx: Tx, reference: str) -> tuple[HeldMessage, Council]:
        for council in self._councils.all.values():
            held = tx.held(council.id, reference)
            if held is not None and held.state not in (State.PENDING, State.CANCELLED):
                return held, council
        raise NotFound(f"There is no held message with the reference {reference}.")

    def _require(self, tx: Tx, actor: Actor, move: Move, held: HeldMessage, council: Council, at: datetime) -> None:
        require(actor, move, held, council, at, concerned=self._concerns(tx, held, council, actor))

    def _concerns(self, tx: Tx, held: HeldMessage, council: Council, actor: Actor) -> bool:
        """Whether the held message concerns this person. Those who were reviewers when it came in were looked at then;
        whoever became one since is looked at now."""
        if actor.person is None or actor.council != held.council:
            return False
        directory = council.directory(held.received_at)
        if actor.id in held.concerned or actor.id in {h.id for h in reviewers(directory)}:
            return actor.id in held.concerned
        raw = tx.content(held.reference)
        if raw is None:
            return True
        message = read(raw)
        return concerns(message, identify(_submission(held, raw), message, directory), actor.person)

    def _trace(self, held: HeldMessage) -> bytes:
        return received(peer="", helo="held", host=self._hostname, reference=held.reference, at=held.received_at)

    def _delivery(self, held: HeldMessage, to: Sequence[Path], raw: bytes, at: datetime) -> Delivery:
        return Delivery(
            id=self._names.event_id(at),
            council=held.council,
            reference=held.reference,
            purpose=Purpose.RELEASE,
            door=held.door,
            mail_from=held.mail_from,
            recipients=tuple(DeliveryRecipient(p) for p in to),
            raw=raw,
            state=DeliveryState.QUEUED,
            created_at=at,
            next_at=at,
        )

    def _event(
        self, kind: Kind, held: HeldMessage, actor: Actor, at: datetime, details: dict[str, Value] | None = None
    ) -> Event:
        values: dict[str, Value] = {"actor": actor.name, **(details or {})}
        people = tuple(p for p in dict.fromkeys((actor.id if actor.person else "", held.author)) if p)
        return Event(
            self._names.event_id(at),
            held.council,
            at,
            kind,
            held.reference,
            held.verdict.action.value,
            held.verdict.rules,
            held.verdict.clauses,
            facts={"state": held.state.value},
            details=values,
            people=people,
        )


def _recipients_without(held: HeldMessage, without: Sequence[str]) -> tuple[Path, ...]:
    """The recipients who remain. Raises `NotPossible` where one to leave out is not there, or nobody remains."""
    named = {w.strip("<> ").casefold() for w in without}
    there = {str(p).casefold() for p in held.rcpt_to}
    if missing := sorted(named - there):
        raise NotPossible(f"Not a recipient of {held.reference}: {', '.join(missing)}.")
    keep = tuple(p for p in held.rcpt_to if str(p).casefold() not in named)
    if not keep:
        raise NotPossible("Nobody would receive the message; decline it instead.")
    return keep


def _submission(held: HeldMessage, raw: bytes) -> Submission:
    """The submission as it came in."""
    return Submission(
        reference=held.reference,
        at=held.received_at,
        door=held.door,
        direction=Direction.BOTH,
        peer="",
        helo="",
        account=held.account,
        mail_from=held.mail_from,
        rcpt_to=held.rcpt_to,
        raw=raw,
    )
