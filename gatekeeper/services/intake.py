"""Intake: what happens to one message between the final dot and the reply. Implements `ports.Gate`.

The order is the promise. Judgement committed, then the next hop, then the outcome committed, then our own 250. Where
one of them fails the client is told to keep the message. Protected recipients are served before and apart from all
that, whether or not anything else works.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import datetime
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
            return await self._settle(await self._judged(submission), frozenset(), outlet)
        if self._protected.covers(submission, channels):
            return await self._pass_protected(submission, channels, outlet)
        return await self._split(submission, channels, outlet)

    # --- protected channels ---------------------------------------------------------------------------------------

    async def _pass_protected(self, submission: Submission, channels: dict[bytes, str], outlet: Outlet) -> Reply:
        """Untouched and without a trace but for a count."""
        answer = await outlet.send((self._trace(submission, reference=""), submission.raw))
        if answer.is_positive:
            self._protected.count(submission, channels)
        return answer

    async def _split(self, submission: Submission, channels: dict[bytes, str], outlet: Outlet) -> Reply:
        """Protected and other recipients in one message: the protected ones are served whatever happens to the rest."""
        try:
            judgement = await self._judged(submission, may_wait=False)
            judgement = self._never_refused(judgement)
            return await self._settle(judgement, frozenset(channels), outlet, channels)
        except Exception:
            await self._serve(submission, channels, outlet)
            raise

    def _never_refused(self, judgement: Judgement) -> Judgement:
        """Part of the message is served already, so the rest cannot be refused: it is held."""
        return replace(judgement, plan=judgement.plan.instead) if isinstance(judgement.plan, Refuse) else judgement

    async def _serve(self, submission: Submission, channels: dict[bytes, str], outlet: Outlet) -> None:
        """Serve the protected recipients that were not served by an earlier try. Raises `TryAgain` where the next hop
        does not take it for all of them."""
        council = self._protected.council(submission)
        protected = [p for p in submission.rcpt_to if p.raw in channels]
        served = await self._served.among(council, submission, protected) if council else frozenset()
        waiting = [p for p in protected if p.raw not in served]
        if not waiting:
            return
        sent = await outlet.send_apart(waiting, (self._trace(submission, reference=""), submission.raw))
        if sent.final is None or not sent.final.is_positive:
            raise TryAgain("The next mail server did not take the message for a protected channel.")
        done = [p for p, r in zip(waiting, sent.recipients, strict=True) if r.is_positive]
        self._protected.count(submission, {p.raw: channels[p.raw] for p in done})
        if council:
            await self._served.add(council, submission, done)
        if len(done) < len(waiting):
            raise TryAgain("The next mail server did not take every protected recipient.")

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

    async def _settle(
        self,
        judgement: Judgement,
        protected: frozenset[bytes],
        outlet: Outlet,
        channels: dict[bytes, str] | None = None,
    ) -> Reply:
        scribe = Scribe(judgement, protected, self._names)
        match judgement.plan:
            case Pass() as plan:
                return await self._pass(judgement, plan, scribe, channels or {}, outlet)
            case Hold() as plan:
                return await self._hold(judgement, plan, scribe, channels or {}, outlet)
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
        self, judgement: Judgement, plan: Pass, scribe: Scribe, channels: dict[bytes, str], outlet: Outlet
    ) -> Reply:
        submission = judgement.submission
        await self._recorder.record(scribe.judged(self._clock.now(), Outcome.OPEN))
        content = (self._trace(submission, submission.reference), plan.raw)
        try:
            if channels:
                await self._serve(submission, channels, outlet)
                answer = await self._send_rest(submission, channels, content, outlet)
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

    async def _send_rest(
        self, submission: Submission, channels: dict[bytes, str], content: Sequence[bytes], outlet: Outlet
    ) -> Reply:
        rest = [p for p in submission.rcpt_to if p.raw not in channels]
        sent = await outlet.send_apart(rest, content)
        if sent.final is None or not all(r.is_positive for r in sent.recipients):
            raise TryAgain("The next mail server did not take the other recipients again.")
        return sent.final

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

    async def _hold(
        self, judgement: Judgement, plan: Hold, scribe: Scribe, channels: dict[bytes, str], outlet: Outlet
    ) -> Reply:
        digest = scribe.digest()
        held = await self._reader.read(lambda tx: tx.held_by_digest(plan.council.id, digest))
        if held is None:
            state = State.PENDING if channels else State.WAITING
            held = self._held(judgement, plan, state, digest, channels)
            await self._keep(judgement, plan, scribe, held)
        if channels:
            await self._serve_and_open(judgement, plan, scribe, held, channels, outlet)
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
        notice = self._notices.held(plan.council, held, judgement.message, at)
        return joined(Changes(events=(event,)), notice)

    def _held(
        self, judgement: Judgement, plan: Hold, state: State, digest: str, channels: dict[bytes, str]
    ) -> HeldMessage:
        submission = judgement.submission
        author = plan.parties.sender.holder
        asked = tuple(reviewers(plan.council.directory(submission.at)))
        concerned = tuple(h.id for h in asked if concerns(judgement.message, plan.parties, h))
        return HeldMessage(
            reference=submission.reference,
            council=plan.council.id,
            state=state,
            version=1,
            received_at=submission.at,
            due_at=due(submission.at, plan.council),
            door=submission.door,
            account=submission.account,
            mail_from=submission.mail_from,
            rcpt_to=tuple(p for p in submission.rcpt_to if p.raw not in channels),
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

    async def _serve_and_open(
        self,
        judgement: Judgement,
        plan: Hold,
        scribe: Scribe,
        held: HeldMessage,
        channels: dict[bytes, str],
        outlet: Outlet,
    ) -> None:
        """The hold is committed but pending; serve the protected recipients, then let reviewers see it."""
        try:
            await self._serve(judgement.submission, channels, outlet)
        except TryAgain:
            if held.state is State.PENDING:
                await self._move(held, Move.CANCEL, Changes(events=(scribe.event(Kind.CANCELLED, self._clock.now()),)))
            raise
        if held.state is State.PENDING:
            await self._move(held, Move.OPEN, self._announced(judgement, plan, scribe, held, self._clock.now()))
            self._wake()

    async def _move(self, held: HeldMessage, move: Move, changes: Changes) -> None:
        after = held.moved(move, self._clock.now())
        await self._recorder.record(joined(changes, Changes(moves=(HeldMove(held, after),))))

    def _trace(self, submission: Submission, reference: str) -> bytes:
        return received(
            peer=submission.peer, helo=submission.helo, host=self._hostname, reference=reference, at=submission.at
        )
