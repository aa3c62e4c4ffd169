"""council-account: council business goes to or comes from the registered private address of a councillor or officer.

Wimborne 13.6; Central Bedfordshire 6.1.6(b), for what bears a marking. The author's own private copy counts: it leaves
the council's mail system as any other does.
"""

from collections.abc import Iterable, Iterator

from gatekeeper.core.address import Address
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.core.people import Holder
from gatekeeper.detect.business import business
from gatekeeper.detect.markings import markings
from gatekeeper.rules._people import is_on, private_holder, shown

ONLY_MARKED = "only_marked"


def judge(case: Case) -> Iterable[Finding]:
    private = {holder.id + address.key: (address, holder, where) for address, holder, where in _private(case)}
    if not private:
        return
    why = _why(case)
    if not why:
        return
    for address, holder, where in private.values():
        towards = "comes from" if where == "sender" else "goes to"
        reason = f"{why} {towards} {address}, a private address of {holder.name}, and not through a council account."
        yield Finding(RULE.name, str(address), where, reason)


def _private(case: Case) -> Iterator[tuple[Address, Holder, str]]:
    for claim in case.parties.sender.claims:
        if (holder := private_holder(case.directory, claim.address)) is not None:
            yield claim.address, holder, "sender"
    for recipient in case.parties.recipients:
        if recipient.kind is Kind.SAFE or recipient.address is None:
            continue
        if (holder := private_holder(case.directory, recipient.address)) is not None:
            yield recipient.address, holder, "recipients"


def _why(case: Case) -> str:
    """What makes this the council's business, as the beginning of a sentence; "" where it is none."""
    found = markings(case.message)
    if found:
        return f"Mail with the marking “{found[0].words[:80]}”"
    if is_on(case, RULE.name, ONLY_MARKED):
        return ""
    return "Council business" if business(shown(case)) is not None else ""


def _wants_text(parties: Parties) -> bool:
    """A private address belongs to a person and lies where the directory alone can tell, so people are enough."""
    return any(r.holder is not None for r in parties.recipients) or any(
        c.holder is not None for c in parties.sender.claims
    )


RULE = Rule("council-account", judge, _wants_text)
