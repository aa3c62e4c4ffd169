"""Protected channels come first."""

import pytest

from gatekeeper.core import reply
from gatekeeper.core.changes import Changes, Outcome
from gatekeeper.core.events import Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.held import State
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent, TryAgain
from tests.builders import PEOPLE, a_council, a_mail, a_protocol, a_register, a_submission
from tests.services.test_intake import ACCEPTS
from tests.services.world import World

MO = "monitoring@district.example"
SMITH = "jane.smith@stow.example"
BUILDER = "builder@trade.example"
RESIDENT = "resident@mail.example"


def to(*recipients: str, sender: str = SMITH, **more: object):
    return a_submission(a_mail(ACCEPTS, sender=sender, to=recipients[0]), sender=sender, to=recipients, **more)


def passing(*recipients: str):
    return a_submission(a_mail(sender=SMITH, to=recipients[0]), sender=SMITH, to=recipients)


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


# --- the rest of a mixed message ----------------------------------------------------------------------------------


async def test_where_one_of_the_rest_is_not_taken_nobody_of_the_rest_gets_a_copy_at_each_retry() -> None:
    world = World()
    world.outlet.refusals = {RESIDENT: Reply(450, ("4.2.0 later",))}
    for _ in range(2):
        with pytest.raises(TryAgain):
            await world.intake.accept(passing(MO, BUILDER, RESIDENT), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    assert [m.outcome for m in world.store.tx.messages.values()] == [Outcome.DEFERRED]
    world.outlet.refusals = {}
    await world.intake.accept(passing(MO, BUILDER, RESIDENT), world.outlet)
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,), (BUILDER, RESIDENT)]


async def test_a_permanent_refusal_of_the_rest_is_the_clients_reply() -> None:
    world = World()
    nobody = Reply(550, ("5.1.1 nobody of that name",))
    world.outlet.refusals = {BUILDER: Reply(450, ("4.2.0 later",)), RESIDENT: nobody}
    assert await world.intake.accept(passing(MO, BUILDER, RESIDENT), world.outlet) == nobody
    assert [recipients for recipients, _ in world.outlet.sent] == [(MO,)]
    assert [m.outcome for m in world.store.tx.messages.values()] == [Outcome.REFUSED]


@pytest.mark.parametrize("submission", [to(MO, BUILDER), passing(MO, BUILDER)], ids=["held", "passed"])
@pytest.mark.parametrize("fault", [MaybeSent("lost after the dot"), TryAgain("lost"), RuntimeError("unforeseen")])
async def test_serving_the_protected_is_tried_once_for_each_try_of_the_client(submission, fault: Exception) -> None:
    world = World()
    world.outlet.answer = fault
    with pytest.raises(type(fault)):
        await world.intake.accept(submission, world.outlet)
    assert world.outlet.tried == [(MO,)]


# --- a hold that was never opened ---------------------------------------------------------------------------------


def without_the_monitoring_officer(world: World) -> World:
    """The same store after a new register, in which that address is protected no more."""
    persons = tuple(p for p in PEOPLE if p.id != "mo")
    other = World(a_council(a_register(persons=persons)))
    other.store = world.store
    other.intake = other.intake_over(world.store)
    return other


async def a_pending_hold(*, is_served: bool) -> World:
    """What a try leaves that ended before or after the protected were served."""
    world = World()

    def cannot_move(changes: Changes) -> None:
        if changes.moves:
            raise TryAgain("The store is down.")

    world.store.fails = cannot_move
    world.outlet.answer = reply.OK if is_served else TryAgain("lost")
    with pytest.raises(TryAgain):
        await world.intake.accept(to(MO, BUILDER), world.outlet)
    world.store.fails = None
    assert [h.state for h in world.store.tx.all_held.values()] == [State.PENDING]
    return world


@pytest.mark.parametrize(("is_served", "left"), [(True, [BUILDER]), (False, [MO, BUILDER])])
async def test_a_pending_hold_is_opened_when_nobody_is_protected_any_more(is_served: bool, left: list[str]) -> None:
    """Whoever was protected and does not have the message is among those for whom it is held."""
    world = without_the_monitoring_officer(await a_pending_hold(is_served=is_served))
    answer = await world.intake.accept(to(MO, BUILDER, reference="OTH-ER0-REF"), world.outlet)
    (held,) = world.store.tx.all_held.values()
    assert held.reference in str(answer)
    assert held.state is State.WAITING
    assert [str(p) for p in held.rcpt_to] == left
    assert [e.reference for e in world.store.tx.all_events if e.kind is Kind.HELD] == [held.reference]
    assert len(world.store.tx.outbox) == 1


async def test_a_pending_hold_is_opened_by_a_retry_without_serving_anybody_twice() -> None:
    world = await a_pending_hold(is_served=True)
    await world.intake.accept(to(MO, BUILDER, reference="OTH-ER0-REF"), world.outlet)
    (held,) = world.store.tx.all_held.values()
    assert held.state is State.WAITING
    assert [str(p) for p in held.rcpt_to] == [BUILDER]
    assert world.outlet.tried == [(MO,)]
