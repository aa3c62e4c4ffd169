"""Notices: short messages that gatekeeper writes to authors. They never answer machines and cannot loop.

A notice goes out with a null reverse-path and `Auto-Submitted: auto-generated` (RFC 3834), to a mailbox of the council
only, and never because of a message that was itself automatic or came through a list.
"""

import textwrap
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path as FilePath
from string import Template

from gatekeeper import logs
from gatekeeper.core.address import Address
from gatekeeper.core.changes import Changes, Delivery, DeliveryRecipient, DeliveryState, Purpose
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Event, Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.held import HeldMessage
from gatekeeper.core.message import Automatic, Message, Unreadable
from gatekeeper.core.people import Directory, Holder
from gatekeeper.core.verdict import Verdict
from gatekeeper.services.councils import Council
from gatekeeper.services.judging import Judgement
from gatekeeper.services.ports import Randomness
from gatekeeper.services.writing import to_field

MAX_QUOTE = 200
"""Characters of a subject or a sentence that a notice quotes."""

_LIST_FIELDS = ("list-id", "list-post", "list-unsubscribe")
_BULK = frozenset({"bulk", "list", "junk"})


@dataclass(frozen=True)
class Templates:
    """The notices of one language. `texts` by name: first line "Subject: ...", an empty line, the body; `remedies` by
    rule."""

    texts: Mapping[str, str]
    remedies: Mapping[str, str]


def load_templates(folder: FilePath) -> Templates:
    """The templates of a folder such as `config/notices/en`."""
    texts = {f.stem: f.read_text(encoding="utf-8") for f in sorted(folder.glob("*.txt"))}
    remedies = tomllib.loads((folder / "remedies.toml").read_text(encoding="utf-8"))
    return Templates(texts, {k: str(v) for k, v in remedies.items()})


@dataclass(frozen=True, slots=True)
class About:
    """What a notice is about and to whom it goes. `reference` is "" where it leaves no trace; `author` is a person's
    id, `name` what he is called."""

    reference: str
    council: Council
    door: str
    message_id: str
    author: str
    name: str
    to: Address


class Notices:
    """Writes notices as changes to the store, so that they are committed with what they tell of."""

    def __init__(self, templates: Templates, names: Randomness, sender: str = "") -> None:
        self._templates = templates
        self._names = names
        self._sender = sender

    def held(self, council: Council, held: HeldMessage, message: Message | Unreadable, at: datetime) -> Changes:
        """Tells the author that the message is held, why, and what to do; nothing where nobody should be told."""
        if is_automatic(held, message):
            return Changes()
        reviewer = council.directory(at).holder(held.reviewer)
        local_due = held.due_at.astimezone(council.zone)
        return self._to_author(
            council,
            held,
            "held",
            at,
            reasons=_reasons(held.verdict),
            remedies=self._remedies(held),
            protocol=council.protocol.title or "the member-officer protocol",
            reviewer=f"{reviewer.name}" if reviewer else "The reviewer on duty",
            due=local_due.strftime("%-d %B %Y, %H:%M"),
        )

    def decided(
        self, council: Council, held: HeldMessage, name: str, at: datetime, *, extra: str = "", reply: str = ""
    ) -> Changes:
        """Tells the author the outcome. `name` is the template: released, returned, not-sent, withdrawn, failed."""
        if not held.mail_from.raw:
            return Changes()
        actor = council.directory(at).holder(held.decided_by)
        return self._to_author(
            council,
            held,
            name,
            at,
            actor=actor.name if actor else "the reviewer",
            reason=held.reason or "No reason was given.",
            extra=extra,
            reply=reply,
        )

    def checked(self, council: Council, judgement: Judgement, author: Holder, outcome: str, at: datetime) -> Changes:
        """Answers a draft sent to the check address."""
        submission, message = judgement.submission, judgement.message
        to = next((a for a in author.person.addresses if council.directory(at).in_domains(a)), None)
        if to is None:
            return Changes()
        about = About("", council, submission.door, message.message_id, author.id, author.name, to)
        return self._written(
            about,
            "checked",
            at,
            subject=quoted(message.subject) or "(no subject)",
            recipients=_several([str(p) for p in submission.rcpt_to]),
            verdict=judgement.verdict.action.value,
            outcome=outcome,
            protocol=council.protocol.title or "the member-officer protocol",
            reasons=_reasons(judgement.verdict, weakest=Action.FLAG) or "No clause of it is concerned.",
        )

    def disclosed(
        self, about: About, at: datetime, *, subject: str, sender: str, lines: Sequence[str]
    ) -> Delivery | None:
        """Tells somebody who received a message of its silent copies, in the words of the council's footer; `None`
        where no notice can be written to him."""
        values = {
            "subject": quoted(subject) or "(no subject)",
            "sender": quoted(sender) or "the council",
            "lines": "\n".join(quoted(line) for line in lines),
            "protocol": about.council.protocol.title or "the member-officer protocol",
        }
        return self._delivery(about, "disclosed", at, Purpose.DISCLOSURE, values)

    def _remedies(self, held: HeldMessage) -> str:
        rules = (j.finding.rule for j in held.verdict.judged if j.action is Action.HOLD)
        texts = (self._templates.remedies.get(r, self._templates.remedies["other"]) for r in rules)
        return "\n".join(dict.fromkeys(texts))

    def _to_author(self, council: Council, held: HeldMessage, name: str, at: datetime, **values: str) -> Changes:
        directory = council.directory(at)
        to = author_address(held, directory)
        if to is None:
            return Changes()
        author = directory.holder(held.author)
        called = author.name if author else ""
        about = About(held.reference, council, held.door, held.message_id, held.author, called, to)
        return self._written(
            about,
            name,
            at,
            subject=quoted(held.subject) or "(no subject)",
            recipients=_several([str(p) for p in held.rcpt_to]),
            **values,
        )

    def _written(self, about: About, name: str, at: datetime, **values: str) -> Changes:
        """The notice, ready to be sent, and the event that says so; nothing where it cannot be written."""
        delivery = self._delivery(about, name, at, Purpose.NOTICE, values)
        if delivery is None:
            return Changes()
        if not about.reference:
            return Changes(deliveries=(delivery,))
        event = Event(
            self._names.event_id(at),
            about.council.id,
            at,
            Kind.NOTICE_QUEUED,
            about.reference,
            facts={"notice": name},
            details={"recipients": (str(about.to),)},
            people=(about.author,) if about.author else (),
        )
        return Changes(events=(event,), deliveries=(delivery,))

    def _delivery(
        self, about: About, name: str, at: datetime, purpose: Purpose, values: Mapping[str, str]
    ) -> Delivery | None:
        """The notice. What it is about must go on without it where it cannot be written, so nothing is raised."""
        try:
            return self._of_delivery(about, name, at, purpose, values)
        except Exception as error:
            logs.notice_not_written(about.reference, name, type(error).__name__)
            return None

    def _of_delivery(
        self, about: About, name: str, at: datetime, purpose: Purpose, values: Mapping[str, str]
    ) -> Delivery:
        salutation = f"Dear {about.name}," if about.name else "Hello,"
        filled = self._fill(name, reference=about.reference, salutation=salutation, **values)
        return Delivery(
            id=self._names.event_id(at),
            council=about.council.id,
            reference=about.reference,
            purpose=purpose,
            door=about.door,
            mail_from=Path(b"", b"" if str(about.to).isascii() else b"SMTPUTF8"),
            recipients=(DeliveryRecipient(Path(str(about.to).encode())),),
            raw=self._raw(about, filled, at),
            state=DeliveryState.QUEUED,
            created_at=at,
            next_at=at,
            notice=name,
        )

    def _fill(self, name: str, **values: str) -> tuple[str, str]:
        """(subject, body)."""
        head, _, body = self._templates.texts[name].partition("\n\n")
        subject = Template(head.removeprefix("Subject:").strip()).substitute(values)
        return subject, wrapped(Template(body).substitute(values))

    def _raw(self, about: About, filled: tuple[str, str], at: datetime) -> bytes:
        message = EmailMessage(policy=SMTP)
        council = about.council
        domain = council.register.domains[0]
        message["From"] = HeaderAddress(quoted(council.register.name), addr_spec=self.sender_of(council))
        message["Subject"] = filled[0]
        message["Date"] = format_datetime(at)
        message["Message-ID"] = f"<{self._names.event_id(at)}@{domain}>"
        if clerk := _clerk_address(council.directory(at)):
            message["Reply-To"] = str(clerk)
        message["Auto-Submitted"] = "auto-generated"
        message["X-Auto-Response-Suppress"] = "All"
        if about.message_id.startswith("<") and about.message_id.isascii() and len(about.message_id) < MAX_QUOTE:
            message["References"] = about.message_id
        message.set_content(filled[1])
        return to_field(quoted(about.name), about.to) + message.as_bytes()

    def sender_of(self, council: Council) -> str:
        """The mailbox in the From field of notices."""
        return self._sender or f"gatekeeper@{council.register.domains[0]}"


def is_automatic(held: HeldMessage, message: Message | Unreadable) -> bool:
    """Whether a machine or a list sent it, so that nobody is to be answered."""
    if not held.mail_from.raw:
        return True
    if isinstance(message, Unreadable):
        return False
    if message.automatic is not Automatic.NO or any(message.field_values(f) for f in _LIST_FIELDS):
        return True
    return any(v.strip().lower() in _BULK for v in message.field_values("precedence"))


def author_address(held: HeldMessage, directory: Directory) -> Address | None:
    """Where the author is told: a council mailbox of the person, else the sender's address if it is the council's."""
    holder = directory.holder(held.author)
    if holder is not None:
        return next((a for a in holder.person.addresses if directory.in_domains(a)), None)
    address = held.mail_from.address
    return address if address is not None and directory.in_domains(address) else None


def _clerk_address(directory: Directory) -> Address | None:
    return next((h.person.addresses[0] for h in directory.proper_officers() if h.person.addresses), None)


def _reasons(verdict: Verdict, weakest: Action = Action.HOLD) -> str:
    """Each finding from that action on: clause, the sentence, the reason."""
    blocks = []
    for j in verdict.judged:
        if j.action.gravity < weakest.gravity:
            continue
        lines = [f"- {j.finding.reason}"]
        if j.finding.evidence:
            lines.append(f'  You wrote: "{quoted(j.finding.evidence)}"')
        if j.clause:
            words = f' "{j.clause.words}"' if j.clause.words else f" {j.clause.effect}"
            lines.append(f"  {j.citation}:{words}")
        blocks.append("\n".join(lines))
    return "\n".join(blocks)


def wrapped(text: str) -> str:
    """Lines of at most 72 characters where the words allow, each paragraph keeping its indent."""
    return "\n".join(_wrapped_line(line) for line in text.splitlines()) + "\n"


def _wrapped_line(line: str) -> str:
    words = line.lstrip()
    indent = " " * (len(line) - len(words) + (2 if words.startswith("- ") else 0))
    return textwrap.fill(line, 72, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False)


def _several(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return shown if len(names) <= 5 else f"{shown} and {len(names) - 5} more"


def quoted(text: str) -> str:
    """Text of a stranger's, fit for one line of a notice: no control characters, cut to a length."""
    clean = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return clean if len(clean) <= MAX_QUOTE else clean[: MAX_QUOTE - 3] + "..."
