"""Which words disclose a set of councillors: a line each, or a group's name where it is exactly that group."""

from collections.abc import Sequence

from gatekeeper.core.case import Case
from gatekeeper.core.parties import Kind, Recipient, Sight
from gatekeeper.core.people import Directory, Group
from gatekeeper.core.protocol import FooterStyle


def blind_councillors(case: Case) -> tuple[str, ...]:
    """Ids of the councillors among the blind recipients, in the order of the envelope; those reached through a blind
    group too. The author's own copy is nobody's business, and officers and outsiders are never among them; nor is a
    councillor who is also an officer, where the address is the officer's account."""
    found: dict[str, None] = {}
    for recipient in case.parties.recipients:
        if recipient.sight is Sight.BLIND:
            found.update(dict.fromkeys(_councillors_behind(recipient, case)))
    return tuple(found)


def silent_councillors(case: Case) -> tuple[str, ...]:
    """`blind_councillors`, and those whom the same message reaches blind in other transactions."""
    hidden = case.parties.visible_people | {h.id for h in case.parties.sender.holders}
    elsewhere = [p for p in case.history.blind_elsewhere if p in case.directory.councillors and p not in hidden]
    return tuple(dict.fromkeys((*blind_councillors(case), *elsewhere)))


def _councillors_behind(recipient: Recipient, case: Case) -> Sequence[str]:
    hidden_from = case.parties.visible_people | {h.id for h in case.parties.sender.holders}
    if recipient.holder is not None:
        return (recipient.holder.id,) if recipient.kind is Kind.COUNCILLOR else ()
    if recipient.group is None:
        return ()
    members = case.directory.members_of(recipient.group) & case.directory.councillors
    return [p for p in case.directory.holders if p in members and p not in hidden_from]


def footer_lines(case: Case, disclosed: Sequence[str], style: FooterStyle) -> tuple[str, ...]:
    """The lines that disclose these persons, in the council's own form."""
    authors = frozenset(h.id for h in case.parties.sender.holders)
    return lines_for(case.directory, authors, disclosed, style)


def lines_for(
    directory: Directory, authors: frozenset[str], disclosed: Sequence[str], style: FooterStyle
) -> tuple[str, ...]:
    """As `footer_lines`, for a message that is no longer there."""
    group = _exactly(directory, frozenset(disclosed), authors)
    if group is not None:
        return (style.group_template.format(group=group.name),)
    holders = (directory.holder(p) for p in disclosed)
    return tuple(style.template.format(name=h.name) for h in holders if h is not None)


def exact_group(case: Case, people: Sequence[str]) -> Group | None:
    """The registered group whose name stands for these persons: exactly them, the author apart, and two or more."""
    authors = frozenset(h.id for h in case.parties.sender.holders)
    return _exactly(case.directory, frozenset(people), authors)


def _exactly(directory: Directory, disclosed: frozenset[str], authors: frozenset[str]) -> Group | None:
    """The group of two or more councillors that these persons are, the author apart, and nobody else."""
    for group in directory.groups:
        members = directory.members_of(group)
        if (
            len(members) > 1
            and len(disclosed) > 1
            and members <= directory.councillors
            and members - authors == disclosed
        ):
            return group
    return None
