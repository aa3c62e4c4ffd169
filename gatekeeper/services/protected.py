"""Protected channels: mail to those who protect people is never held, never shown, and leaves no more than a count.

Protected are the register's `safe-channel` contacts and whoever holds the role of Monitoring Officer or auditor on the
day. All of this must work while anything else is broken: it reads the register in memory, and nothing else.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from gatekeeper import logs
from gatekeeper.core.address import Address, domain_key
from gatekeeper.core.changes import Changes
from gatekeeper.core.envelope import Path, Submission
from gatekeeper.core.events import NO_COUNCIL
from gatekeeper.core.identify import claimed
from gatekeeper.core.message import Unreadable
from gatekeeper.core.people import PROTECTED_ROLES, ContactKind, Register
from gatekeeper.errors import TryAgain
from gatekeeper.mail.read import read
from gatekeeper.services.councils import Council, Councils
from gatekeeper.services.ports import Clock, Reader, Recorder

_NOTHING_READ = Unreadable("")


class Protected:
    """Knows the protected recipients of a message, and counts what went to them."""

    def __init__(self, councils: Councils, clock: Clock) -> None:
        self._councils = councils
        self._clock = clock
        self._counts: Counter[tuple[str, str, str]] = Counter()
        self._generation = 0
        self._keys: frozenset[str] = frozenset()
        self._domains: frozenset[str] = frozenset()

    def channels(self, submission: Submission) -> dict[bytes, str]:
        """The protected recipients: path as in the envelope -> channel. Empty for nearly all mail."""
        self._keep_up()
        suspects = [(p, a) for p in submission.rcpt_to if (a := p.address) is not None and self._may_be(a)]
        if not suspects:
            return {}
        councils = self._involved(submission)
        found = ((p, _channel(a, councils, submission.at)) for p, a in suspects)
        return {p.raw: channel for p, channel in found if channel}

    def covers(self, submission: Submission, channels: dict[bytes, str]) -> bool:
        """Whether the message goes to protected recipients and the sender's own mailboxes only. The sender is who the
        account, else the reverse-path, else From says; nobody becomes it by a header field besides."""
        rest = [p for p in submission.rcpt_to if p.raw not in channels]
        author = next(iter(self._authors(submission)), None) if rest else None
        return all(author is not None and self._is_author(p, author, submission) for p in rest)

    def council(self, submission: Submission) -> Council | None:
        """Under whose name the message is counted: the sender's council, else a recipient's."""
        return next(iter(self._involved(submission)), None)

    def count(self, submission: Submission, channels: dict[bytes, str]) -> None:
        """One more message to each of these channels."""
        council = self.council(submission)
        day = (council.day(submission.at) if council else submission.at.date()).isoformat()
        for channel in set(channels.values()):
            self._counts[council.id if council else NO_COUNCIL, day, channel] += 1

    def take_counts(self) -> tuple[tuple[str, str, str, int], ...]:
        """(council, day, channel, count) since the last time. `put_back` what could not be recorded."""
        taken = tuple((*key, n) for key, n in self._counts.items())
        self._counts.clear()
        return taken

    def put_back(self, counts: Iterable[tuple[str, str, str, int]]) -> None:
        for council, day, channel, n in counts:
            self._counts[council, day, channel] += n

    def _keep_up(self) -> None:
        """Look again at the registers when new versions came into force."""
        if self._generation == self._councils.generation:
            return
        self._generation = self._councils.generation
        registers = [c.register for c in self._councils.all.values()]
        self._keys = frozenset(k for r in registers for k in _protected_keys(r))
        self._domains = frozenset(d for r in registers for d in _protected_domains(r))

    def _may_be(self, address: Address) -> bool:
        if address.key in self._keys:
            return True
        labels = address.domain_key.split(".")
        return any(".".join(labels[i:]) in self._domains for i in range(len(labels) - 1))

    def _involved(self, submission: Submission) -> tuple[Council, ...]:
        """Every council that the message has to do with: the sender's first."""
        addresses = (*self._authors(submission), *(p.address for p in submission.rcpt_to))
        found = {c.id: c for a in addresses if (c := self._councils.of(a)) is not None}
        return tuple(found.values())

    def _authors(self, submission: Submission) -> tuple[Address, ...]:
        """Every identity that the message claims. A header that breaks the reader must not break this."""
        try:
            message = read(submission.raw, texts=False)
        except Exception:
            message = _NOTHING_READ
        return tuple(a for _, a in claimed(submission, message))

    def _is_author(self, path: Path, author: Address, submission: Submission) -> bool:
        address, council = path.address, self._councils.of(author)
        if address is None:
            return False
        if address.key == author.key or council is None:
            return address.key == author.key
        person = council.directory(submission.at).person(author)
        return person is not None and council.directory(submission.at).person(address) is person


class ServedBefore:
    """Which protected recipients of a message were served apart by an earlier try, so that a retry serves nobody twice:
    in this process's memory, which needs no store, and in the store for the other processes and the next start."""

    KEEP = timedelta(days=6)

    def __init__(self, recorder: Recorder, reader: Reader, clock: Clock) -> None:
        self._recorder = recorder
        self._reader = reader
        self._clock = clock
        self._here: dict[tuple[str, str], datetime] = {}

    async def among(self, council: Council, submission: Submission, recipients: Sequence[Path]) -> frozenset[bytes]:
        """Those who have it already."""
        digests = {_served_digest(council, submission, p): p.raw for p in recipients}
        known = {d for d in digests if (council.id, d) in self._here}
        try:
            known |= await self._reader.read(lambda tx: tx.served(council.id, tuple(digests)))
        except TryAgain:
            logs.store_missing()
        return frozenset(digests[d] for d in known)

    async def add(self, council: Council, submission: Submission, recipients: Sequence[Path]) -> None:
        now = self._clock.now()
        rows = tuple((council.id, _served_digest(council, submission, p), now) for p in recipients)
        self._here = {k: at for k, at in self._here.items() if now - at < self.KEEP}
        self._here.update(((c, d), at) for c, d, at in rows)
        try:
            await self._recorder.record(Changes(served=rows))
        except TryAgain:
            logs.store_missing()


def _served_digest(council: Council, submission: Submission, recipient: Path) -> str:
    return council.digest(b"served", submission.mail_from.raw, recipient.raw, submission.raw)


def _channel(address: Address, councils: Iterable[Council], at: datetime) -> str:
    return next((channel for c in councils if (channel := c.directory(at).channel(address))), "")


def _protected_keys(register: Register) -> Iterable[str]:
    for contact in register.contacts:
        if contact.kind is ContactKind.SAFE_CHANNEL:
            yield from (a.key for a in contact.addresses)
    for person in register.persons:
        if any(a.role in PROTECTED_ROLES for a in person.appointments):
            yield from (a.key for a in person.every_address)


def _protected_domains(register: Register) -> Iterable[str]:
    for contact in register.contacts:
        if contact.kind is ContactKind.SAFE_CHANNEL:
            yield from (domain_key(d) for d in contact.domains)
