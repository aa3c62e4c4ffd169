"""Mail of the demo's council: for each thing that can become of a message, one to which it happens."""

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
