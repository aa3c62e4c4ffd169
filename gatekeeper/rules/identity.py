"""identity: account, reverse-path, From, Sender and signature name different people.

Every protocol rests on it. A councillor's account that writes as an officer is graver than any other contradiction.
Several mailboxes of one person, shared offices and groups contradict nobody.
"""

from collections.abc import Iterable, Iterator

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Claim, Kind, Parties
from gatekeeper.core.people import Holder
from gatekeeper.detect.capacity import Capacity, titles
from gatekeeper.detect.signatures import Signed, is_name_of, name_in, signatures
from gatekeeper.rules._people import OFFICERS, place, shown

OTHERWISE = "otherwise"
_BY = {"account": "account", "reverse-path": "envelope sender", "from": "From field", "sender": "Sender field"}


def judge(case: Case) -> Iterable[Finding]:
    first = _weightiest(case.parties)
    if not case.parties.sender.ours or first is None or first.holder is None:
        return
    found = (*_by_claims(case, first), *_by_names(case, first, first.holder), *_by_signature(case, first, first.holder))
    seen: set[tuple[str, str]] = set()
    for finding in found:
        if (finding.kind, finding.evidence) not in seen:
            seen.add((finding.kind, finding.evidence))
            yield finding


def _weightiest(parties: Parties) -> Claim | None:
    """The first claim that names a person: a shared office or a group names nobody."""
    return next((c for c in parties.sender.claims if c.holder is not None), None)


def _by_claims(case: Case, first: Claim) -> Iterator[Finding]:
    """Other claims that name somebody else, what readers see first; and an author from outside under our account."""
    for claim in sorted(case.parties.sender.claims, key=lambda c: c.by == "reverse-path"):
        if claim.holder is not None and first.holder is not None and claim.holder.id != first.holder.id:
            yield _finding(first, claim.holder.name, str(claim.address), claim.by, claim.kind in OFFICERS)
        elif claim.by == "from" and claim.holder is None and _is_stranger(case, claim, first):
            yield _finding(first, str(claim.address), str(claim.address), claim.by, False)


def _is_stranger(case: Case, claim: Claim, first: Claim) -> bool:
    """Not where a message was passed on as it was (RFC 5322 section 3.6.6) or through a list."""
    names = {f.name for f in case.message.fields}
    return (
        first.by in ("account", "reverse-path")
        and not case.directory.is_ours(claim.address)
        and names.isdisjoint({"resent-from", "resent-sender", "list-id", "x-ms-exchange-generated-message-source"})
    )


def _by_names(case: Case, first: Claim, holder: Holder) -> Iterator[Finding]:
    """The name beside an address of From is another registered person's."""
    for mailbox in case.message.from_:
        words = name_in(mailbox.name)
        if words and not _is_of_a_claim(case, words):
            named = _named(case, words)
            if named is not None:
                yield _finding(first, named.name, mailbox.name, "from", named.is_officer and not named.is_councillor)


def _by_signature(case: Case, first: Claim, holder: Holder) -> Iterator[Finding]:
    """Somebody else signs, or a councillor who is no officer signs with an officer's title."""
    texts = tuple(shown(case))
    signed = signatures(texts)
    if not any(_is_of_a_claim(case, s.name) for s in signed):
        for line in signed:
            named = _named(case, line.name)
            if named is not None:
                yield _signature(first, named, line)
                return
    if first.kind is Kind.COUNCILLOR and not any(h.is_officer for h in case.parties.sender.holders):
        for title in titles(texts):
            if title.capacity is Capacity.OFFICER:
                reason = f"Councillor {holder.name}'s {_BY[first.by]} is used and the message is signed as an officer."
                yield Finding(RULE.name, title.words, f"{place(title.text)} signature", reason)
                return


def _signature(first: Claim, named: Holder, line: Signed) -> Finding:
    as_officer = named.is_officer and not named.is_councillor
    return _finding(first, named.name, line.words, f"{place(line.text)} signature", as_officer)


def _is_of_a_claim(case: Case, words: tuple[str, ...]) -> bool:
    return any(is_name_of(words, h.name) or words == name_in(h.name)[:1] for h in case.parties.sender.holders)


def _named(case: Case, words: tuple[str, ...]) -> Holder | None:
    """The one person in office whose name this is."""
    found = [h for h in case.directory.holders.values() if h.appointments and is_name_of(words, h.name)]
    return found[0] if len(found) == 1 else None


def _finding(first: Claim, name: str, evidence: str, where: str, as_officer: bool) -> Finding:
    grave = first.kind is Kind.COUNCILLOR and as_officer
    owner = first.holder.name if first.holder is not None else str(first.address)
    named = _BY.get(where, "signature")
    reason = f"The {_BY[first.by]} is that of {owner}, the {named} names {name}."
    if grave:
        reason = f"The {_BY[first.by]} is that of Councillor {owner}, the {named} names {name}, an officer."
    return Finding(RULE.name, evidence, where, reason, kind="" if grave else OTHERWISE)


def _wants_text(parties: Parties) -> bool:
    return parties.sender.ours and _weightiest(parties) is not None


RULE = Rule("identity", judge, _wants_text)
