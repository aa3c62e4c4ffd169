"""From a submission to what is to be done with it: steps 2 to 8 of a message's road, all of them pure.

The door, `check`, `replay` and the page to try a message out run exactly this.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.disclosure import blind_councillors, footer_lines
from gatekeeper.core.envelope import Direction, Submission
from gatekeeper.core.events import NO_COUNCIL
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.identify import claimed, identify
from gatekeeper.core.judge import judge, judge_unreadable
from gatekeeper.core.message import Automatic, Message, Unreadable, Where
from gatekeeper.core.parties import Parties
from gatekeeper.core.protocol import Mode
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.mail.footer import CannotAlter, disclose
from gatekeeper.mail.read import read
from gatekeeper.services.councils import Council, Councils


@dataclass(frozen=True, slots=True)
class Pass:
    """Send `raw` on: the bytes that came, or the same with `footer` at the foot."""

    raw: bytes
    footer: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Hold:
    """Keep it for review, in this council."""

    council: Council
    parties: Parties


@dataclass(frozen=True, slots=True)
class Refuse:
    """Do not take it; `because` is the finding that is cited. `instead` is for a message of which part is served."""

    because: Judged
    instead: Hold


Plan = Pass | Hold | Refuse


@dataclass(frozen=True, slots=True)
class Judgement:
    """A submission, judged. `verdict` is what the protocol says, `plan` what is done: in monitor mode they differ.

    `council` is `None` for mail between outsiders. `footer` are the lines that disclose, whether or not the message
    goes out now.
    """

    submission: Submission
    council: Council | None
    message: Message | Unreadable
    parties: Parties | None
    verdict: Verdict
    footer: tuple[str, ...]
    plan: Plan

    @property
    def council_id(self) -> str:
        return self.council.id if self.council else NO_COUNCIL


class Judge:
    """The rules, and the councils they are applied for."""

    def __init__(self, councils: Councils, rules: Sequence[Rule]) -> None:
        self._councils = councils
        self._rules = rules

    def judge(self, submission: Submission) -> Judgement:
        """Never raises: what cannot be judged is held."""
        message = read(submission.raw, texts=False)
        council = self.council_of(submission, message)
        if council is None:
            return Judgement(submission, None, message, None, _NOTHING, (), Pass(submission.raw))
        try:
            return self._judge_for(council, submission, message)
        except Exception as error:
            broken = Unreadable(f"Judging it failed ({type(error).__name__}).", from_=message.from_)
            return _unreadable(council, submission, broken)

    def council_of(self, submission: Submission, message: Message | Unreadable) -> Council | None:
        """The sender's council on a door that the council's own servers use; else the first recipient's."""
        recipients = (p.address for p in submission.rcpt_to)
        if submission.direction is Direction.INCOMING:
            return self._councils.first_of(recipients)
        authors = (a for _, a in claimed(submission, message))
        return self._councils.first_of(authors) or self._councils.first_of(recipients)

    def _judge_for(self, council: Council, submission: Submission, message: Message | Unreadable) -> Judgement:
        if isinstance(message, Unreadable):
            return _unreadable(council, submission, message)
        directory = council.directory(submission.at)
        parties = identify(submission, message, directory)
        if self._wants_text(council, parties):
            whole = read(submission.raw)
            if isinstance(whole, Unreadable):
                return _unreadable(council, submission, whole)
            message = whole
        case = Case(submission, message, parties, directory, council.protocol)
        exempt = Verdict(Action.PASS, (), (), council.protocol.version)
        return _planned(council, case, exempt if _is_exempt(case) else judge(case, self._rules))

    def _wants_text(self, council: Council, parties: Parties) -> bool:
        policies = council.protocol.rules
        return any(
            r.wants_text(parties)
            for r in self._rules
            if r.name in policies and policies[r.name].action is not Action.OFF
        )


_NOTHING = Verdict(Action.PASS, (), (), "")


def _is_exempt(case: Case) -> bool:
    """Mail that no clause touches: from outside, and automatic mail. A header alone excuses nobody: a report or an
    automatic reply counts as such with a null reverse-path, or where nobody wrote anything in it."""
    if not case.parties.sender.ours:
        return True
    match case.message.automatic:
        case Automatic.NO:
            return False
        case Automatic.REPORT:
            return not case.submission.mail_from.raw
        case Automatic.REPLY | Automatic.CALENDAR:
            wrote = any(t.own_text.strip() for t in case.message.texts if t.where is not Where.SUBJECT)
            return not case.submission.mail_from.raw or not wrote
        case other:
            assert_never(other)


def disclosed_bytes(submission: Submission, council: Council) -> tuple[bytes, tuple[str, ...]]:
    """The message with every blind councillor disclosed, and the lines that do it; the message as it came where there
    is nobody to disclose. For a release. Raises `CannotAlter`."""
    message = read(submission.raw)
    if isinstance(message, Unreadable):
        raise CannotAlter(message.reason)
    directory = council.directory(submission.at)
    case = Case(submission, message, identify(submission, message, directory), directory, council.protocol)
    lines = footer_lines(case, blind_councillors(case), council.protocol.footer)
    if not lines:
        return submission.raw, ()
    return disclose(submission.raw, message.root, lines, council.protocol.footer.position), lines


def _planned(council: Council, case: Case, verdict: Verdict) -> Judgement:
    footer = footer_lines(case, verdict.disclosed, council.protocol.footer) if verdict.disclosed else ()
    verdict, plan = _plan(case, verdict, footer, Hold(council, case.parties))
    if council.protocol.mode is Mode.MONITOR:
        plan = Pass(case.submission.raw)
    return Judgement(case.submission, council, case.message, case.parties, verdict, footer, plan)


def _plan(case: Case, verdict: Verdict, footer: tuple[str, ...], hold: Hold) -> tuple[Verdict, Plan]:
    gravest = verdict.gravest
    if verdict.action is Action.REFUSE and gravest is not None:
        return verdict, Refuse(gravest, hold)
    if verdict.action is Action.HOLD:
        return verdict, hold
    if not footer:
        return verdict, Pass(case.submission.raw)
    try:
        raw = disclose(case.submission.raw, case.message.root, footer, case.protocol.footer.position)
    except CannotAlter as unable:
        return _held_because_undisclosed(verdict, str(unable)), hold
    return verdict, Pass(raw, footer)


def _held_because_undisclosed(verdict: Verdict, why: str) -> Verdict:
    """The verdict on a message whose copies would have been disclosed, had its body allowed it."""
    judged = tuple(
        Judged(_undisclosable(j.finding, why), Action.HOLD, j.clause) if j.action is Action.DISCLOSE else j
        for j in verdict.judged
    )
    return Verdict(Action.HOLD, judged, verdict.disclosed, verdict.protocol_version)


def _undisclosable(finding: Finding, why: str) -> Finding:
    reason = f"{finding.reason} The copy cannot be disclosed safely: {why}"
    return Finding(finding.rule, finding.evidence, finding.where, reason, finding.disclose)


def _unreadable(council: Council, submission: Submission, message: Unreadable) -> Judgement:
    """Held, unless it is from outside on an incoming door: that is not the council's mail to hold."""
    directory = council.directory(submission.at)
    parties = identify(submission, message, directory)
    verdict = judge_unreadable(message, council.protocol)
    if submission.direction is Direction.INCOMING or council.protocol.mode is Mode.MONITOR:
        return Judgement(submission, council, message, parties, verdict, (), Pass(submission.raw))
    return Judgement(submission, council, message, parties, verdict, (), Hold(council, parties))
