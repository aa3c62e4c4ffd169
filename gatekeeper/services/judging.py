"""From a submission to what is to be done with it: steps 2 to 8 of a message's road, all of them pure.

The door, `check`, `replay` and the page to try a message out run exactly this.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import assert_never

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.disclosure import blind_councillors, footer_lines, silent_councillors
from gatekeeper.core.envelope import Direction, Submission
from gatekeeper.core.events import NO_COUNCIL
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.history import NOTHING_KNOWN, History
from gatekeeper.core.identify import claimed, identify
from gatekeeper.core.judge import judge, judge_unreadable
from gatekeeper.core.message import Automatic, Message, Unreadable, Where
from gatekeeper.core.parties import Parties
from gatekeeper.core.protocol import Mode, Unalterable
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.mail.footer import CannotAlter, disclose
from gatekeeper.mail.read import read, with_texts
from gatekeeper.mail.wrap import wrap
from gatekeeper.services.councils import Council, Councils
from gatekeeper.services.split import message_key


class Disclosure(StrEnum):
    """How the recipients of a message that passes are told of its silent copies."""

    NONE = ""
    FOOTER = "footer"
    WRAPPED = "wrapped"
    NOTICE = "notice"


@dataclass(frozen=True, slots=True)
class Pass:
    """Send `raw` on: the bytes that came, or the same with `footer` at the foot, or inside a message that says it."""

    raw: bytes
    footer: tuple[str, ...] = ()
    disclosure: Disclosure = Disclosure.NONE


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
    goes out now. `key` is that of the message, where it may come in several transactions; `blind` are the persons of a
    silent copy in this one.
    """

    submission: Submission
    council: Council | None
    message: Message | Unreadable
    parties: Parties | None
    verdict: Verdict
    footer: tuple[str, ...]
    plan: Plan
    key: str = ""
    blind: tuple[str, ...] = ()

    @property
    def council_id(self) -> str:
        return self.council.id if self.council else NO_COUNCIL


class Judge:
    """The rules, and the councils they are applied for."""

    def __init__(self, councils: Councils, rules: Sequence[Rule]) -> None:
        self._councils = councils
        self._rules = rules

    def judge(self, submission: Submission, history: History = NOTHING_KNOWN) -> Judgement:
        """Never raises: what cannot be judged is held."""
        message = read(submission.raw, texts=False)
        council = self.council_of(submission, message)
        if council is None:
            return Judgement(submission, None, message, None, _NOTHING, (), Pass(submission.raw))
        try:
            return self._judge_for(council, submission, message, history)
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

    def _judge_for(
        self, council: Council, submission: Submission, message: Message | Unreadable, history: History
    ) -> Judgement:
        if isinstance(message, Unreadable):
            return _unreadable(council, submission, message)
        directory = council.directory(submission.at)
        parties = identify(submission, message, directory)
        if history != NOTHING_KNOWN or self._wants_text(council, parties):
            whole = with_texts(submission.raw, message)
            if isinstance(whole, Unreadable):
                return _unreadable(council, submission, whole)
            message = whole
        case = Case(submission, message, parties, directory, council.protocol, history)
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


@dataclass(frozen=True, slots=True)
class Disclosed:
    """A message in which `people` are disclosed, `lines` being the words that do it in `raw`; none where there is
    nobody to disclose, or where a notice does it. `blind` are those whom the message itself reaches blind."""

    raw: bytes
    lines: tuple[str, ...]
    people: tuple[str, ...]
    blind: tuple[str, ...]


def disclosed(submission: Submission, council: Council, history: History) -> Disclosed:
    """The message with every silent copy disclosed. For a release. Raises `CannotAlter`."""
    message = read(submission.raw)
    if isinstance(message, Unreadable):
        raise CannotAlter(message.reason)
    directory = council.directory(submission.at)
    parties = identify(submission, message, directory)
    case = Case(submission, message, parties, directory, council.protocol, history)
    people, blind = silent_councillors(case), blind_councillors(case)
    lines = footer_lines(case, people, council.protocol.footer)
    if not lines:
        return Disclosed(submission.raw, (), (), blind)
    try:
        raw = disclose(submission.raw, message.root, lines, council.protocol.footer.position)
    except CannotAlter:
        match council.protocol.unalterable:
            case Unalterable.WRAP:
                return Disclosed(wrap(submission.raw, message, lines), lines, people, blind)
            case Unalterable.NOTICE if council.protocol.discloses_copies:
                return Disclosed(submission.raw, (), (), blind)
            case _:
                raise
    return Disclosed(raw, lines, people, blind)


def _planned(council: Council, case: Case, verdict: Verdict) -> Judgement:
    footer = footer_lines(case, verdict.disclosed, council.protocol.footer) if verdict.disclosed else ()
    verdict, plan = _plan(case, verdict, footer, Hold(council, case.parties))
    if council.protocol.mode is Mode.MONITOR:
        plan = Pass(case.submission.raw)
    judgement = Judgement(case.submission, council, case.message, case.parties, verdict, footer, plan)
    if not case.parties.sender.ours:
        return judgement
    return replace(judgement, key=message_key(council, case.submission.raw, case.message), blind=_blind(case, verdict))


def _blind(case: Case, verdict: Verdict) -> tuple[str, ...]:
    """Those of a silent copy whom this transaction itself reaches."""
    copied = {p for j in verdict.judged if j.finding.rule == "silent-copy" for p in j.finding.disclose}
    return tuple(p for p in blind_councillors(case) if p in copied) if copied else ()


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
        return _unalterable(case, verdict, footer, str(unable), hold)
    return verdict, Pass(raw, footer, Disclosure.FOOTER)


def _unalterable(case: Case, verdict: Verdict, footer: tuple[str, ...], why: str, hold: Hold) -> tuple[Verdict, Plan]:
    """What this council does where the body does not allow a disclosure."""
    match case.protocol.unalterable:
        case Unalterable.NOTICE:
            return verdict, Pass(case.submission.raw, (), Disclosure.NOTICE)
        case Unalterable.WRAP:
            try:
                return verdict, Pass(wrap(case.submission.raw, case.message, footer), footer, Disclosure.WRAPPED)
            except CannotAlter as unable:
                return _undisclosed(verdict, str(unable), Action.HOLD), hold
        case Unalterable.HOLD:
            return _undisclosed(verdict, why, Action.HOLD), hold
        case Unalterable.REFUSE:
            refused = _undisclosed(verdict, why, Action.REFUSE)
            gravest = refused.gravest
            return refused, Refuse(gravest, hold) if gravest is not None else hold
        case other:
            assert_never(other)


def _undisclosed(verdict: Verdict, why: str, action: Action) -> Verdict:
    """The verdict on a message whose copies would have been disclosed, had its body allowed it."""
    judged = tuple(
        Judged(_undisclosable(j.finding, why), action, j.clause) if j.action is Action.DISCLOSE else j
        for j in verdict.judged
    )
    return Verdict(action, judged, verdict.disclosed, verdict.protocol_version)


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
