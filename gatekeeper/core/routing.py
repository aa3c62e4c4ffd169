"""Who reviews a held message: never somebody whom it concerns.

Stotfold and Brixton, If things go wrong; Knutsford 7; Wimborne 16; Central Bedfordshire 8.4.
"""

import re
from collections.abc import Iterator

from gatekeeper.core.message import Message, Unreadable
from gatekeeper.core.parties import Parties
from gatekeeper.core.people import Directory, Holder, Role

_OFFICES: dict[Role, tuple[str, ...]] = {
    Role.PROPER_OFFICER: ("clerk", "proper officer", "chief executive", "clerc", "swyddog priodol"),
    Role.ACTING_PROPER_OFFICER: ("clerk", "proper officer", "clerc", "swyddog priodol"),
    Role.DEPUTY_PROPER_OFFICER: ("deputy clerk", "deputy proper officer", "assistant clerk", "dirprwy glerc"),
    Role.MAYOR: ("mayor", "chair", "chairman", "maer", "cadeirydd"),
    Role.CHAIR: ("mayor", "chair", "chairman", "maer", "cadeirydd"),
    Role.MONITORING_OFFICER: ("monitoring officer", "swyddog monitro"),
}


def reviewers(directory: Directory) -> Iterator[Holder]:
    """In the order in which they are asked: Proper Officer, deputy, chair of the council (Mayor), Monitoring Officer.
    The first whom a message does not concern reviews it."""
    chairs = (h for h in directory.with_role(Role.MAYOR, Role.CHAIR) if _chairs_the_council(h))
    order = (
        *directory.proper_officers(),
        *directory.with_role(Role.DEPUTY_PROPER_OFFICER),
        *chairs,
        *directory.with_role(Role.MONITORING_OFFICER),
    )
    yield from {h.id: h for h in order}.values()


def _chairs_the_council(holder: Holder) -> bool:
    return any(
        a.role is Role.MAYOR or (a.role is Role.CHAIR and a.body in ("council", "")) for a in holder.appointments
    )


def concerns(message: Message | Unreadable, parties: Parties, reviewer: Holder) -> bool:
    """Whether the reviewer is author or recipient, or the author's own words name him or his office. Of a
    message that cannot be read envelope and subject tell."""
    people = {h.id for h in parties.sender.holders} | {r.holder.id for r in parties.recipients if r.holder is not None}
    if reviewer.id in people:
        return True
    texts = () if isinstance(message, Unreadable) else message.texts
    own = " ".join((message.subject, *(t.own_text for t in texts))).casefold()
    return any(re.search(rf"\b{re.escape(name)}\b", own) for name in _names(reviewer))


def _names(reviewer: Holder) -> Iterator[str]:
    """The name, the surname, and the offices that are held."""
    name = reviewer.name.casefold()
    yield name
    if len(surname := name.split()[-1]) > 2:
        yield surname
    for role in reviewer.roles:
        yield from _OFFICES.get(role, ())
