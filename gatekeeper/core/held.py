"""A held message and what may become of it."""

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from gatekeeper.core.envelope import Path
from gatekeeper.core.verdict import Verdict


class State(StrEnum):
    """`PENDING` is a message whose protected copies are being served; nobody sees it until that is done."""

    PENDING = "pending"
    WAITING = "waiting"
    SENDING = "sending"
    RELEASED = "released"
    RETURNED = "returned"
    NOT_SENT = "not-sent"
    WITHDRAWN = "withdrawn"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Move(StrEnum):
    """What can be done with a held message. The first five are decisions of people, the rest happens to it."""

    RELEASE = "release"
    RETURN = "return"
    DECLINE = "decline"
    WITHDRAW = "withdraw"
    REASSIGN = "reassign"
    OPEN = "open"
    CANCEL = "cancel"
    SENT = "sent"
    FAIL = "fail"


_MOVES: dict[Move, tuple[frozenset[State], State]] = {
    Move.RELEASE: (frozenset({State.WAITING, State.FAILED}), State.SENDING),
    Move.RETURN: (frozenset({State.WAITING, State.FAILED}), State.RETURNED),
    Move.DECLINE: (frozenset({State.WAITING, State.FAILED}), State.NOT_SENT),
    Move.WITHDRAW: (frozenset({State.WAITING, State.FAILED}), State.WITHDRAWN),
    Move.REASSIGN: (frozenset({State.WAITING, State.FAILED}), State.WAITING),
    Move.OPEN: (frozenset({State.PENDING}), State.WAITING),
    Move.CANCEL: (frozenset({State.PENDING}), State.CANCELLED),
    Move.SENT: (frozenset({State.SENDING}), State.RELEASED),
    Move.FAIL: (frozenset({State.SENDING}), State.FAILED),
}

DECIDED = frozenset({State.SENDING, State.RELEASED, State.RETURNED, State.NOT_SENT, State.WITHDRAWN})


class NotPossible(Exception):
    """The move does not fit the state; the text says who did what and when, for the person who came second."""


@dataclass(frozen=True, slots=True)
class HeldMessage:
    """One held message without its content, which the store gives separately.

    `version` counts changes and guards against two people deciding at once. `sender` is the author's address as
    written, `author` the person's id or "". `reviewer` is a person id, "" where there is nobody whom it does not
    concern. `concerned` are the reviewers whom it concerns, who may neither see nor decide it. `size` is in octets.
    `digest` identifies content and envelope, so that a client's retry is not held twice.
    """

    reference: str
    council: str
    state: State
    version: int
    received_at: datetime
    due_at: datetime
    door: str
    account: str
    mail_from: Path
    rcpt_to: tuple[Path, ...]
    sender: str
    author: str
    subject: str
    message_id: str
    verdict: Verdict
    size: int
    digest: str
    reviewer: str = ""
    concerned: tuple[str, ...] = ()
    decided_at: datetime | None = None
    decided_by: str = ""
    reason: str = ""

    def moved(self, move: Move, at: datetime, by: str = "", reason: str = "") -> "HeldMessage":
        """The message after the move. Raises `NotPossible` where the state does not allow it."""
        sources, target = _MOVES[move]
        if self.state not in sources:
            raise NotPossible(self._why_not(move))
        decided = move in (Move.RELEASE, Move.RETURN, Move.DECLINE, Move.WITHDRAW)
        return replace(
            self,
            state=target,
            version=self.version + 1,
            decided_at=at if decided else self.decided_at,
            decided_by=by if decided else self.decided_by,
            reason=reason or self.reason,
        )

    def _why_not(self, move: Move) -> str:
        if self.decided_at is None:
            return f"{self.reference} cannot be {_DONE[move]}: it is {self.state}."
        when = self.decided_at.strftime("%-d %B %Y at %H:%M UTC")
        return f"{self.reference} was already decided by {self.decided_by} on {when}: it is {self.state}."


_DONE = {
    Move.RELEASE: "released",
    Move.RETURN: "returned",
    Move.DECLINE: "declined",
    Move.WITHDRAW: "withdrawn",
    Move.REASSIGN: "passed on",
    Move.OPEN: "opened",
    Move.CANCEL: "cancelled",
    Move.SENT: "sent",
    Move.FAIL: "given up",
}
