"""Messages that come in several transactions: what makes them one, and what the store knows of the others.

Mail servers send blind copies apart from the others, often with one recipient each. A visible half that comes after its
blind half is judged in the knowledge of it; one that came before is the ledger's affair (`ledger.py`).
"""

import asyncio
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from gatekeeper.core.changes import Outcome
from gatekeeper.core.history import NOTHING_KNOWN, History
from gatekeeper.core.message import Message
from gatekeeper.core.parties import Parties, Recipient, Sight
from gatekeeper.core.split import Transaction
from gatekeeper.services.councils import Council
from gatekeeper.services.ports import Reader, Tx

LOOK_AFTER = timedelta(seconds=5)
"""How long after a transaction with blind copies the ledger looks at its message for the first time."""

KEEP = timedelta(days=30)
"""For how long transactions are remembered: longer than a client tries, and than most messages are held."""


def message_key(council: Council, raw: bytes, message: Message) -> str:
    """What all transactions of a message have in common, and other messages have not; "" without a Message-ID, which
    alone says nothing, since the sender chooses it."""
    name = _octets(raw, message, "message-id")
    if not name:
        return ""
    authors = " ".join(str(m.address) for m in message.from_)
    start, end = message.root.body.start, len(raw)
    while end > start and raw[end - 1] in b"\r\n":
        end -= 1
    body = memoryview(raw)[start:end]
    return council.digest(b"message", name, authors.encode(), _octets(raw, message, "date"), body)


def lone_key(council: Council, reference: str) -> str:
    """The key of a message that cannot be known again."""
    return council.digest(b"transaction", reference.encode())


def _octets(raw: bytes, message: Message, name: str) -> bytes:
    """The value of a field as it was found."""
    for field in message.fields:
        if field.name == name:
            return raw[field.span.start : field.span.end].partition(b":")[2].strip()
    return b""


def visible_recipients(parties: Parties, protected: frozenset[bytes]) -> tuple[str, ...]:
    """The recipients who would have to be told of a blind copy: those who can be seen, without the author."""
    authors = {h.id for h in parties.sender.holders}
    theirs = {c.address.key for c in parties.sender.claims}

    def is_told(r: Recipient) -> bool:
        if r.sight not in (Sight.VISIBLE, Sight.BY_GROUP) or r.path.raw in protected or r.address is None:
            return False
        return r.address.key not in theirs and (r.holder is None or r.holder.id not in authors)

    return tuple(dict.fromkeys(str(r.path) for r in parties.recipients if is_told(r)))


def look_at(at: datetime, seconds: int = 0) -> datetime:
    return at + LOOK_AFTER + timedelta(seconds=seconds)


def history_in(tx: Tx, council: str, key: str, reference: str) -> History:
    """What the other transactions say of a message."""
    return _history(_blind(tx, [(council, key)])[council, key], reference)


_Key = tuple[str, str]
_Blind = dict[_Key, list[Transaction]]


def _blind(tx: Tx, keys: Sequence[_Key]) -> _Blind:
    """The transactions with blind persons of these messages, without those that the next hop or the protocol refused:
    nobody got a copy there, nor will."""
    found: _Blind = defaultdict(list)
    for transaction in tx.blind_transactions(keys):
        record = tx.message(transaction.reference)
        if record is None or record.outcome is not Outcome.REFUSED:
            found[transaction.council, transaction.key].append(transaction)
    return found


def _history(transactions: Sequence[Transaction], reference: str) -> History:
    people = dict.fromkeys(p for t in transactions if t.reference != reference for p in t.blind)
    return History(tuple(people)) if people else NOTHING_KNOWN


class Histories:
    """Asks the store about messages. Those who ask while it is being asked share the next question."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self._waiting: list[tuple[_Key, asyncio.Future[list[Transaction]]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def of(self, council: str, key: str, reference: str) -> History:
        """What the other transactions say of a message. Raises `TryAgain` where the store cannot be reached."""
        answer: asyncio.Future[list[Transaction]] = asyncio.get_running_loop().create_future()
        self._waiting.append(((council, key), answer))
        if self._asking is None:
            self._asking = asyncio.create_task(self._ask())
        return _history(await answer, reference)

    async def _ask(self) -> None:
        try:
            while self._waiting:
                asked, self._waiting = self._waiting, []
                await self._answer(asked)
        finally:
            self._asking = None

    async def _answer(self, asked: Sequence[tuple[_Key, asyncio.Future[list[Transaction]]]]) -> None:
        keys = list(dict.fromkeys(key for key, _ in asked))
        try:
            found = await self._reader.read(lambda tx: _blind(tx, keys))
        except Exception as error:
            for _, answer in asked:
                if not answer.done():
                    answer.set_exception(error)
            return
        for key, answer in asked:
            if not answer.done():
                answer.set_result(found.get(key, []))
