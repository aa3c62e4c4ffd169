"""public-criticism: a member raises an officer's conduct or capability with the press or the public.

Stotfold and Brixton, The Relationship; Knutsford 3.4; Wimborne 16.2(c); Central Bedfordshire 8.2. What goes to the
Clerk, the chair or a line manager is private; protected channels are no public.
"""

from collections.abc import Iterable

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.detect.criticism import criticism, names_of
from gatekeeper.detect.remarks import own_remarks
from gatekeeper.rules._writers import Writer, writer_of

_NAME = "public-criticism"
_PUBLIC = frozenset({Kind.PRESS, Kind.OUTSIDE})


def judge(case: Case) -> Iterable[Finding]:
    if not _wants_text(case.parties):
        return
    holders = case.directory.holders.values()
    names = names_of(sorted(h.name for h in holders if h.is_officer and not h.is_councillor))
    if found := criticism(own_remarks(case.message.texts), names):
        reason = "It raises an officer's conduct or ability where the officer cannot answer."
        yield Finding(_NAME, found.words, found.where, reason)


def _wants_text(parties: Parties) -> bool:
    return writer_of(parties) is Writer.MEMBER and any(r.kind in _PUBLIC for r in parties.recipients)


RULE = Rule(_NAME, judge, _wants_text)
