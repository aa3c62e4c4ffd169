"""principal-council-copy: a member writes to the principal council on its business, its ward councillors not copied.

Knutsford, Appendix, Councillor. One of the registered ward councillors is enough, since the register does not say which
of them the matter is for.
"""

from collections.abc import Iterable

from gatekeeper.core.address import Address
from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Parties, Recipient, Sight
from gatekeeper.core.people import ContactKind
from gatekeeper.detect.business import business, view
from gatekeeper.rules._people import is_contact, shown
from gatekeeper.rules._speech import in_a_councillors_name


def judge(case: Case) -> Iterable[Finding]:
    councillor = case.parties.sender.councillor
    if councillor is None or not in_a_councillors_name(case.parties):
        return
    council = [r for r in _to_the_council(case.parties) if not _is_ward_councillor(case, r.address)]
    reached = (*(r.address for r in case.parties.recipients), *case.message.visible)
    if not council or any(_is_ward_councillor(case, a) for a in reached):
        return
    if (business(shown(case)) or view(shown(case))) is None:
        return
    name = council[0].contact.name if council[0].contact else "the principal council"
    reason = f"Councillor {councillor.name} writes to {name}, and none of its ward councillors receives a copy."
    yield Finding(RULE.name, str(council[0].path), "recipients", reason)


def _to_the_council(parties: Parties) -> list[Recipient]:
    return [
        r for r in parties.recipients if r.contact_kind is ContactKind.PRINCIPAL_COUNCIL and r.sight is not Sight.SENDER
    ]


def _is_ward_councillor(case: Case, address: Address | None) -> bool:
    return address is not None and is_contact(case.directory, address, ContactKind.PRINCIPAL_WARD_COUNCILLOR)


def _wants_text(parties: Parties) -> bool:
    return in_a_councillors_name(parties) and bool(_to_the_council(parties))


RULE = Rule("principal-council-copy", judge, _wants_text)
