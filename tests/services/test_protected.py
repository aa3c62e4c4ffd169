"""Protected channels come first."""

import pytest

from gatekeeper.core import reply
from gatekeeper.core.events import Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.held import State
from gatekeeper.core.reply import Reply
from gatekeeper.errors import TryAgain
from tests.builders import a_council, a_mail, a_protocol, a_submission
from tests.services.test_intake import ACCEPTS
from tests.services.world import World

MO = "monitoring@district.example"
SMITH = "jane.smith@stow.example"
BUILDER = "builder@trade.example"


def to(*recipients: str, sender: str = SMITH):
    return a_submission(a_mail(ACCEPTS, sender=sender, to=recipients[0]), sender=sender, to=recipients)


@pytest.mark.parametrize(
    "recipients", [(MO,), (MO, "desk@police.example"), (MO, SMITH), ("speakup@stow.example", "js@mail.example")]
)
async def test_mail_to_protected_channels_only_passes_untouched_and_leaves_a_count(recipients: tuple[str, ...]) -> None:
    world = World()
    world.store.down = True
    submission = to(*recipients)
    assert await world.intake.accept(submission, world.outlet) == reply.OK
    ((_, content),) = world.outlet.sent
    assert content.endswith(submission.raw)
    assert submission.reference.encode() not in content
    assert world.store.tx.all_events == []
    assert world.store.tx.messages == {}
    assert sum(n for *_, n in world.protected.take_counts()) >= 1


async def test_a_resident_writing_to_the_monitoring_officer_is_protected_too() -> None:
    world = World()
    await world.intake.accept(to(MO, sender="resident@mail.example"), world.outlet)
    assert world.store.tx.messages == {}


async def test_in_a_mixed_message_the_protected_are_served_and_the_rest_is_held() -> None:
    world = World()
    answer = await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert "Held for review" in str(answer)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    (held,) = world.store.tx.all_held.values()
    assert held.state is State.WAITING
    assert [str(p) for p in held.rcpt_to] == [BUILDER]


async def test_the_record_of_the_rest_does_not_name_the_protected_recipient() -> None:
    world = World()
    await world.intake.accept(to(MO, BUILDER), world.outlet)
    text = repr(world.store.tx.all_events) + repr(world.store.tx.all_held) + repr(world.store.tx.outbox)
    assert "district.example" not in text
    assert "a protected channel" in text


async def test_a_hold_stays_hidden_until_the_protected_are_served() -> None:
    world = World()
    await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert Kind.HELD not in world.outlet.store_at_dot
    assert Kind.JUDGED in world.outlet.store_at_dot


async def test_where_the_protected_cannot_be_served_the_hold_is_cancelled_and_the_client_tries_again() -> None:
    world = World()
    world.outlet.answer = Reply(451, ("4.0.0 later",))
    with pytest.raises(TryAgain):
        await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert [h.state for h in world.store.tx.all_held.values()] == [State.CANCELLED]
    world.outlet.answer = reply.OK
    await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]


async def test_what_would_be_refused_is_held_where_part_of_it_is_served() -> None:
    world = World(a_council(protocol=a_protocol(obligation=Action.REFUSE)))
    answer = await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert "Held for review" in str(answer)


async def test_with_the_store_down_the_protected_are_served_and_a_retry_serves_nobody_twice() -> None:
    world = World()
    world.store.down = True
    for _ in range(2):
        with pytest.raises(TryAgain):
            await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    world.store.down = False
    await world.intake.accept(to(MO, BUILDER), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    assert [h.state for h in world.store.tx.all_held.values()] == [State.WAITING]


async def test_in_a_mixed_message_that_passes_both_halves_leave_apart() -> None:
    world = World()
    raw = a_mail(sender=SMITH, to=MO)
    await world.intake.accept(a_submission(raw, sender=SMITH, to=(MO, BUILDER)), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,), (BUILDER,)]


async def test_what_another_process_served_is_not_served_again() -> None:
    world = World()
    world.outlet.answer = Reply(451, ("4.0.0 later",))
    raw = a_mail(sender=SMITH, to=MO)
    submission = a_submission(raw, sender=SMITH, to=(MO, BUILDER))
    with pytest.raises(TryAgain):
        await world.intake.accept(submission, world.outlet)
    world.outlet.answer = reply.OK
    await world.intake.accept(submission, world.outlet)
    other = World()
    other.store = world.store
    other.intake = other.intake_over(world.store)
    await other.intake.accept(submission, other.outlet)
    assert [recipients for recipients, _ in other.outlet.sent] == [(BUILDER,)]


async def test_a_header_makes_nobodys_copy_the_senders_own() -> None:
    world = World()
    raw = a_mail(
        ACCEPTS,
        sender=f"{SMITH}, news@comet.example",
        to=MO,
        extra="Sender: ann.jones@stow.example\r\n",
    )
    to = (MO, "ann.jones@stow.example", "news@comet.example")
    await world.intake.accept(a_submission(raw, sender=SMITH, to=to), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    assert len(world.store.tx.all_held) == 1
