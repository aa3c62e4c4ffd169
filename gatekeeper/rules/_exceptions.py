"""What the council has agreed to beforehand, and so lowers a clause to a flag where its protocol says so (`unless`)."""

import re

from gatekeeper.core.address import parse
from gatekeeper.core.case import Case
from gatekeeper.core.parties import Recipient, Sight
from gatekeeper.core.people import Agreement, AgreementKind, Holder, Role

AUTHORITY = "authority"
SIGNATORY = "signatory"
_ANYONE = "anyone"
_CHEQUE = re.compile(r"\b(?:cheques?|chequebook)\b", re.IGNORECASE)


def exceptions_of(case: Case, author: Holder, sentence: str) -> tuple[tuple[str, ...], str]:
    """(exceptions that apply to a sentence of this author's, the reference of what grants them).

    An authority counts on its days, towards whom it names and in the matter it names, which must stand in the subject
    or in the author's text; a registered signatory counts where the sentence is about a cheque.
    """
    found = []
    granted = next((a for a in case.directory.register.agreements if _covers(a, case, author)), None)
    if granted is not None:
        found.append(AUTHORITY)
    if Role.SIGNATORY in author.roles and _CHEQUE.search(sentence):
        found.append(SIGNATORY)
    return tuple(found), granted.reference if granted else ""


def _covers(agreement: Agreement, case: Case, author: Holder) -> bool:
    return (
        agreement.kind is AgreementKind.AUTHORITY
        and agreement.member == author.id
        and agreement.holds_on(case.directory.day)
        and _is_about(agreement.matter, case)
        and all(_is_towards(agreement.counterpart, r) for r in case.parties.recipients if r.sight is not Sight.SENDER)
    )


def _is_about(matter: str, case: Case) -> bool:
    said = " ".join((case.message.subject, *(t.own_text for t in case.message.texts)))
    return _plain(matter) in _plain(said)


def _is_towards(counterpart: str, recipient: Recipient) -> bool:
    if counterpart == _ANYONE:
        return True
    if recipient.address is not None and (address := parse(counterpart)) is not None:
        return address.key == recipient.address.key
    names = (recipient.contact.name if recipient.contact else "", recipient.holder.id if recipient.holder else "")
    return any(_plain(counterpart) == _plain(name) for name in names)


def _plain(text: str) -> str:
    return " ".join(text.casefold().split())
