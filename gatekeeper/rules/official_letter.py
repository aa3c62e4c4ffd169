"""official-letter: a letter or mail on behalf of the council goes out under a councillor's name.

Stotfold and Brixton, Correspondence 3, where the chair's letter to a Minister passes flagged; Knutsford 5.2; Wimborne
13.2, and 13.3 for the Mayor's own letters; Central Bedfordshire 7.1. What goes to the press alone is the press rule's.
"""

import re
from collections.abc import Iterable, Sequence

from gatekeeper.core.address import Address
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.parties import Kind, Parties, Recipient
from gatekeeper.core.people import ContactKind, Holder, Role
from gatekeeper.detect.official import Official, Sign, official
from gatekeeper.rules._exceptions import exceptions_of
from gatekeeper.rules._people import is_contact, option, place, shown, third_parties
from gatekeeper.rules._speech import in_a_councillors_name

CHAIR_OF_COUNCIL = "chair-of-council"
MAYOR = "mayor"
OWN_NAME = "own_name"
"""The option, and the kind of a letter that the Mayor may write; what is not said on the council's behalf is free."""

_MINISTER = re.compile(r"(?:minister|secretary-?of-?state|sec-?of-?state|sofs|psuos|pus{1,2})", re.IGNORECASE)
_COUNCIL_BODIES = frozenset({"council", "the council", "full council", "town council", "parish council"})
_HOW = {
    Sign.BEHALF: "is written on behalf of the council",
    Sign.OFFICE: "is written in the name of an office of the council",
    Sign.LETTERHEAD: "bears the council's letterhead",
}


def judge(case: Case) -> Iterable[Finding]:
    councillor = case.parties.sender.councillor
    outside = _addressees(case.parties)
    if not outside or councillor is None:
        return
    chair_to_minister = _is_chairs_letter_to_a_minister(case, councillor, outside)
    own_name = option(case, RULE.name, OWN_NAME) == MAYOR and Role.MAYOR in councillor.roles
    for found in official(shown(case), case.directory.register.name):
        if own_name and found.sign is not Sign.BEHALF:
            continue
        lowered = chair_to_minister or own_name or found.courtesy
        yield _finding(case, councillor, found, lowered, OWN_NAME if own_name else "")


def _finding(case: Case, councillor: Holder, found: Official, lowered: bool, kind: str) -> Finding:
    exceptions, cites = exceptions_of(case, councillor, found.words)
    return Finding(
        RULE.name,
        found.words,
        place(found.text),
        f"The message {_HOW[found.sign]} and goes out under the name of Councillor {councillor.name}.",
        kind=kind,
        asks=Action.FLAG if lowered else None,
        exceptions=exceptions,
        cites=cites,
    )


def _addressees(parties: Parties) -> tuple[Recipient, ...]:
    """Third parties other than the press, for a message in a councillor's name."""
    if not in_a_councillors_name(parties):
        return ()
    return tuple(r for r in third_parties(parties) if r.kind is not Kind.PRESS)


def _is_chairs_letter_to_a_minister(case: Case, councillor: Holder, outside: Sequence[Recipient]) -> bool:
    return (
        option(case, RULE.name, "minister_exception") == CHAIR_OF_COUNCIL
        and is_chair_of_council(councillor)
        and all(r.address is not None and _is_ministers(case, r.address) for r in outside)
        and not any(r.kind is Kind.PRESS for r in third_parties(case.parties))
    )


def is_chair_of_council(holder: Holder) -> bool:
    """The Mayor or the chair of the council itself; the chair of a committee is neither."""
    return any(
        a.role is Role.MAYOR or (a.role is Role.CHAIR and a.body.casefold().strip() in _COUNCIL_BODIES)
        for a in holder.appointments
    )


def _is_ministers(case: Case, address: Address) -> bool:
    """A registered minister, or a government mailbox that says it is one's."""
    if is_contact(case.directory, address, ContactKind.MINISTER):
        return True
    return address.domain_key.endswith(".gov.uk") and _MINISTER.search(address.local) is not None


def _wants_text(parties: Parties) -> bool:
    return bool(_addressees(parties))


RULE = Rule("official-letter", judge, _wants_text)
