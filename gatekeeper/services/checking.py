"""Judging one message offline, and explaining it. Nothing is stored or sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.utils import parsedate_to_datetime

from gatekeeper.core.envelope import Direction, Path, Submission
from gatekeeper.core.finding import Action
from gatekeeper.core.message import Message
from gatekeeper.core.verdict import Judged
from gatekeeper.mail.read import read
from gatekeeper.services.councils import Councils
from gatekeeper.services.judging import Disclosure, Judge, Judgement, Pass
from gatekeeper.services.ports import Clock
from gatekeeper.services.protected import Protected


@dataclass(frozen=True, slots=True)
class Checked:
    """`channel` is given where the message goes to a protected channel and is not judged at all. `raw` is what would
    leave, without the trace line; empty where nothing would."""

    judgement: Judgement
    verdict: str
    channel: str
    raw: bytes

    @property
    def judged(self) -> tuple[Judged, ...]:
        return () if self.channel else self.judgement.verdict.judged

    @property
    def disclosed(self) -> tuple[str, ...]:
        """Persons whose copies are disclosed, or will be if the message is released."""
        return () if self.channel else self.judgement.verdict.disclosed

    @property
    def footer(self) -> tuple[str, ...]:
        """The lines that disclose them."""
        return () if self.channel else self.judgement.footer

    @property
    def disclosure(self) -> Disclosure:
        """How the recipients would be told, if the message went now."""
        plan = self.judgement.plan
        return Disclosure.NONE if self.channel or not isinstance(plan, Pass) else plan.disclosure


class Checking:
    def __init__(self, councils: Councils, judge: Judge, clock: Clock) -> None:
        self._councils = councils
        self._judge = judge
        self._protected = Protected(councils, clock)
        self._clock = clock

    def check(
        self,
        raw: bytes,
        *,
        sender: str,
        recipients: Sequence[str],
        account: str = "",
        at: datetime | None = None,
        direction: Direction = Direction.BOTH,
    ) -> Checked:
        """What would happen to this message. Without `at` the day is that of its Date field, else today."""
        raw = wire_form(raw)
        submission = Submission(
            reference="",
            at=at or dated(raw) or self._clock.now(),
            door="check",
            direction=direction,
            peer="",
            helo="",
            account=account,
            mail_from=Path(sender.strip("<> ").encode()),
            rcpt_to=tuple(Path(r.strip("<> ").encode()) for r in recipients),
            raw=raw,
        )
        channels = self._protected.channels(submission)
        judgement = self._judge.judge(submission)
        if channels and self._protected.covers(submission, channels):
            return Checked(judgement, Action.PASS.value, next(iter(channels.values())), raw)
        leaves = judgement.plan.raw if isinstance(judgement.plan, Pass) else b""
        return Checked(judgement, judgement.verdict.action.value, "", leaves)


def wire_form(raw: bytes) -> bytes:
    """A stored message as it would travel: CRLF line ends where it has none, a final line end, no mbox line."""
    if raw.startswith(b"From "):
        raw = raw.partition(b"\n")[2]
    if b"\r\n" not in raw:
        raw = raw.replace(b"\n", b"\r\n")
    return raw if raw.endswith(b"\r\n") or not raw else raw + b"\r\n"


def dated(raw: bytes) -> datetime | None:
    """The time in the Date field, if it is one."""
    message = read(raw, texts=False)
    if not isinstance(message, Message):
        return None
    try:
        found = parsedate_to_datetime(message.date)
    except (ValueError, TypeError, OverflowError):
        return None
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def at_midday(day: date) -> datetime:
    """A time that is on this day everywhere in Britain."""
    return datetime.combine(day, time(12), UTC)
