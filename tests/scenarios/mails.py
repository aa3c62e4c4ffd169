"""Mail of the demo's council: for each thing that can become of a message, one to which it happens."""

from email.message import EmailMessage
from email.policy import SMTP

from tests.scenarios.client import Mail, a_mail

CLERK_ADDRESS = "clerk@ashcombe.example"
COUNCILLOR = "jane.smith@ashcombe.example"
BLIND = "ravi.patel@ashcombe.example"
RESIDENT = "resident@mail.example"
BUILDER = "ben@builder.example"
MONITORING_OFFICER = "monitoring.officer@district.example"


def that_passes(id: str = "passes") -> Mail:
    return a_mail(CLERK_ADDRESS, (RESIDENT,), "The agenda for Tuesday is on the website.\n", id=id)


def that_is_held(id: str = "held", *, blind: tuple[str, ...] = ()) -> Mail:
    body = "Dear Ben,\n\nI accept your quotation on behalf of the Council. Please start on Monday.\n"
    return a_mail(COUNCILLOR, (BUILDER,), body, blind=blind, subject="Your quotation", id=id)


def that_is_disclosed(id: str = "disclosed") -> Mail:
    """With a text, an HTML and an attachment."""
    message = EmailMessage(policy=SMTP)
    message["From"], message["To"], message["Subject"] = CLERK_ADDRESS, RESIDENT, "The bench by the pond"
    message["Date"], message["Message-ID"] = "Tue, 24 Nov 2026 10:00:00 +0000", f"<{id}@test.example>"
    message.set_content("Thank you for telling us about the bench.\n\nKind regards\nChris Clarke\n")
    message.add_alternative("<html><body><p>Thank you for telling us about the bench.</p></body></html>\n", "html")
    message.add_attachment(bytes(range(256)) * 20, "application", "octet-stream", filename="bench.bin")
    return Mail(CLERK_ADDRESS.encode(), (RESIDENT.encode(), BLIND.encode()), message.as_bytes())
