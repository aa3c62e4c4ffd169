"""What happens to a silent copy where the body must not be altered: as the council says, and never unseen."""

from dataclasses import replace
from email import message_from_bytes, policy

import pytest

from gatekeeper.core.finding import Action
from gatekeeper.core.held import State
from gatekeeper.core.message import Message
from gatekeeper.core.protocol import Unalterable
from gatekeeper.errors import NotPossible
from gatekeeper.mail.read import read
from gatekeeper.mail.wrap import wrap
from gatekeeper.rules import all_rules
from gatekeeper.services.checking import Checking
from gatekeeper.services.judging import Disclosure, Judge
from tests.builders import a_council, a_mail, a_protocol, a_submission, councils
from tests.fakes import FakeClock
from tests.services.split import CLERK, JANE, OFFICER, RESIDENT, SIGNED, Split

CALENDAR = a_mail(
    "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
    sender=OFFICER,
    to=CLERK,
    extra="MIME-Version: 1.0\r\nContent-Type: text/calendar; method=REQUEST\r\n",
)
AMBIGUOUS = a_mail(
    "--b\r\n\r\nHello\r\n--b--\r\n",
    sender=OFFICER,
    to=CLERK,
    extra="Content-Type: multipart/mixed; boundary=b\r\nContent-Type: text/plain\r\n",
)


def a_world(unalterable: Unalterable) -> Split:
    return Split(replace(a_protocol(), unalterable=unalterable))


@pytest.mark.parametrize("raw", [SIGNED, CALENDAR])
async def test_held_with_the_reason_where_the_council_holds(raw: bytes) -> None:
    world = a_world(Unalterable.HOLD)
    assert await world.send(CLERK, JANE, raw=raw) == b""
    (held,) = world.store.tx.all_held.values()
    (judged,) = held.verdict.judged
    assert "The copy cannot be disclosed safely" in judged.finding.reason
    with pytest.raises(NotPossible):
        await world.review.release(held.reference, world.actor("d-deputy"))


async def test_refused_with_the_clause_where_the_council_refuses() -> None:
    world = a_world(Unalterable.REFUSE)
    submission = a_submission(SIGNED, sender=OFFICER, to=(CLERK, JANE))
    answer = await world.intake.accept(submission, world.outlet)
    assert answer.code == 550
    assert "Stow, Correspondence 1-2" in str(answer)
    assert world.outlet.sent == []


async def test_refused_but_partly_served_the_rest_is_held() -> None:
    world = a_world(Unalterable.REFUSE)
    await world.send(CLERK, JANE, "speakup@stow.example", raw=SIGNED)
    (held,) = world.store.tx.all_held.values()
    assert held.state is State.WAITING


async def test_wrapped_the_disclosure_stands_first_and_the_original_is_whole_inside() -> None:
    world = a_world(Unalterable.WRAP)
    submission = a_submission(SIGNED, sender=OFFICER, to=(CLERK, JANE))
    await world.intake.accept(submission, world.outlet)
    ((_, content),) = world.outlet.sent
    assert SIGNED in content
    found = message_from_bytes(content, policy=policy.default)
    first, second = found.iter_parts()
    assert first.get_content().strip() == "CC Councillor Jane Smith"
    assert second.get_content_type() == "message/rfc822"
    assert (found["To"], found["Subject"]) == (f"{CLERK}, {RESIDENT}", "Agenda")
    assert found["Message-ID"] != "<a1@stow.example>"
    assert found["References"] == "<a1@stow.example>"
    await world.later()
    assert world.late == []


async def test_a_structure_that_programs_read_differently_is_held_whatever_the_council_says() -> None:
    for unalterable in Unalterable:
        world = a_world(unalterable)
        assert await world.send(CLERK, JANE, raw=AMBIGUOUS) == b""
        (held,) = world.store.tx.all_held.values()
        assert "unreadable" in held.verdict.rules


async def test_a_held_message_that_cannot_be_altered_is_released_as_it_came_and_told_of() -> None:
    protocol = a_protocol(official_letter=Action.HOLD)
    accepts = b"Dear Ben, I accept your quotation on behalf of the Council.\r\n"
    raw = SIGNED.replace(b"Hello\r\n", accepts).replace(OFFICER.encode(), b"ann.jones@stow.example")
    world = Split(protocol)
    assert await world.send(CLERK, JANE, raw=raw, sender="ann.jones@stow.example") == b""
    (reference,) = world.store.tx.all_held
    await world.review.release(reference, world.actor("d-deputy"))
    await world.later()
    assert [content.endswith(raw) for _, to, content in world.hop.sent if JANE in to] == [True]
    assert world.told() == {CLERK: [b"CC Councillor Jane Smith"]}


async def test_a_release_without_the_blind_recipient_discloses_nobody() -> None:
    world = a_world(Unalterable.HOLD)
    await world.send(CLERK, JANE, raw=SIGNED)
    (reference,) = world.store.tx.all_held
    await world.review.release(reference, world.actor("d-deputy"), without=[JANE])
    await world.later()
    assert [content.endswith(SIGNED) for _, to, content in world.hop.sent if to == (CLERK,)] == [True]
    assert world.late == []


@pytest.mark.parametrize(
    ("unalterable", "verdict", "disclosure"),
    [
        (Unalterable.NOTICE, "disclose", Disclosure.NOTICE),
        (Unalterable.WRAP, "disclose", Disclosure.WRAPPED),
        (Unalterable.HOLD, "hold", Disclosure.NONE),
        (Unalterable.REFUSE, "refuse", Disclosure.NONE),
    ],
)
def test_check_says_what_would_happen(unalterable: Unalterable, verdict: str, disclosure: Disclosure) -> None:
    all_councils = councils(a_council(protocol=replace(a_protocol(), unalterable=unalterable)))
    checking = Checking(all_councils, Judge(all_councils, all_rules()), FakeClock())
    checked = checking.check(SIGNED, sender=OFFICER, recipients=[CLERK, JANE])
    assert (checked.verdict, checked.disclosure) == (verdict, disclosure)
    assert checked.footer == ("CC Councillor Jane Smith",)


def test_a_wrapped_message_keeps_every_octet_of_what_is_inside() -> None:
    raw = SIGNED.replace(b"Hello", "Gr\u00fc\u00dfe".encode()) + b"epilogue without an end"
    message = read(raw)
    assert isinstance(message, Message)
    wrapped = wrap(raw, message, ("CC Councillor Zo\u00eb",))
    inner = read(wrapped)
    assert isinstance(inner, Message)
    part = inner.root.children[1]
    assert wrapped[part.body.start : part.body.end] == raw
    assert inner.from_ == message.from_
