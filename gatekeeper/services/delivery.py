"""The outbox: what gatekeeper itself sends (released messages, notices), with retries, until it has gone or failed.

At least once: after a crash between the next hop's 250 and our commit a message goes again, with the same Message-ID,
and its history says that it may have been sent twice.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from gatekeeper import logs
from gatekeeper.core.changes import (
    Changes,
    Delivered,
    Delivery,
    DeliveryRecipient,
    DeliveryState,
    HeldMove,
    Purpose,
)
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.held import HeldMessage, Move, State
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import DebtState
from gatekeeper.errors import MaybeSent, TryAgain
from gatekeeper.services.changes import joined
from gatekeeper.services.councils import Councils
from gatekeeper.services.notices import Notices
from gatekeeper.services.ports import Clock, NextHop, Randomness, Sent, Store, Tx

GIVE_UP_AFTER = timedelta(days=5)
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = timedelta(hours=1)
INTERRUPTED_AFTER = timedelta(minutes=30)
"""A delivery that has been "sending" for so long belongs to a worker that died: the final dot may take ten minutes."""

FIRST_PAUSE = 1.0
LONGEST_PAUSE = 60.0
"""Seconds between tries to write down an attempt."""

BATCH = 20
"""Deliveries that are claimed at a time."""

MAX_UNDER_WAY = 200
"""Deliveries that are being sent at a time."""


class Outbox:
    def __init__(
        self,
        *,
        store: Store,
        next_hop: NextHop,
        councils: Councils,
        notices: Notices,
        clock: Clock,
        names: Randomness,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._store = store
        self._next_hop = next_hop
        self._councils = councils
        self._notices = notices
        self._clock = clock
        self._names = names
        self._pause = pause
        self._under_way: dict[asyncio.Task[None], str] = {}

    async def recover(self, *, alone: bool) -> int:
        """Put back into the queue what a dead worker left half way; all of it where this worker is alone."""
        now = self._clock.now()
        before = now if alone else now - INTERRUPTED_AFTER
        ours = frozenset(self._under_way.values())

        def job(tx: Tx) -> int:
            found = tx.requeue_interrupted(before, now, ours)
            tx.apply(Changes(events=tuple(self._event(d, Kind.SENT_TWICE, {}) for d in found)))
            return len(found)

        return await self._store.write(job)

    async def start_due(self) -> int:
        """Begin to send what is due; how many were begun. None waits for another: a next hop that hangs keeps only what
        goes to it."""
        free = min(BATCH, MAX_UNDER_WAY - len(self._under_way))
        if free <= 0:
            return 0
        now = self._clock.now()
        due = await self._store.write(lambda tx: list(tx.claim_deliveries(now, free)))
        for delivery in due:
            task = asyncio.create_task(self._attempt(delivery))
            self._under_way[task] = delivery.id
            task.add_done_callback(self._ended)
        return len(due)

    async def finished(self, seconds: float | None = None) -> None:
        """Wait for what is under way, for so long at most; what has not ended by then is given up, and is taken up
        again as interrupted."""
        if not self._under_way:
            return
        _, late = await asyncio.wait(tuple(self._under_way), timeout=seconds)
        for task in late:
            task.cancel()

    async def send_due(self) -> int:
        """Try everything that is due once; how many were tried."""
        begun = await self.start_due()
        await self.finished()
        return begun

    def _ended(self, task: asyncio.Task[None]) -> None:
        self._under_way.pop(task, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            logs.worker_failed(type(error).__name__)

    async def _attempt(self, delivery: Delivery) -> None:
        waiting = [r.path for r in delivery.recipients if r.state is Delivered.WAITING]
        events: tuple[Event, ...] = ()
        try:
            sent = await self._next_hop.send(delivery.door, delivery.mail_from, waiting, (delivery.raw,))
            recipients = _after(delivery.recipients, sent)
        except MaybeSent:
            recipients, events = delivery.recipients, (self._event(delivery, Kind.SENT_TWICE, {}),)
        except TryAgain:
            recipients = delivery.recipients
        except Exception as error:
            logs.worker_failed(type(error).__name__)
            recipients = delivery.recipients
        after = self._scheduled(replace(delivery, recipients=recipients, attempts=delivery.attempts + 1))
        await self._write_down(after, events)

    async def _write_down(self, after: Delivery, events: tuple[Event, ...]) -> None:
        """What the next hop said is known here only, so it is kept until the store takes it or this worker ends."""
        wait = FIRST_PAUSE
        is_again = False
        while True:
            try:
                await self._store.write(lambda tx: self._settle_once(tx, after, events, is_again))  # noqa: B023
                return
            except TryAgain:
                logs.store_missing()
            await self._pause(wait)
            wait, is_again = min(wait * 2, LONGEST_PAUSE), True

    def _settle_once(self, tx: Tx, after: Delivery, events: tuple[Event, ...], is_again: bool) -> None:
        """The store may have taken the first try although it could not say so."""
        if is_again and any(d.id == after.id and d.attempts >= after.attempts for d in tx.deliveries(after.reference)):
            return
        self._settle(tx, after, events)

    def _scheduled(self, delivery: Delivery) -> Delivery:
        """What comes next: sent, failed, or another try after a wait that doubles."""
        now = self._clock.now()
        states = {r.state for r in delivery.recipients}
        if Delivered.WAITING not in states:
            state = DeliveryState.SENT if Delivered.SENT in states else DeliveryState.FAILED
            return replace(delivery, state=state)
        if now - delivery.created_at > GIVE_UP_AFTER:
            given_up = tuple(_given_up(r) for r in delivery.recipients)
            state = DeliveryState.SENT if Delivered.SENT in states else DeliveryState.FAILED
            return replace(delivery, state=state, recipients=given_up)
        wait = min(FIRST_WAIT * 2 ** min(delivery.attempts - 1, 10), LONGEST_WAIT)
        logs.delivery_postponed(delivery.reference, delivery.purpose, delivery.attempts)
        return replace(delivery, state=DeliveryState.QUEUED, next_at=now + wait)

    def _settle(self, tx: Tx, delivery: Delivery, events: tuple[Event, ...]) -> None:
        """Write down an attempt, and what it means for the held message."""
        changes = Changes(events=events, attempts=(delivery,))
        if delivery.state in (DeliveryState.SENT, DeliveryState.FAILED):
            changes = joined(changes, self._finished(tx, delivery))
        tx.apply(changes)

    def _finished(self, tx: Tx, delivery: Delivery) -> Changes:
        failed = [r for r in delivery.recipients if r.state is Delivered.FAILED]
        if failed:
            logs.delivery_failed(delivery.reference, delivery.purpose, delivery.attempts)
        if delivery.purpose is Purpose.DISCLOSURE:
            return self._disclosed(tx, delivery)
        if delivery.purpose is not Purpose.RELEASE:
            ok = delivery.state is DeliveryState.SENT
            return Changes(events=(self._told(delivery, Kind.NOTICE_SENT if ok else Kind.NOTICE_FAILED),))
        held = tx.held(delivery.council, delivery.reference)
        if held is None or held.state is not State.SENDING:
            return Changes()
        return self._released(delivery, held, failed)

    def _disclosed(self, tx: Tx, delivery: Delivery) -> Changes:
        """The debts that the notice was to pay."""
        ok = delivery.state is DeliveryState.SENT
        debts = tx.debts(delivery.council, delivery=delivery.id)
        people = tuple(d.person for d in debts)
        event = replace(
            self._told(delivery, Kind.DEBT_PAID if ok else Kind.DEBT_FAILED),
            details={"disclosed": people, "recipients": tuple(str(r.path) for r in delivery.recipients)},
            people=people,
        )
        state = DebtState.PAID if ok else DebtState.FAILED
        return Changes(events=(event,), debts=tuple(replace(d, state=state) for d in debts))

    def _released(self, delivery: Delivery, held: HeldMessage, failed: Sequence[DeliveryRecipient]) -> Changes:
        at = self._clock.now()
        ok = delivery.state is DeliveryState.SENT
        after = held.moved(Move.SENT if ok else Move.FAIL, at)
        events = [self._told(delivery, Kind.SENT if ok else Kind.FAILED)]
        if ok and failed:
            events.append(self._told(delivery, Kind.FAILED))
        changes = Changes(events=tuple(events), moves=(HeldMove(held, after),))
        council = self._councils.all.get(held.council)
        if council is None:
            return changes
        missed = ", ".join(str(r.path) for r in failed)
        extra = f"\nIt could not be delivered to: {missed}\n" if missed else ""
        reply = failed[-1].reply if failed else ""
        name = "released" if ok else "failed"
        return joined(changes, self._notices.decided(council, after, name, at, extra=extra, reply=reply))

    def _told(self, delivery: Delivery, kind: Kind) -> Event:
        last = next((r.reply for r in reversed(delivery.recipients) if r.reply), "")
        return self._event(delivery, kind, {"reply": last[:3] or "no answer"})

    def _event(self, delivery: Delivery, kind: Kind, facts: dict[str, str]) -> Event:
        at = self._clock.now()
        about = {"attempts": str(delivery.attempts), **facts}
        if delivery.notice:
            about["notice"] = delivery.notice
        return Event(self._names.event_id(at), delivery.council, at, kind, delivery.reference, facts=about)


def _after(recipients: Sequence[DeliveryRecipient], sent: Sent) -> tuple[DeliveryRecipient, ...]:
    """The recipients after an attempt in which those who waited were tried, in their order."""
    replies = iter(sent.recipients)
    return tuple(_answered(r, next(replies), sent.final) if r.state is Delivered.WAITING else r for r in recipients)


def _answered(recipient: DeliveryRecipient, answer: Reply, final: Reply | None) -> DeliveryRecipient:
    last = final if answer.is_positive and final is not None else answer
    if last.is_positive:
        state = Delivered.SENT if final is not None else Delivered.WAITING
    else:
        state = Delivered.WAITING if last.is_transient else Delivered.FAILED
    return replace(recipient, state=state, reply=str(last)[:500])


def _given_up(recipient: DeliveryRecipient) -> DeliveryRecipient:
    return replace(recipient, state=Delivered.FAILED) if recipient.state is Delivered.WAITING else recipient
