"""Messages that come in several transactions, and the disclosures that are still owed for them."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Transaction:
    """One transaction of a message of the council's own; `key` is the same for all transactions of one message.

    `blind` are the persons whom the message reaches blind in it, `disclosed` those whom its recipients read of in it.
    Its visible recipients stand in the details of its `message:judged` event. `look_at` is when the ledger has to look
    at the message next; `None` where this transaction gives no cause to.
    """

    council: str
    key: str
    reference: str
    at: datetime
    blind: tuple[str, ...] = ()
    disclosed: tuple[str, ...] = ()
    look_at: datetime | None = None


class DebtState(StrEnum):
    """`OPEN` is a debt that a person has to settle: its creditor is outside the council."""

    OWED = "owed"
    OPEN = "open"
    NOTICED = "noticed"
    PAID = "paid"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Debt:
    """That a recipient who was served already has still to be told of a blind copy.

    `person` got the copy; `creditor` is a keyed digest of who is to be told; `reference` is the transaction in which
    the creditor was served. The first four are its identity, so that no debt is paid twice. `delivery` is the notice.
    """

    council: str
    key: str
    person: str
    creditor: str
    reference: str
    state: DebtState
    at: datetime
    delivery: str = ""
