"""Who writes, as what, to whom: the envelope and the header seen through the register of the day."""

from dataclasses import dataclass
from enum import StrEnum

from gatekeeper.core.address import Address
from gatekeeper.core.envelope import Path
from gatekeeper.core.people import Contact, ContactKind, Group, Holder


class Sight(StrEnum):
    """Whether the other recipients can see that somebody has the message."""

    VISIBLE = "visible"
    BY_GROUP = "visible by group"
    BLIND = "blind"
    SENDER = "the sender's own copy"


class Kind(StrEnum):
    """What a recipient is to the council, as detection and reviewers need it."""

    CLERK = "clerk"
    OFFICER = "officer"
    COUNCILLOR = "councillor"
    OWN = "own"
    PRESS = "press"
    MINISTER = "minister"
    PRINCIPAL = "principal-council"
    SAFE = "safe-channel"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class Claim:
    """One identity the message claims: by account, reverse-path, From or Sender. `kind` is what the owner of that
    address is to the council; a role tied to the address decides it."""

    by: str
    address: Address
    holder: Holder | None
    kind: Kind


@dataclass(frozen=True, slots=True)
class Sender:
    """Whose message it is. `claims` in order of weight: account, reverse-path, From, Sender.

    `ours` says whether it is the council's own mail; on an incoming door it never is. `holder` is the person of the
    weightiest claim that is the council's.
    """

    address: Address | None
    holder: Holder | None
    ours: bool
    claims: tuple[Claim, ...] = ()

    @property
    def holders(self) -> tuple[Holder, ...]:
        """Every person the message claims to be from, once each."""
        return tuple({c.holder.id: c.holder for c in self.claims if c.holder is not None}.values())

    @property
    def own_keys(self) -> frozenset[str]:
        """The author's own mailboxes: the weightiest claim's, and every one of the person it is. What a header claims
        besides makes nobody else's copy the author's own."""
        first = {self.claims[0].address.key} if self.claims else set()
        person = {a.key for a in self.holder.person.every_address} if self.holder else set()
        return frozenset(first | person)

    @property
    def councillor(self) -> Holder | None:
        """The councillor in whose name the message goes, if it goes in a councillor's name."""
        return next((c.holder for c in self.claims if c.holder is not None and c.kind is Kind.COUNCILLOR), None)


@dataclass(frozen=True, slots=True)
class Recipient:
    """One envelope recipient. `group` is the visible group through which a person is reached."""

    path: Path
    address: Address | None
    sight: Sight
    kind: Kind
    holder: Holder | None = None
    contact: Contact | None = None
    group: Group | None = None

    @property
    def contact_kind(self) -> ContactKind | None:
        return self.contact.kind if self.contact else None


@dataclass(frozen=True, slots=True)
class Parties:
    """`visible_people` are the persons whom every recipient can see, by address or by visible group;
    `visible_groups` the groups written in To or Cc."""

    sender: Sender
    recipients: tuple[Recipient, ...]
    visible_people: frozenset[str] = frozenset()
    visible_groups: tuple[Group, ...] = ()

    @property
    def kinds(self) -> frozenset[str]:
        return frozenset(r.kind.value for r in self.recipients)
