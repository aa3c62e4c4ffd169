"""The check address: tells one of the council's own people privately what would happen to a draft; nothing is kept."""

from dataclasses import replace

from gatekeeper.core import reply
from gatekeeper.core.address import Address
from gatekeeper.core.changes import Changes
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.message import Automatic, Message
from gatekeeper.core.people import Holder
from gatekeeper.core.reply import Reply
from gatekeeper.services.changes import joined
from gatekeeper.services.judging import Disclosure, Judge, Judgement, Pass
from gatekeeper.services.notices import Notices
from gatekeeper.services.ports import Clock, Randomness, Recorder

SOMEBODY = Path(b"somebody@outside.invalid")
"""Whom a draft is taken to be for where its header names nobody but the check address."""

OUTCOMES = {
    Action.PASS: "sent as it is",
    Action.FLAG: "sent as it is, with a note in the record",
    Action.DISCLOSE: "sent with the blind copies disclosed at its foot",
    Action.HOLD: "held for review",
    Action.REFUSE: "refused",
}
_OTHERWISE = {
    Disclosure.WRAPPED: "sent inside a new message that discloses the blind copies, since its body cannot be altered",
    Disclosure.NOTICE: "sent as it is, and its recipients told of the blind copies by a notice",
}


class PreCheck:
    def __init__(
        self, check: Address, judge: Judge, notices: Notices, recorder: Recorder, clock: Clock, names: Randomness
    ) -> None:
        self._check = check
        self._judge = judge
        self._notices = notices
        self._recorder = recorder
        self._clock = clock
        self._names = names

    async def answer(self, submission: Submission) -> Reply:
        """Judge the draft for those whom its header names, and write to its author. Raises `TryAgain`."""
        if not submission.mail_from.raw:
            return reply.CHECK_REFUSED
        judgement = self._judge.judge(submission)
        author = judgement.parties.sender.holder if judgement.parties else None
        if author is None or judgement.council is None:
            return reply.CHECK_REFUSED
        if isinstance(judgement.message, Message) and judgement.message.automatic is not Automatic.NO:
            return reply.OK
        meant = self._judge.judge(replace(submission, rcpt_to=self._meant(judgement)))
        await self._recorder.record(self._told(meant, author))
        return reply.OK

    def _meant(self, judgement: Judgement) -> tuple[Path, ...]:
        message = judgement.message
        boxes = (*message.to, *message.cc, *message.bcc) if isinstance(message, Message) else ()
        others = dict.fromkeys(str(m.address) for m in boxes if m.address.key != self._check.key)
        return tuple(Path(o.encode()) for o in others) or (SOMEBODY,)

    def _told(self, judgement: Judgement, author: Holder) -> Changes:
        """The answer, and an event that does not say whose draft it was."""
        council, at = judgement.council, self._clock.now()
        if council is None:
            return Changes()
        event = Event(self._names.event_id(at), council.id, at, Kind.PRECHECKED)
        outcome = _outcome(judgement)
        return joined(Changes(events=(event,)), self._notices.checked(council, judgement, author, outcome, at))


def _outcome(judgement: Judgement) -> str:
    plan = judgement.plan
    otherwise = _OTHERWISE.get(plan.disclosure) if isinstance(plan, Pass) else None
    return otherwise or OUTCOMES.get(judgement.verdict.action, "looked at")
