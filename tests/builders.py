"""A small council and its mail, for tests. Everything here is fictional."""

from dataclasses import replace
from datetime import UTC, date, datetime

from gatekeeper.core.address import Address, parse
from gatekeeper.core.case import Case
from gatekeeper.core.envelope import Direction, Path, Submission
from gatekeeper.core.finding import Action
from gatekeeper.core.identify import identify
from gatekeeper.core.message import Message
from gatekeeper.core.people import (
    Agreement,
    Appointment,
    Contact,
    ContactKind,
    Group,
    Person,
    Register,
    Role,
)
from gatekeeper.core.protocol import Clause, CouncilProtocol, RulePolicy
from gatekeeper.mail.read import read
from gatekeeper.services.councils import Council, Councils

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def address(text: str) -> Address:
    found = parse(text)
    assert found is not None, text
    return found


def a_person(id: str, name: str, *addresses: str, role: Role = Role.COUNCILLOR, **more: object) -> Person:
    appointments = more.pop("appointments", (Appointment(role, date(2023, 5, 9)),))
    private = more.pop("private", ())
    return Person(
        id,
        name,
        tuple(address(a) for a in addresses),
        tuple(address(a) for a in private),  # type: ignore[attr-defined]
        appointments,  # type: ignore[arg-type]
    )


SMITH = a_person(
    "j-smith", "Jane Smith", "jane.smith@stow.example", "cllr.smith@stow.example", private=("js@mail.example",)
)
JONES = a_person("a-jones", "Ann Jones", "ann.jones@stow.example")
PATEL = a_person("r-patel", "Ravi Patel", "ravi.patel@stow.example")
MAYOR = a_person(
    "m-mayor",
    "Mary Mayo",
    "mayor@stow.example",
    appointments=(Appointment(Role.COUNCILLOR, date(2023, 5, 9)), Appointment(Role.MAYOR, date(2026, 5, 12))),
)
CLERK = a_person("c-clerk", "Chris Clarke", "clerk@stow.example", role=Role.PROPER_OFFICER)
DEPUTY = a_person("d-deputy", "Dana Dean", "deputy@stow.example", role=Role.DEPUTY_PROPER_OFFICER)
OFFICER = a_person("o-officer", "Olu Ode", "officer@stow.example", role=Role.OFFICER)
MONITORING = a_person("mo", "Moira Orr", "monitoring@district.example", role=Role.MONITORING_OFFICER)
AUDITOR = a_person("aud", "Ira Audley", "auditor@audit.example", role=Role.AUDITOR)

PEOPLE = (SMITH, JONES, PATEL, MAYOR, CLERK, DEPUTY, OFFICER, MONITORING, AUDITOR)


def a_register(**changes: object) -> Register:
    register = Register(
        council="stow",
        name="Stow Town Council",
        domains=("stow.example",),
        timezone="Europe/London",
        persons=PEOPLE,
        groups=(
            Group(address("planning@stow.example"), "members of the Planning Committee", ("j-smith", "a-jones")),
            Group(
                address("councillors@stow.example"),
                "all Councillors",
                ("planning@stow.example", "r-patel", "m-mayor"),
            ),
        ),
        contacts=(
            Contact(ContactKind.PRESS, "The Comet", (address("news@comet.example"),)),
            Contact(ContactKind.SAFE_CHANNEL, "Police", domains=("police.example",), channel="police"),
            Contact(ContactKind.SAFE_CHANNEL, "Speak up", (address("speakup@stow.example"),), channel="whistleblowing"),
        ),
        agreements=(Agreement(kind="direct-channel", member="j-smith", counterpart="o-officer"),),  # type: ignore[arg-type]
    )
    return replace(register, **changes)  # type: ignore[arg-type]


CLAUSES = {
    "c12": Clause("c12", "Stow, Correspondence 1-2", "A copy to another councillor is made plain at the foot."),
    "c3": Clause("c3", "Stow, Correspondence 3", "Nothing that binds the council goes out in a councillor's name."),
    "oce": Clause("oce", "Stow, Officers can expect", "A councillor does not authorise spending."),
}


def a_protocol(**actions: Action) -> CouncilProtocol:
    """Stow's protocol; `silent_copy=Action.HOLD` and the like change an action."""
    standard = {
        "silent-copy": (Action.DISCLOSE, "c12"),
        "obligation": (Action.HOLD, "c3"),
        "instruction": (Action.HOLD, "c3"),
        "financial-authority": (Action.HOLD, "oce"),
    }
    changed = {k.replace("_", "-"): v for k, v in actions.items()}
    rules = {r: RulePolicy(r, changed.get(r, action), (clause,)) for r, (action, clause) in standard.items()}
    return CouncilProtocol("stow", "stow", "the Stow Member-Officer Protocol", "Stow", rules, CLAUSES, version="v1")


def a_council(register: Register | None = None, protocol: CouncilProtocol | None = None) -> Council:
    return Council("stow", register or a_register(), protocol or a_protocol(), b"k" * 32)


def councils(*several: Council) -> Councils:
    return Councils(several or (a_council(),))


def a_mail(
    body: str = "The agenda for Tuesday is on the website.\r\n",
    *,
    sender: str = "officer@stow.example",
    to: str = "resident@mail.example",
    cc: str = "",
    subject: str = "Agenda",
    extra: str = "",
) -> bytes:
    fields = [f"From: {sender}", f"To: {to}"]
    if cc:
        fields.append(f"Cc: {cc}")
    fields += [f"Subject: {subject}", "Date: Tue, 24 Nov 2026 12:00:00 +0000", "Message-ID: <a1@stow.example>"]
    head = "\r\n".join(fields) + "\r\n" + extra
    if not body.endswith("\r\n"):
        body += "\r\n"
    return f"{head}\r\n{body}".encode()


def a_submission(
    raw: bytes | None = None,
    *,
    sender: str = "officer@stow.example",
    to: tuple[str, ...] = ("resident@mail.example",),
    direction: Direction = Direction.BOTH,
    account: str = "",
    reference: str = "K7W-D2M-9QX",
    at: datetime = NOON,
) -> Submission:
    return Submission(
        reference=reference,
        at=at,
        door="relay",
        direction=direction,
        peer="127.0.0.1",
        helo="mail.stow.example",
        account=account,
        mail_from=Path(sender.encode()),
        rcpt_to=tuple(Path(t.encode()) for t in to),
        raw=a_mail(sender=sender or "x@stow.example") if raw is None else raw,
    )


def a_case(submission: Submission, council: Council | None = None) -> Case:
    council = council or a_council()
    message = read(submission.raw)
    assert isinstance(message, Message), message
    directory = council.directory(submission.at)
    return Case(submission, message, identify(submission, message, directory), directory, council.protocol)
