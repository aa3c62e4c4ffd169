"""Intake: what happens to one message between the final dot and the reply. Implements `ports.Gate`.

The order is the promise. Judgement committed, then the next hop, then the outcome committed, then our own 250. Where
one of them fails the client is told to keep the message. Protected recipients are served before and apart from all
that, whether or not anything else works.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import assert_never

from gatekeeper import logs
from gatekeeper.core import reply
from gatekeeper.core.address import Address
from gatekeeper.core.changes import Changes, HeldMove, Outcome
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.events import Kind
from gatekeeper.core.held import HeldMessage, Move, State
from gatekeeper.core.history import NOTHING_KNOWN, History
from gatekeeper.core.received import received
from gatekeeper.core.reply import Reply
from gatekeeper.core.routing import concerns, reviewers
from gatekeeper.core.split import Transaction
from gatekeeper.errors import MaybeSent, TryAgain
from gatekeeper.services.apart import Apart
from gatekeeper.services.changes import joined
from gatekeeper.services.judging import Hold, Judge, Judgement, Pass, Refuse
from gatekeeper.services.notices import Notices
from gatekeeper.services.ports import Clock, Outlet, Randomness, Reader, Recorder
from gatekeeper.services.precheck import PreCheck
from gatekeeper.services.protected import Protected, ServedBefore
from gatekeeper.services.recording import Scribe
from gatekeeper.services.split import Histories, look_at
from gatekeeper.services.worktime import due

OUTCOME_WAIT_SECONDS = 10.0
"""How long the outcome of a message that the next hop took may take to commit before the client is answered."""

RETRIED = timedelta(days=5)
"""For how long a client tries a message again for whose final dot it saw no reply (RFC 5321 section 4.5.4.1)."""

BIG = 256 * 1024
"""Octets above which a message is judged in a thread, so that the others do not wait for it."""


class Intake:
    def __init__(
        self,
        *,
        judge: Judge,
        recorder: Recorder,
        reader: Reader,
        notices: Notices,
        protected: Protected,
        clock: Clock,
        names: Randomness,
        hostname: str,
        wake: Callable[[], None],
        check: Address | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._judge = judge
        self._recorder = recorder
        self._reader = reader
        self._notices = notices
        self._protected = protected
        self._clock = clock
        self._names = names
        self._hostname = hostname
        self._wake = wake
        self._own = frozenset({check.key} if check else ())
        self._precheck = PreCheck(check, judge, notices, recorder, clock, names) if check else None
        self._histories = Histories(reader)
        self._pause = pause
        self._served = ServedBefore(recorder, reader, clock)
        self._late: set[asyncio.Task[None]] = set()

    def is_own_address(self, path: Path) -> bool:
        """Whether gatekeeper answers this address itself."""
        address = path.address
        return address is not None and address.key in self._own

    async def accept(self, submission: Submission, outlet: Outlet) -> Reply:
        """The reply to the final dot. Raises `TryAgain` where the message could be neither judged nor recorded."""
        if self._precheck is not None and all(self.is_own_address(p) for p in submission.rcpt_to):
            answer = await self._precheck.answer(submission)
            self._wake()
            return answer
        channels = self._protected.channels(submission)
        if not channels:
            return await self._settle(await self._judged(submission), outlet, None)
        if self._protected.covers(submission, channels):
            return await self._pass_protected(submission, channels, outlet)
        return await self._split(submission, self._apart(submission, channels, outlet), outlet)

    # --- protected channels ---------------------------------------------------------------------------------------

    async def _pass_protected(self, submission: Submission, channels: dict[bytes, str], outlet: Outlet) -> Reply:
        """Untouched and without a trace but for a count."""
        answer = await outlet.send((self._trace(submission, reference=""), submission.raw))
        if answer.is_positive:
            self._protected.count(submission, channels)
        return answer

    def _apart(self, submission: Submission, channels: dict[bytes, str], outlet: Outlet) -> Apart:
        trace = self._trace(submission, reference="")
        return Apart(submission, channels, outlet, protected=self._protected, served=self._served, trace=trace)

    async def _split(self, submission: Submission, apart: Apart, outlet: Outlet) -> Reply:
        """Protected and other recipients in one message: the protected ones are served whatever happens to the rest."""
        try:
            judgement = await self._judged(submission, may_wait=False)
            judgement = self._never_refused(judgement)
            return await self._settle(judgement, outlet, apart)
        except Exception:
            if not apart.was_tried:
                await apart.serve()
            raise

    def _never_refused(self, judgement: Judgement) -> Judgement:
        """Part of the message is served already, so the rest cannot be refused: it is held."""
        return replace(judgement, plan=judgement.plan.instead) if isinstance(judgement.plan, Refuse) else judgement

    # --- judgement and what follows -------------------------------------------------------------------------------

    async def _judged(self, submission: Submission, *, may_wait: bool = True) -> Judgement:
        """Judged in the knowledge of what other transactions of the same message say. Raises `TryAgain`."""
        judgement = await self._judged_with(submission, NOTHING_KNOWN)
        council = judgement.council
        if council is None or not judgement.key:
            return judgement
        if may_wait and council.protocol.join_seconds:
            await self._wait_for_others(judgement, council.protocol.join_seconds)
        history = await self._histories.of(council.id, judgement.key, submission.reference)
        return judgement if history == NOTHING_KNOWN else await self._judged_with(submission, history)

    async def _judged_with(self, submission: Submission, history: History) -> Judgement:
        if len(submission.raw) > BIG:
            return await asyncio.to_thread(self._judge.judge, submission, history)
        return self._judge.judge(submission, history)

    async def _wait_for_others(self, judgement: Judgement, seconds: int) -> None:
        """Make this transaction known, and give the others of the message time to do the same."""
        at, j = self._clock.now(), judgement
        due = look_at(at, seconds) if j.blind else None
        seen = Transaction(j.council_id, j.key, j.submission.reference, at, j.blind, (), due)
        await self._recorder.record(Changes(transactions=(seen,)))
        await self._pause(seconds)

    async def _settle(self, judgement: Judgement, outlet: Outlet, apart: Apart | None) -> Reply:
        scribe = Scribe(judgement, frozenset(apart.channels if apart else ()), self._names)
        match judgement.plan:
            case Pass() as plan:
                return await self._pass(judgement, plan, scribe, apart, outlet)
            case Hold() as plan:
                return await self._hold(judgement, plan, scribe, apart)
            case Refuse(because):
                at = self._clock.now()
                verdict = scribe.judged(at, Outcome.REFUSED)
                await self._recorder.record(joined(verdict, Changes(events=(scribe.event(Kind.REFUSED, at),))))
                clause = because.clause.words or because.clause.effect if because.clause else ""
                reference = judgement.submission.reference
                return reply.refused(because.citation, because.finding.reason, reference, clause)
            case other:
                assert_never(other)

    async def _pass(
        self, judgement: Judgement, plan: Pass, scribe: Scribe, apart: Apart | None, outlet: Outlet
    ) -> Reply:
        submission = judgement.submission
        await self._recorder.record(scribe.judged(self._clock.now(), Outcome.OPEN))
        content = (self._trace(submission, submission.reference), plan.raw)
        try:
            if apart is not None:
                await apart.serve()
                answer = await apart.send_rest(content)
            else:
                answer = await outlet.send(content)
        except MaybeSent:
            await self._outcome(scribe, Outcome.UNKNOWN, Kind.OUTCOME_UNKNOWN, None)
            raise
        except TryAgain:
            await self._outcome(scribe, Outcome.DEFERRED, Kind.NOT_RELAYED, reply.NEXT_HOP_LOST)
            raise
        if answer.is_positive:
            await self._outcome_in_time(scribe, answer)
        else:
            outcome = Outcome.DEFERRED if answer.is_transient else Outcome.REFUSED
            await self._outcome(scribe, outcome, Kind.NOT_RELAYED, answer)
        return answer

    async def _outcome(self, scribe: Scribe, outcome: Outcome, kind: Kind, answer: Reply | None) -> None:
        """Record what became of it. The message is judged and recorded by now, so a failure is repaired later."""
        try:
            await self._recorder.record(scribe.outcome(self._clock.now(), outcome, kind, answer))
        except TryAgain:
            logs.outcome_not_recorded()

    async def _outcome_in_time(self, scribe: Scribe, answer: Reply) -> None:
        """As `_outcome` for what the next hop took, giving up the wait (not the record) after some seconds."""
        recording = asyncio.create_task(self._outcome(scribe, Outcome.RELAYED, Kind.RELAYED, answer))
        done, _ = await asyncio.wait((recording,), timeout=OUTCOME_WAIT_SECONDS)
        if not done:
            logs.outcome_not_recorded()
            self._late.add(recording)
            recording.add_done_callback(self._late.discard)

    # --- holding --------------------------------------------------------------------------------------------------

    async def _hold(self, judgement: Judgement, plan: Hold, scribe: Scribe, apart: Apart | None) -> Reply:
        digest, since = scribe.digest(), self._clock.now() - RETRIED
        held = await self._reader.read(lambda tx: tx.held_by_digest(plan.council.id, digest, since))
        if held is None:
            held = self._held(judgement, plan, digest, apart)
            await self._keep(judgement, plan, scribe, held)
        if apart is not None:
            await self._serve(held, scribe, apart)
        if held.state is State.PENDING:
            await self._open(judgement, plan, scribe, held, apart)
        return reply.held(held.reference)

    async def _keep(self, judgement: Judgement, plan: Hold, scribe: Scribe, held: HeldMessage) -> None:
        at = self._clock.now()
        judged = scribe.judged(at, Outcome.HELD)
        changes = Changes(held=(held,), content=((held.reference, judgement.submission.raw),))
        if held.state is State.WAITING:
            changes = joined(changes, self._announced(judgement, plan, scribe, held, at))
        await self._recorder.record(joined(judged, changes))
        self._wake()

    def _announced(self, judgement: Judgement, plan: Hold, scribe: Scribe, held: HeldMessage, at: datetime) -> Changes:
        """The event that a message is held, and the notice to its author."""
        if not held.reviewer:
            logs.no_reviewer(held.reference)
        event = scribe.event(Kind.HELD, at, facts={"due": held.due_at.isoformat()})
        event = replace(event, reference=held.reference)
        notice = self._notices.held(plan.council, held, judgement.message, at)
        return joined(Changes(events=(event,)), notice)

    def _held(self, judgement: Judgement, plan: Hold, digest: str, apart: Apart | None) -> HeldMessage:
        submission = judgement.submission
        author = plan.parties.sender.holder
        asked = tuple(reviewers(plan.council.directory(submission.at)))
        concerned = tuple(h.id for h in asked if concerns(judgement.message, plan.parties, h))
        return HeldMessage(
            reference=submission.reference,
            council=plan.council.id,
            state=State.PENDING if apart else State.WAITING,
            version=1,
            received_at=submission.at,
            due_at=due(submission.at, plan.council),
            door=submission.door,
            account=submission.account,
            mail_from=submission.mail_from,
            rcpt_to=apart.rest if apart else submission.rcpt_to,
            sender=str(plan.parties.sender.address or ""),
            author=author.id if author else "",
            subject=judgement.message.subject,
            message_id=judgement.message.message_id,
            verdict=judgement.verdict,
            size=len(submission.raw),
            digest=digest,
            reviewer=next((h.id for h in asked if h.id not in concerned), ""),
            concerned=concerned,
        )

    async def _serve(self, held: HeldMessage, scribe: Scribe, apart: Apart) -> None:
        """Serve the protected recipients of what is held; where that fails, what nobody has seen yet is cancelled."""
        try:
            await apart.serve()
        except TryAgain:
            if held.state is State.PENDING:
                event = replace(scribe.event(Kind.CANCELLED, self._clock.now()), reference=held.reference)
                await self._move(held, held.moved(Move.CANCEL, self._clock.now()), Changes(events=(event,)))
            raise

    async def _open(
        self, judgement: Judgement, plan: Hold, scribe: Scribe, held: HeldMessage, apart: Apart | None
    ) -> None:
        """The hold is committed but pending; its protected recipients are served or are none any more, so reviewers may
        see it. An earlier try may have left it: since then the register may have changed who is protected."""
        rest = apart.rest if apart else judgement.submission.rcpt_to
        opened = replace(held.moved(Move.OPEN, self._clock.now()), rcpt_to=await self._unserved(judgement, held, rest))
        await self._move(held, opened, self._announced(judgement, plan, scribe, opened, self._clock.now()))
        self._wake()

    async def _unserved(self, judgement: Judgement, held: HeldMessage, rest: tuple[Path, ...]) -> tuple[Path, ...]:
        """Those of the rest that still wait for the message: one that was protected before may have it already."""
        submission = judgement.submission
        others = [p for p in rest if p not in held.rcpt_to]
        council = self._protected.council(submission) if others else None
        served = await self._served.among(council, submission, others) if council else frozenset()
        return tuple(p for p in rest if p.raw not in served)

    async def _move(self, held: HeldMessage, after: HeldMessage, changes: Changes) -> None:
        await self._recorder.record(joined(changes, Changes(moves=(HeldMove(held, after),))))

    def _trace(self, submission: Submission, reference: str) -> bytes:
        return received(
            peer=submission.peer, helo=submission.helo, host=self._hostname, reference=reference, at=submission.at
        )
