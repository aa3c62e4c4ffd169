"""A held message, for tests."""

from dataclasses import replace
from datetime import timedelta

from gatekeeper.core.envelope import Path
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.held import HeldMessage, State
from gatekeeper.core.verdict import Judged, Verdict
from tests.builders import CLAUSES, NOON


def a_held(**changes: object) -> HeldMessage:
    finding = Finding("obligation", "I accept your quotation.", "body", "This accepts an offer for the council.")
    held = HeldMessage(
        reference="K7W-D2M-9QX",
        council="stow",
        state=State.WAITING,
        version=1,
        received_at=NOON,
        due_at=NOON + timedelta(days=1),
        door="relay",
        account="",
        mail_from=Path(b"jane.smith@stow.example"),
        rcpt_to=(Path(b"builder@trade.example"), Path(b"resident@mail.example", b"NOTIFY=NEVER")),
        sender="jane.smith@stow.example",
        author="j-smith",
        subject="Your quotation",
        message_id="<a1@stow.example>",
        verdict=Verdict(Action.HOLD, (Judged(finding, Action.HOLD, CLAUSES["c3"]),), (), "v1"),
        size=400,
        digest="d1",
        reviewer="c-clerk",
    )
    return replace(held, **changes)  # type: ignore[arg-type]
