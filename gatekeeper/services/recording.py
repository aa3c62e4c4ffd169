"""A judgement as what is written to the store: the events and the bare record of a message."""

from datetime import datetime

from gatekeeper.core.changes import Changes, MessageRecord, Outcome, OutcomeChange
from gatekeeper.core.events import Event, Kind, Value
from gatekeeper.core.finding import Action
from gatekeeper.core.message import Message
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import Transaction
from gatekeeper.services.judging import Disclosure, Hold, Judgement, Pass
from gatekeeper.services.ports import Randomness
from gatekeeper.services.split import lone_key, look_at, visible_recipients

PROTECTED_NAME = "a protected channel"
"""How the record names a protected recipient of a message that also went to others."""

_MAX_EVIDENCE = 500
"""Characters of evidence that are kept for each finding."""


class Scribe:
    """Writes events about one judged message."""

    def __init__(self, judgement: Judgement, protected: frozenset[bytes], names: Randomness) -> None:
        self._judgement = judgement
        self._protected = protected
        self._names = names

    def judged(self, at: datetime, outcome: Outcome) -> Changes:
        """The judgement, before anything is done about it."""
        j = self._judgement
        record = MessageRecord(
            reference=j.submission.reference,
            council=j.council_id,
            at=at,
            door=j.submission.door,
            verdict=j.verdict.action.value,
            outcome=outcome,
            protocol_version=j.verdict.protocol_version,
            digest=self.digest(),
        )
        event = self.event(
            Kind.JUDGED,
            at,
            details=self._details(),
            facts={"protocol": j.verdict.protocol_version, "size": str(len(j.submission.raw)), "plan": self._plan()},
            people=self._people(),
        )
        return Changes(events=(event,), messages=(record,), transactions=self._transactions(at))

    def _transactions(self, at: datetime) -> tuple[Transaction, ...]:
        """The message as one of several transactions, or as one whose recipients a notice has to tell."""
        j = self._judgement
        by_notice = isinstance(j.plan, Pass) and j.plan.disclosure is Disclosure.NOTICE
        if j.council is None or not (j.key or by_notice):
            return ()
        key = j.key or lone_key(j.council, j.submission.reference)
        told = j.verdict.disclosed if isinstance(j.plan, Pass) and j.plan.footer else ()
        due = look_at(at) if j.blind or by_notice else None
        return (Transaction(j.council.id, key, j.submission.reference, at, j.blind, told, due),)

    def _plan(self) -> str:
        return type(self._judgement.plan).__name__.lower()

    def digest(self) -> str:
        """What identifies content and envelope, so that a client's retry is known again; "" outside any council."""
        j = self._judgement
        if j.council is None or not isinstance(j.plan, Hold):
            return ""
        envelope = b"\n".join((j.submission.mail_from.raw, *sorted(p.raw for p in j.submission.rcpt_to)))
        return j.council.digest(envelope, j.submission.raw)

    def outcome(self, at: datetime, outcome: Outcome, kind: Kind, reply: Reply | None) -> Changes:
        """What became of it. A disclosure is made when the message has gone."""
        events = [self.event(kind, at, facts={"reply": _code(reply)} if reply else {})]
        plan = self._judgement.plan
        if outcome is Outcome.RELAYED and isinstance(plan, Pass) and plan.footer:
            events.append(self._disclosed(at, plan.footer))
        return Changes(events=tuple(events), outcomes=(OutcomeChange(self._judgement.submission.reference, outcome),))

    def _disclosed(self, at: datetime, footer: tuple[str, ...]) -> Event:
        people = self._judgement.verdict.disclosed
        return self.event(Kind.DISCLOSED, at, details={"disclosed": people, "footer": footer}, people=people)

    def event(
        self,
        kind: Kind,
        at: datetime,
        *,
        facts: dict[str, str] | None = None,
        details: dict[str, Value] | None = None,
        people: tuple[str, ...] = (),
    ) -> Event:
        j = self._judgement
        return Event(
            id=self._names.event_id(at),
            council=j.council_id,
            at=at,
            kind=kind,
            reference=j.submission.reference,
            verdict=j.verdict.action.value,
            rules=j.verdict.rules,
            clauses=j.verdict.clauses,
            facts=facts or {},
            details=details or {},
            people=people,
        )

    def _details(self) -> dict[str, Value]:
        j = self._judgement
        evidence = tuple(x.finding.evidence[:_MAX_EVIDENCE] for x in j.verdict.judged if x.action is not Action.PASS)
        details: dict[str, Value] = {
            "sender": str(j.submission.mail_from) or _from(j),
            "recipients": self.recipients(),
            "subject": j.message.subject,
            "message_id": j.message.message_id,
        }
        ours = j.parties is not None and j.parties.sender.ours
        if ours and j.parties and (visible := visible_recipients(j.parties, self._protected)):
            details["visible"] = visible
        if evidence:
            details["evidence"] = evidence
            details["reasons"] = tuple(x.finding.reason for x in j.verdict.judged)
        return details

    def recipients(self) -> tuple[str, ...]:
        named = (PROTECTED_NAME if p.raw in self._protected else str(p) for p in self._judgement.submission.rcpt_to)
        return tuple(dict.fromkeys(named))

    def _people(self) -> tuple[str, ...]:
        parties = self._judgement.parties
        if parties is None:
            return ()
        writers = (h.id for h in parties.sender.holders)
        readers = (
            r.holder.id for r in parties.recipients if r.holder is not None and r.path.raw not in self._protected
        )
        return tuple(dict.fromkeys((*writers, *readers)))


def _from(j: Judgement) -> str:
    return str(j.message.from_[0].address) if isinstance(j.message, Message) and j.message.from_ else ""


def _code(reply: Reply) -> str:
    return str(reply.code)
