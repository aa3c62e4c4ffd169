"""Decisions: by whom, once, and what follows."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from gatekeeper.core import reply
from gatekeeper.core.changes import DeliveryState
from gatekeeper.core.events import Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.held import Move, NotPossible, State
from gatekeeper.core.people import Appointment, Role
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent, NotAllowed, NotFound, TryAgain
from gatekeeper.services.actors import Actor
from gatekeeper.services.ports import Sent
from tests.builders import CLERK, PEOPLE, a_council, a_mail, a_protocol, a_register, a_submission
from tests.services.test_intake import ACCEPTS, BUILDER
from tests.services.world import World

REF = "K7W-D2M-9QX"
SMITH = "jane.smith@stow.example"


async def held_world(*more: str, body: str = ACCEPTS, council=None) -> World:
    world = World(council)
    raw = a_mail(body, sender=SMITH, to=BUILDER[0])
    await world.intake.accept(a_submission(raw, sender=SMITH, to=(*BUILDER, *more)), world.outlet)
    world.store.tx.outbox.clear()
    return world


def state(world: World) -> State:
    return world.store.tx.all_held[REF].state


async def test_a_released_message_leaves_as_it_came_and_its_author_is_told() -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    assert state(world) is State.SENDING
    assert await world.outbox.send_due() == 1
    assert state(world) is State.RELEASED
    ((sender, recipients, content),) = world.hop.sent
    assert (sender, recipients) == (SMITH, BUILDER)
    assert content.endswith(world.store.tx.contents[REF])
    assert await world.outbox.send_due() == 1
    assert world.hop.sent[1][:2] == ("", (SMITH,))
    assert b"has been sent to builder@trade.example" in b" ".join(world.hop.sent[1][2].split())


async def test_two_people_at_once_one_wins_and_the_other_is_told() -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    with pytest.raises(NotPossible, match="already decided by c-clerk"):
        await world.review.decide(Move.DECLINE, REF, world.actor("d-deputy"), "no")
    assert len(world.store.tx.outbox) == 1


@pytest.mark.parametrize("person", ["j-smith", "a-jones", "o-officer", "m-mayor", "aud"])
async def test_only_reviewers_decide_and_nobody_his_own(person: str) -> None:
    world = await held_world()
    with pytest.raises(NotAllowed):
        await world.review.release(REF, world.actor(person))
    assert state(world) is State.WAITING


async def test_an_operator_without_a_person_decides_nothing() -> None:
    world = await held_world()
    with pytest.raises(NotAllowed, match="--by"):
        await world.review.release(REF, Actor(None, "root"))


async def test_whom_a_message_concerns_neither_sees_nor_decides_it() -> None:
    world = await held_world(body=ACCEPTS + "The Clerk knows nothing of this.\r\n")
    assert world.store.tx.all_held[REF].reviewer == "d-deputy"
    assert await world.review.queue("stow", world.actor("c-clerk")) == ()
    for attempt in (world.review.show(REF, world.actor("c-clerk")), world.review.release(REF, world.actor("c-clerk"))):
        with pytest.raises(NotAllowed):
            await attempt
    await world.review.release(REF, world.actor("d-deputy"))


async def test_only_the_author_withdraws() -> None:
    world = await held_world()
    with pytest.raises(NotAllowed):
        await world.review.decide(Move.WITHDRAW, REF, world.actor("c-clerk"))
    await world.review.decide(Move.WITHDRAW, REF, world.actor("j-smith"))
    assert state(world) is State.WITHDRAWN


async def test_a_return_takes_a_reason_and_the_author_reads_it() -> None:
    world = await held_world()
    with pytest.raises(NotPossible, match="reason"):
        await world.review.decide(Move.RETURN, REF, world.actor("c-clerk"), " ")
    await world.review.decide(Move.RETURN, REF, world.actor("c-clerk"), "Please leave the order to me.")
    await world.outbox.send_due()
    assert b"Please leave the order to me." in world.hop.sent[0][2]
    assert BUILDER[0] not in world.hop.sent[0][1]


async def test_a_release_can_leave_a_recipient_out() -> None:
    world = await held_world("resident@mail.example")
    with pytest.raises(NotPossible, match="Not a recipient"):
        await world.review.release(REF, world.actor("c-clerk"), without=("nobody@x.example",))
    with pytest.raises(NotPossible, match="Nobody would receive"):
        await world.review.release(REF, world.actor("c-clerk"), without=("resident@mail.example", BUILDER[0]))
    await world.review.release(REF, world.actor("c-clerk"), without=("Resident@mail.example",))
    await world.outbox.send_due()
    assert world.hop.sent[0][1] == BUILDER


async def test_what_the_protocol_discloses_is_disclosed_on_release() -> None:
    world = await held_world("ann.jones@stow.example")
    await world.review.release(REF, world.actor("c-clerk"))
    await world.outbox.send_due()
    assert b"CC Councillor Ann Jones" in world.hop.sent[0][2]


@pytest.mark.parametrize("disclose", [True, False])
async def test_where_a_copy_is_held_the_reviewer_chooses_to_disclose(disclose: bool) -> None:
    world = await held_world("ann.jones@stow.example", council=a_council(protocol=a_protocol(silent_copy=Action.HOLD)))
    await world.review.release(REF, world.actor("c-clerk"), disclose=disclose)
    await world.outbox.send_due()
    assert (b"CC Councillor Ann Jones" in world.hop.sent[0][2]) is disclose


async def test_a_message_can_be_passed_on_but_not_to_whom_it_concerns() -> None:
    world = await held_world(body=ACCEPTS + "Dana Dean knows nothing of this.\r\n")
    with pytest.raises(NotAllowed):
        await world.review.reassign(REF, world.actor("c-clerk"), "d-deputy")
    with pytest.raises(NotFound):
        await world.review.reassign(REF, world.actor("c-clerk"), "nobody")
    await world.review.reassign(REF, world.actor("c-clerk"), "mo")
    with pytest.raises(NotAllowed):
        await world.review.release(REF, world.actor("c-clerk"))
    await world.review.release(REF, world.actor("mo"))


async def test_looking_is_on_record() -> None:
    world = await held_world()
    shown = await world.review.show(REF, world.actor("c-clerk"))
    assert [e.kind for e in shown.history] == [Kind.JUDGED, Kind.HELD, Kind.NOTICE_QUEUED, Kind.VIEWED]
    assert shown.history[-1].sentence == "Chris Clarke looked at the held message."


async def test_a_delivery_is_tried_again_until_it_goes() -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    world.hop.answers = [TryAgain("down"), Sent((reply.OK,), Reply(451, ("4.0.0 later",)))]
    for _ in range(2):
        assert await world.outbox.send_due() == 1
        assert await world.outbox.send_due() == 0
        world.clock.forward(hours=1)
    assert state(world) is State.SENDING
    await world.outbox.send_due()
    assert state(world) is State.RELEASED
    assert len(world.hop.sent) == 1


async def test_recipients_who_have_it_are_not_sent_it_again() -> None:
    world = await held_world("resident@mail.example")
    await world.review.release(REF, world.actor("c-clerk"))
    world.hop.answers = [Sent((reply.OK, Reply(450, ("4.2.0 busy",))), reply.OK)]
    await world.outbox.send_due()
    assert state(world) is State.SENDING
    world.clock.forward(hours=1)
    await world.outbox.send_due()
    assert world.hop.sent[0][1] == ("resident@mail.example",)
    assert state(world) is State.RELEASED


async def test_what_is_refused_for_good_fails_loudly_and_can_be_decided_again() -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    world.hop.answers = [Sent((Reply(550, ("5.1.1 no such user",)),), None)]
    await world.outbox.send_due()
    assert state(world) is State.FAILED
    assert Kind.FAILED in world.store.kinds()
    await world.review.decide(Move.RETURN, REF, world.actor("c-clerk"), "The address is wrong.")
    assert state(world) is State.RETURNED


async def test_after_five_days_it_is_given_up() -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    for _ in range(3):
        world.hop.answers = [TryAgain("down")]
        await world.outbox.send_due()
        world.clock.at += timedelta(days=3)
    assert state(world) is State.FAILED


@pytest.mark.parametrize("how", ["lost after the dot", "worker died"])
async def test_what_may_have_gone_goes_again_and_says_so(how: str) -> None:
    world = await held_world()
    await world.review.release(REF, world.actor("c-clerk"))
    if how == "worker died":
        await world.store.write(lambda tx: tx.claim_deliveries(world.clock.now(), 9))
        assert await world.outbox.recover(alone=True) == 1
    else:
        world.hop.answers = [MaybeSent("lost")]
        await world.outbox.send_due()
        world.clock.forward(hours=1)
    await world.outbox.send_due()
    assert Kind.SENT_TWICE in world.store.kinds()
    assert state(world) is State.RELEASED
    assert all(d.state is not DeliveryState.SENDING for d in world.store.tx.outbox.values())


async def test_a_reference_that_nobody_gave_is_not_found() -> None:
    world = await held_world()
    with pytest.raises(NotFound):
        await world.review.show("NOS-UCH-REF", world.actor("c-clerk"))


async def test_a_namesake_of_another_council_decides_nothing_here() -> None:
    world = await held_world()
    clerk = world.actor("c-clerk")
    other = Actor(clerk.person, council="elsewhere")
    with pytest.raises(NotAllowed):
        await world.review.release(REF, other)
    assert await world.review.queue("stow", other) == ()


async def test_whoever_left_office_decides_nothing_any_more() -> None:
    world = await held_world()
    gone = replace(CLERK, appointments=(replace(CLERK.appointments[0], until=date(2026, 11, 24)),))
    people = tuple(gone if p.id == CLERK.id else p for p in PEOPLE)
    world.councils.replace([a_council(a_register(persons=people))])
    clerk = world.actor("c-clerk")
    world.clock.forward(days=1)
    with pytest.raises(NotAllowed):
        await world.review.release(REF, clerk)
    await world.review.release(REF, world.actor("d-deputy"))


async def test_a_new_reviewer_whom_it_concerns_neither_sees_nor_decides_it() -> None:
    world = await held_world(body=ACCEPTS + "Olu Ode knows nothing of this.\r\n")
    acting = Appointment(Role.ACTING_PROPER_OFFICER, date(2026, 11, 25))
    people = tuple(replace(p, appointments=(*p.appointments, acting)) if p.id == "o-officer" else p for p in PEOPLE)
    council = a_council(a_register(persons=people))
    world.councils.replace([council])
    world.clock.forward(days=1)
    holder = council.directory(world.clock.now()).holder("o-officer")
    assert holder is not None
    with pytest.raises(NotAllowed, match="concerns"):
        await world.review.release(REF, Actor(holder, council="stow"))


async def test_a_councillor_who_acts_as_proper_officer_takes_up_what_waits() -> None:
    world = await held_world()
    acting = Appointment(Role.ACTING_PROPER_OFFICER, date(2026, 11, 25))
    people = tuple(replace(p, appointments=(*p.appointments, acting)) if p.id == "r-patel" else p for p in PEOPLE)
    council = a_council(a_register(persons=people))
    world.councils.replace([council])
    world.clock.forward(days=1)
    holder = council.directory(world.clock.now()).holder("r-patel")
    assert holder is not None
    await world.review.release(REF, Actor(holder, council="stow"))
