"""The transactions of one message as the ledger sees them: which were served, and who could see whom in them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from gatekeeper.core.address import Address
from gatekeeper.core.changes import Outcome
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Kind, Value
from gatekeeper.core.held import State
from gatekeeper.core.people import Directory
from gatekeeper.core.split import Transaction
from gatekeeper.services.councils import Council
from gatekeeper.services.ports import EventQuery, Tx

GONE_AFTER = timedelta(hours=1)
"""A transaction that was made known so long ago and never judged has been broken off."""


class Fate(StrEnum):
    """`PENDING` may be served yet without anybody's doing; `KEPT` is held, or was not sent."""

    SERVED = "served"
    PENDING = "pending"
    KEPT = "kept"


@dataclass(frozen=True, slots=True)
class Creditor:
    """Somebody who could be seen to get the message. `digest` stands for the person or the mailbox, `served` is the
    address in the envelope, `to` where a notice goes. `ours`: one of the council's people or mailboxes."""

    digest: str
    served: str
    to: Address
    person: str
    name: str
    ours: bool


@dataclass(frozen=True, slots=True)
class Half:
    """`creditors` and `details` (those of the judgement's event) are given for what was served."""

    transaction: Transaction
    fate: Fate
    door: str = ""
    creditors: tuple[Creditor, ...] = ()
    details: Mapping[str, Value] = field(default_factory=dict)

    @property
    def is_served(self) -> bool:
        return self.fate is Fate.SERVED

    def text(self, name: str) -> str:
        """A detail, "" where retention has deleted it."""
        value = self.details.get(name, "")
        return value if isinstance(value, str) else ", ".join(value)


def half(tx: Tx, council: Council, transaction: Transaction, now: datetime) -> Half:
    """What became of a transaction."""
    reference = transaction.reference
    record = tx.message(reference)
    if record is None:
        broken_off = now - transaction.at > GONE_AFTER
        return Half(transaction, Fate.KEPT if broken_off else Fate.PENDING)
    is_held = record.outcome is Outcome.HELD
    fate = _fate_of_held(tx, council.id, reference) if is_held else _FATES.get(record.outcome, Fate.KEPT)
    if fate is not Fate.SERVED:
        return Half(transaction, fate)
    details = _details(tx, council.id, reference, Kind.JUDGED)
    seen = details.get("visible", ())
    if is_held:
        sent_to = frozenset(_details(tx, council.id, reference, Kind.RELEASED).get("recipients", ()))
        seen = tuple(address for address in seen if address in sent_to)
    directory = council.directory(transaction.at)
    creditors = {c.digest: c for c in _creditors(council, directory, (seen,) if isinstance(seen, str) else seen)}
    return Half(transaction, fate, record.door, tuple(creditors.values()), details)


_FATES = {Outcome.RELAYED: Fate.SERVED, Outcome.UNKNOWN: Fate.SERVED, Outcome.OPEN: Fate.PENDING}


def _fate_of_held(tx: Tx, council: str, reference: str) -> Fate:
    held = tx.held(council, reference)
    if held is not None and held.state is State.RELEASED:
        return Fate.SERVED
    return Fate.PENDING if held is not None and held.state is State.SENDING else Fate.KEPT


def _details(tx: Tx, council: str, reference: str, kind: Kind) -> Mapping[str, Value]:
    query = EventQuery(council=council, reference=reference, kind=kind.value, limit=1)
    return next((row.event.details for row in tx.events(query)), {})


def _creditors(council: Council, directory: Directory, seen: tuple[str, ...]) -> Iterator[Creditor]:
    for written in seen:
        address = Path(written.encode()).address
        if address is None:
            continue
        holder = directory.person(address)
        near = directory.in_domains(address)
        if holder is None:
            digest = council.digest(b"mailbox", address.key.encode())
            yield Creditor(digest, written, address, "", "", directory.is_ours(address))
        else:
            digest = council.digest(b"person", holder.id.encode())
            to = _council_mailbox(directory, holder.person.addresses) or address
            yield Creditor(digest, written, to, holder.id, holder.name, near or bool(holder.appointments))


def _council_mailbox(directory: Directory, addresses: tuple[Address, ...]) -> Address | None:
    """The one in the council's domains; a council without mailboxes of its own registers others."""
    return next((a for a in addresses if directory.in_domains(a)), addresses[0] if addresses else None)
