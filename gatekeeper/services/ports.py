"""What the services need from the outside world. Storage and SMTP implement these; tests have fakes."""

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol, TypeVar

from gatekeeper.core.changes import Changes, Delivery, MessageRecord
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.events import Event
from gatekeeper.core.held import HeldMessage, State
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import Debt, DebtState, Transaction

T = TypeVar("T")


class Clock(Protocol):
    def now(self) -> datetime:
        """UTC and aware."""
        ...


class Randomness(Protocol):
    """Names for new things."""

    def reference(self) -> str: ...

    def event_id(self, at: datetime) -> str:
        """A UUIDv7 in hex."""
        ...


# --- the store -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventQuery:
    """All given conditions hold. `person` is a person id; `message_id` exact with or without angle brackets;
    `text` words in subjects and reasons, case ignored; `verdict` and `rule` of the message that the event concerns.
    `since` inclusive, `until` exclusive. Newest first."""

    council: str = ""
    person: str = ""
    address: str = ""
    rule: str = ""
    verdict: str = ""
    message_id: str = ""
    reference: str = ""
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""
    kind: str = ""
    limit: int = 100


class DocumentKind(StrEnum):
    REGISTER = "register"
    PROTOCOL = "protocol"


class Source(StrEnum):
    """Where a version came from."""

    FILE = "file"
    PAGES = "pages"


@dataclass(frozen=True, slots=True)
class Document:
    """One dated version of a council's register or protocol. `text` is TOML; `digest` that of the file it came from."""

    council: str
    kind: DocumentKind
    version: int
    text: str
    digest: str
    source: Source
    at: datetime
    by: str


@dataclass(frozen=True, slots=True)
class SearchRow:
    """An event, and for an event about a message also what its `message:judged` event says of the message: `details`
    of the event itself win. `verdict`, `rules` and `clauses` are those of the message where the event has none."""

    event: Event


class Tx(Protocol):
    """One transaction. Plain calls; nothing here waits for the network."""

    def apply(self, changes: Changes) -> None:
        """Raises `NotPossible` where a move's `before` is no longer what is stored."""
        ...

    def message(self, reference: str) -> MessageRecord | None: ...

    def open_messages(self, before: datetime) -> Sequence[MessageRecord]:
        """Judged before then, and still without an outcome."""
        ...

    def held(self, council: str, reference: str) -> HeldMessage | None: ...

    def held_by_digest(self, council: str, digest: str, since: datetime) -> HeldMessage | None:
        """The newest message held with that digest that is still pending or waiting, or that was received `since` then
        (inclusive) and is being sent or released: a client whose 250 was lost tries that again too."""
        ...

    def queue(self, council: str, states: Sequence[State] = ()) -> Sequence[HeldMessage]:
        """By due time, then reference; every state where none is given."""
        ...

    def content(self, reference: str) -> bytes | None: ...

    def events(self, query: EventQuery) -> Iterator[SearchRow]: ...

    def claim_deliveries(self, now: datetime, limit: int) -> Sequence[Delivery]:
        """Queued deliveries that are due, marked as being sent; rows that another worker has are skipped."""
        ...

    def requeue_interrupted(self, before: datetime, now: datetime, apart: Collection[str] = ()) -> Sequence[Delivery]:
        """Those marked as being sent before then and never finished, since their worker died: queued again, due now.
        `apart` are the ids of those that the caller knows to be under way; rows that another worker has are skipped."""
        ...

    def deliveries(self, reference: str) -> Sequence[Delivery]: ...

    def document(self, council: str, kind: DocumentKind) -> Document | None:
        """The version in force: the newest."""
        ...

    def documents(self, council: str, kind: DocumentKind) -> Sequence[Document]: ...

    def put_document(self, document: Document) -> None: ...

    def count_channel(self, council: str, day: str, channel: str, count: int) -> None:
        """Add to the counter of a protected channel."""
        ...

    def served(self, council: str, digests: Sequence[str]) -> frozenset[str]:
        """Which of these are known as served; see `Changes.served`."""
        ...

    def forget_served(self, before: datetime) -> None:
        """Forget those from before then: no client tries so long."""
        ...

    def blind_transactions(self, keys: Sequence[tuple[str, str]]) -> Sequence[Transaction]:
        """Those with blind persons of the messages with these (council, key), by time."""
        ...

    def transactions_to_settle(self, council: str, key: str) -> Sequence[Transaction]:
        """Those of one message, by time, which nobody else changes until this transaction ends."""
        ...

    def due_transactions(self, now: datetime, limit: int) -> Sequence[Transaction]:
        """Those at which the ledger has to look by now, the oldest first."""
        ...

    def forget_transactions(self, before: datetime) -> None: ...

    def add_debts(self, debts: Sequence[Debt]) -> Sequence[Debt]:
        """Record debts, and return those that were not there already."""
        ...

    def debts(self, council: str, key: str = "", delivery: str = "", state: DebtState | None = None) -> Sequence[Debt]:
        """By time and person: all of the council's for which the given conditions hold."""
        ...

    def seal_counts(self, council: str, before: str) -> Sequence[tuple[str, str, int]]:
        """(day, channel, how many were counted since it was last sealed) of the days before that day (ISO 8601), which
        count as sealed from now on."""
        ...

    def lose_outcome(self, reference: str) -> bool:
        """Mark the outcome of a message as unknown where it is still open; whether it was."""
        ...

    def channel_counts(self, council: str) -> Sequence[tuple[str, str, int]]:
        """(day, channel, count)."""
        ...


class Recorder(Protocol):
    """The half of the store that a relay process has: it appends, through whoever writes."""

    async def record(self, changes: Changes) -> None:
        """Durable on return. Concurrent callers share a commit, a lone one never waits; one that fails never undoes
        another. Raises `TryAgain` where the store cannot be reached, `NotPossible` for a stale move."""
        ...


class Reader(Protocol):
    async def read(self, job: Callable[[Tx], T]) -> T:
        """Run `job` on a snapshot, read-only; never waits for a writer. Raises `TryAgain` where the store cannot be
        reached."""
        ...


class Store(Recorder, Reader, Protocol):
    async def write(self, job: Callable[[Tx], T]) -> T:
        """Run `job` in a transaction of its own (a SAVEPOINT where several share a commit). What it raises rolls
        it back and comes out here. Raises `TryAgain` where the store cannot be reached."""
        ...


# --- the next hop --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Sent:
    """What the next hop said: of each recipient in the order given, and after the final dot. `final` is `None` where
    no recipient was accepted, so that nothing was sent."""

    recipients: tuple[Reply, ...]
    final: Reply | None


class NextHop(Protocol):
    """A transaction of our own with the next hop of a door."""

    async def send(self, door: str, mail_from: Path, recipients: Sequence[Path], content: Sequence[bytes]) -> Sent:
        """Raises `TryAgain` where the next hop cannot be reached or the connection is lost before its reply."""
        ...


class Outlet(Protocol):
    """The live transaction of a door: MAIL and RCPT were already accepted there."""

    async def send(self, content: Sequence[bytes]) -> Reply:
        """Send the content (dot-stuffed on the way) and return the reply to the final dot, made safe. If the
        connection was lost meanwhile it is reopened and MAIL and RCPT replayed; other recipients accepted, or no
        reply: raises `TryAgain`."""
        ...

    async def send_apart(
        self, recipients: Sequence[Path], content: Sequence[bytes], *, all_or_none: bool = False
    ) -> Sent:
        """Send to these recipients only, in a transaction of its own on a connection of its own. With `all_or_none`
        nothing is sent, and `final` is `None`, unless every one of them is accepted."""
        ...


class Gate(Protocol):
    """What a door asks about each message; the services stand behind it."""

    def is_own_address(self, path: Path) -> bool:
        """Whether gatekeeper answers this recipient itself, so that it is never relayed."""
        ...

    async def accept(self, submission: Submission, outlet: Outlet) -> Reply:
        """Judge, record and send on; the reply to the final dot. Runs to its end whatever becomes of the client.
        Raises `TryAgain` where the client must keep the message."""
        ...
