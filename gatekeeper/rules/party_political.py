"""party-political: a member asks an officer for party work, or an officer takes sides towards the press or the public.

Stotfold and Brixton, Officers can expect and Press; Knutsford 2.5, 2.14, 6.1; Wimborne 9.3, 12.2, 15.1, 15.3; Central
Bedfordshire 2.2, 4.1.2. Kinds of finding: work, comment.
"""

from collections.abc import Iterable, Iterator

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Finding
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.detect.politics import party_work, political_comment
from gatekeeper.detect.remarks import own_remarks
from gatekeeper.rules._writers import Writer, is_staff, may_reach_staff, writer_of

_NAME = "party-political"
_PUBLIC = frozenset({Kind.PRESS, Kind.OUTSIDE})


def judge(case: Case) -> Iterable[Finding]:
    writer = writer_of(case.parties)
    if writer is Writer.MEMBER and any(is_staff(r, case) for r in case.parties.recipients):
        yield from _work(case)
    if _is_officer(writer) and any(r.kind in _PUBLIC for r in case.parties.recipients):
        yield from _comment(case)


def _work(case: Case) -> Iterator[Finding]:
    if found := party_work(own_remarks(case.message.texts)):
        reason = "It asks an officer for work that serves a political party or a campaign."
        yield Finding(_NAME, found.words, found.where, reason, kind="work")


def _comment(case: Case) -> Iterator[Finding]:
    if found := political_comment(own_remarks(case.message.texts)):
        reason = "An officer takes sides in politics towards the press or the public."
        yield Finding(_NAME, found.words, found.where, reason, kind="comment")


def _is_officer(writer: Writer) -> bool:
    return writer in (Writer.OFFICER, Writer.CLERK)


def _wants_text(parties: Parties) -> bool:
    writer = writer_of(parties)
    if writer is Writer.MEMBER:
        return may_reach_staff(parties)
    return _is_officer(writer) and any(r.kind in _PUBLIC for r in parties.recipients)


RULE = Rule(_NAME, judge, _wants_text)
