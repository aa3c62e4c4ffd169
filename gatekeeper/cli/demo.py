"""`gatekeeper demo`: trying it out with the fictional council. The services are the real ones; only the next hop is a
catcher, so that nothing leaves the machine."""

import smtplib
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, make_msgid
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from gatekeeper.cli.app import App
from gatekeeper.core.people import Directory, Holder, Role
from gatekeeper.errors import NotFound, TryAgain
from gatekeeper.services.clock import SystemClock

demo = typer.Typer(no_args_is_help=True, help="Try it out: a catcher as next hop, and three messages to send.")

OUTSIDE = "resident@mail.example"
BUILDER = "ben@builder.example"


class Kind(StrEnum):
    PASS = "pass"
    DISCLOSE = "disclose"
    HOLD = "hold"


@dataclass(frozen=True)
class Sample:
    """`blind` are envelope recipients whom the header does not name."""

    sender: str
    to: str
    subject: str
    body: str
    blind: tuple[str, ...] = ()


def sample(kind: Kind, directory: Directory) -> Sample:
    """A message of the council's own people for which the protocol asks just that."""
    clerk = _address(directory.proper_officers())
    councillor = _address(tuple(h for i, h in directory.holders.items() if i in directory.councillors))
    match kind:
        case Kind.PASS:
            return Sample(clerk, OUTSIDE, "Agenda for Tuesday", "The agenda for Tuesday is on the website.\n")
        case Kind.DISCLOSE:
            body = "Thank you for telling us about the bench. It is on the list for June.\n"
            return Sample(clerk, OUTSIDE, "The bench by the pond", body, (councillor,))
        case Kind.HOLD:
            body = "Dear Ben,\n\nI accept your quotation on behalf of the Council. Please start on Monday.\n"
            return Sample(councillor, BUILDER, "Your quotation", body)


def _address(holders: tuple[Holder, ...]) -> str:
    found = next((h.person.addresses[0] for h in holders if h.person.addresses), None)
    if found is None:
        raise NotFound("The register has nobody who could send this; it needs a Proper Officer and a councillor.")
    return str(found)


@demo.command()
def run(
    ctx: typer.Context,
    folder: Annotated[Path, typer.Option(help="Where the catcher puts what it gets.")] = Path("var/caught"),
) -> None:
    """Run everything with the catcher as next hop, and say what to try."""
    from gatekeeper import processes  # what only a server needs

    app: App = ctx.obj
    print(_what_to_try(app), flush=True)
    processes.run(processes.serve_with_catcher(app.installation, folder))


def _what_to_try(app: App) -> str:
    council = next(iter(app.installation.councils.all.values()))
    directory = council.directory(SystemClock().now())
    listener = app.installation.settings.listeners[0]
    clerk = next((h.id for h in directory.with_role(Role.PROPER_OFFICER)), "PERSON")
    lines = [
        f"{council.register.name} (fictional). Mail for {listener.address} is judged; nothing leaves this machine.",
        "",
    ]
    for kind, what in (
        (Kind.PASS, "passes untouched"),
        (Kind.DISCLOSE, "passes with the blind copy disclosed at its foot"),
        (Kind.HOLD, "is held for the Clerk"),
    ):
        lines += [f"# {what}", _swaks(sample(kind, directory), str(listener.address)), ""]
    lines += [
        "# what is held, and sending it on its way",
        ".venv/bin/gatekeeper queue list",
        f".venv/bin/gatekeeper queue release REFERENCE --by {clerk}",
        "# the record",
        ".venv/bin/gatekeeper audit search --limit 10",
        "",
    ]
    return "\n".join(lines)


def _swaks(s: Sample, address: str) -> str:
    to = ",".join((s.to, *s.blind))
    body = s.body.strip().replace("\n", r"\n")
    return (
        f"swaks --server {address} --from {s.sender} --to {to} --h-To {s.to} --h-Subject '{s.subject}' --body '{body}'"
    )


@demo.command()
def send(ctx: typer.Context, kind: Annotated[Kind, typer.Argument(help="What is to happen to it.")]) -> None:
    """Send one of the three samples to the first door, and print its reply."""
    app: App = ctx.obj
    now = SystemClock().now()
    council = next(iter(app.installation.councils.all.values()))
    s = sample(kind, council.directory(now))
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = s.sender, s.to, s.subject
    message["Date"], message["Message-ID"] = format_datetime(now), make_msgid(domain=council.register.domains[0])
    message.set_content(s.body)
    listener = app.installation.settings.listeners[0]
    print(_send(listener.address.host, listener.address.port, s, message))


def _send(host: str, port: int, s: Sample, message: EmailMessage) -> str:
    try:
        with smtplib.SMTP(host, port, timeout=30) as client:
            client.ehlo()
            for code, text in (client.mail(s.sender), *(client.rcpt(r) for r in (s.to, *s.blind))):
                if code >= 400:
                    return f"{code} {text.decode('utf-8', 'replace')}"
            code, text = client.data(message.as_bytes())
            return f"{code} {text.decode('utf-8', 'replace')}"
    except OSError as error:
        raise TryAgain(f"{host}:{port} does not answer ({error}); start gatekeeper first.") from error
