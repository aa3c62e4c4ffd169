"""press: what members and officers send to a registered press contact.

Stotfold and Brixton, Press; Knutsford 6.1-6.3; Wimborne 12.2, 12.4, 12.5; Central Bedfordshire 7.1.1-7.1.3. Kinds of
finding: release, sensitive_release and officer_release; commitment; capacity; comment; election; and two that count
only where the council's `cites` names a clause for them: unauthorised (Wimborne 12.4), liaison (Stotfold, Brixton and
Knutsford).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from gatekeeper.core.case import Case, Rule
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.parties import Kind, Parties
from gatekeeper.core.people import Holder, Role
from gatekeeper.core.protocol import RulePolicy
from gatekeeper.detect.politics import electioneering, personal_opinion, political_comment
from gatekeeper.detect.press import claim_promise, release_file, release_mark, sensitive_topic
from gatekeeper.detect.press_capacity import Capacity, capacity, statement
from gatekeeper.detect.remarks import Remark, own_remarks, sent_remarks
from gatekeeper.rules._exceptions import AUTHORITY, exceptions_of
from gatekeeper.rules._writers import Writer, clerk_has_it, clerk_is_visible, writer_of

_NAME = "press"
_MEDIA = "so the Clerk has to see it before it is published"


def judge(case: Case) -> Iterable[Finding]:
    if not _wants_text(case.parties):
        return
    mail = _Mail(case, own_remarks(case.message.texts), writer_of(case.parties))
    if mail.writer is Writer.MEMBER:
        yield from _of_member(mail)
    else:
        yield from _of_officer(mail)


@dataclass(frozen=True, slots=True)
class _Mail:
    """A message to the press: the case, the author's own sentences, and as what the author writes."""

    case: Case
    said: tuple[Remark, ...]
    writer: Writer

    @property
    def policy(self) -> RulePolicy:
        return self.case.protocol.rules.get(_NAME) or RulePolicy(_NAME, Action.OFF, ())

    @property
    def author(self) -> Holder | None:
        sender = self.case.parties.sender
        return sender.councillor if self.writer is Writer.MEMBER else sender.holder

    @property
    def authority(self) -> tuple[tuple[str, ...], str]:
        """What is recorded for this author, these recipients and this matter; its reference."""
        if self.author is None:
            return (), ""
        granted, reference = exceptions_of(self.case, self.author, "")
        return tuple(e for e in granted if e == AUTHORITY), reference

    @property
    def is_before_election(self) -> bool:
        return any(first <= self.case.directory.day <= last for first, last in self.case.protocol.elections)

    def finding(self, kind: str, evidence: Remark, reason: str, asks: Action | None = None) -> Finding:
        granted, reference = self.authority
        return Finding(
            _NAME, evidence.words, evidence.where, reason, kind=kind, asks=asks, exceptions=granted, cites=reference
        )

    def release(self) -> Remark | None:
        """What shows that a release is sent, forwarded ones and attachments included."""
        if mark := release_mark(sent_remarks(self.case.message.texts)):
            return mark
        name = release_file(self.case.message.attachments)
        return Remark(name, name, "attachment") if name else None

    def sensitive(self) -> str:
        """What makes a release sensitive, or "": its topic, and before an election all that touches on it."""
        if found := sensitive_topic(sent_remarks(self.case.message.texts)):
            return found[0]
        return "the election" if self.is_before_election and electioneering(self.said) else ""


def _of_member(mail: _Mail) -> Iterator[Finding]:
    stated = capacity(mail.said)
    mark = None if stated is Capacity.PARTY else mail.release()
    if mark is not None:
        topic = mail.sensitive()
        reason = f"This reads as a press release{_about(topic)} that a councillor sends, {_MEDIA}."
        yield mail.finding("sensitive_release" if topic else "release", mark, reason)
    if promise := claim_promise(mail.said):
        yield mail.finding(
            "commitment", promise, "It makes the press a promise in what may become a claim or an insurance matter."
        )
    yield from _as_what(mail, stated, is_release=mark is not None)
    if mail.is_before_election and stated is not Capacity.PARTY and (words := electioneering(mail.said)):
        yield mail.finding(
            "election",
            words,
            "This is a pre-election period, and these words may give the impression of electioneering.",
        )


def _as_what(mail: _Mail, stated: Capacity | None, *, is_release: bool) -> Iterator[Finding]:
    """In which capacity the member speaks, and whether the Clerk knows of what is said for the council."""
    words = statement(mail.said)
    if words is None:
        return
    appointed = _is_spokesperson(mail) or bool(mail.authority[0])
    if stated is None and ("capacity" in mail.policy.cites or not (appointed or is_release)):
        yield mail.finding("capacity", words, "It does not say in which capacity the councillor speaks to the press.")
    speaks_for_council = stated is Capacity.COUNCIL or (stated is None and appointed)
    if speaks_for_council and not is_release and "liaison" in mail.policy.cites and not clerk_has_it(mail.case):
        yield mail.finding("liaison", words, "It speaks to the press for the council, and the Clerk has no copy.")


def _is_spokesperson(mail: _Mail) -> bool:
    """Appointed to speak on a topic that the message names."""
    if mail.author is None:
        return False
    text = " ".join(p.plain for p in mail.said).casefold()
    posts = (a for a in mail.author.appointments if a.role is Role.SPOKESPERSON)
    return any(" ".join(post.topic.casefold().split()) in text for post in posts)


def _of_officer(mail: _Mail) -> Iterator[Finding]:
    mark = mail.release()
    if mark is not None and mail.writer is Writer.OFFICER:
        yield _officers_release(mail, mark)
    if mark is not None and mail.is_before_election and (words := _names_a_politician(mail)):
        yield mail.finding(
            "election",
            words,
            "This is a pre-election period, and the release names a councillor, a party or an election.",
        )
    if words := political_comment(mail.said):
        yield mail.finding("comment", words, "It takes sides in politics, where an officer keeps to the facts.")
    elif words := personal_opinion(mail.said):
        yield mail.finding("comment", words, "It gives an opinion of the officer's own, not facts.")
    yield from _unauthorised(mail, is_release=mark is not None)


def _officers_release(mail: _Mail, mark: Remark) -> Finding:
    topic = mail.sensitive()
    if clerk_is_visible(mail.case):
        reason = f"This reads as a press release{_about(topic)}; the Clerk is seen to have a copy."
        return mail.finding("officer_release", mark, reason, asks=Action.FLAG)
    reason = f"This reads as a press release{_about(topic)} that did not come through the Clerk, {_MEDIA}."
    action = mail.policy.action_for("sensitive_release" if topic else "release")
    return mail.finding("officer_release", mark, reason, asks=action)


def _unauthorised(mail: _Mail, *, is_release: bool) -> Iterator[Finding]:
    """Where the council asks for it: an officer's statement that neither the Clerk nor a record authorises."""
    if is_release or mail.writer is not Writer.OFFICER or "unauthorised" not in mail.policy.cites:
        return
    if mail.authority[0] or clerk_has_it(mail.case):
        return
    if words := statement(mail.said):
        yield mail.finding("unauthorised", words, "Nothing shows that the officer is authorised to answer the press.")


def _names_a_politician(mail: _Mail) -> Remark | None:
    """A councillor by name, or words about parties and votes."""
    directory = mail.case.directory
    names = [" ".join(directory.holders[i].name.casefold().split()) for i in sorted(directory.councillors)]
    named = (p for p in mail.said if any(name in p.plain.casefold() for name in names))
    return next(named, None) or electioneering(mail.said)


def _about(topic: str) -> str:
    return f" about {topic}" if topic else ""


def _wants_text(parties: Parties) -> bool:
    return parties.sender.ours and any(r.kind is Kind.PRESS for r in parties.recipients)


RULE = Rule(_NAME, judge, _wants_text)
