"""The check address tells the author alone, and keeps nothing."""

import pytest

from gatekeeper.core import reply
from gatekeeper.core.events import Kind
from tests.builders import a_mail, a_submission, address
from tests.services.world import World

CHECK = "check@stow.example"
SMITH = "jane.smith@stow.example"


def a_draft(sender: str = SMITH, extra: str = ""):
    raw = a_mail("See you on Tuesday.", sender=sender, to=CHECK, cc="resident@mail.example", extra=extra)
    return a_submission(raw, sender=sender, to=(CHECK,))


def world() -> World:
    return World(check=address(CHECK))


async def test_a_councillor_is_told_privately_what_would_happen() -> None:
    w = world()
    assert await w.intake.accept(a_draft(), w.outlet) == reply.OK
    assert w.outlet.sent == []
    (notice,) = w.store.tx.outbox.values()
    assert [str(r.path) for r in notice.recipients] == [SMITH]
    words = b" ".join(notice.raw.split())
    assert b"Sent to resident@mail.example as it is, it would be sent as it is" in words


async def test_neither_draft_nor_author_is_on_record() -> None:
    w = world()
    await w.intake.accept(a_draft(), w.outlet)
    (event,) = w.store.tx.all_events
    assert event.kind is Kind.PRECHECKED
    assert (event.details, event.people, event.reference) == ({}, (), "")
    assert w.store.tx.messages == {}


@pytest.mark.parametrize("sender", ["someone@mail.example", ""])
async def test_outsiders_and_nobody_are_refused(sender: str) -> None:
    w = world()
    raw = a_mail(sender=sender or "mailer-daemon@mail.example", to=CHECK)
    assert await w.intake.accept(a_submission(raw, sender=sender, to=(CHECK,)), w.outlet) == reply.CHECK_REFUSED
    assert w.store.tx.outbox == {}


async def test_a_machine_gets_no_answer() -> None:
    w = world()
    await w.intake.accept(a_draft(extra="Auto-Submitted: auto-replied\r\n"), w.outlet)
    assert w.store.tx.outbox == {}
