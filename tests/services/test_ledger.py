"""Halves of a message: those that come later are disclosed in, those that came before are told by one notice."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

import pytest

from gatekeeper.core.events import Kind
from gatekeeper.core.finding import Action
from gatekeeper.core.protocol import Mode
from gatekeeper.core.reply import Reply
from gatekeeper.core.split import DebtState
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Sent
from tests.builders import a_mail, a_protocol, a_submission
from tests.fakes import FakeOutlet
from tests.services.split import ALL, ANN, CLERK, JANE, MAYOR, OFFICER, RAW, RESIDENT, SIGNED, Split, until


async def test_a_visible_half_after_its_blind_half_says_it_at_its_foot() -> None:
    world = Split()
    await world.send(JANE)
    assert b"CC Councillor Jane Smith" in await world.send(CLERK, RESIDENT)
    await world.later()
    assert world.states() == Counter()
    assert world.late == []


async def test_a_visible_half_before_its_blind_half_is_told_by_one_notice() -> None:
    world = Split()
    assert b"CC " not in await world.send(CLERK, RESIDENT)
    await world.send(JANE)
    await world.later()
    assert world.told() == {CLERK: [b"CC Councillor Jane Smith"]}
    (notice,) = world.late
    assert notice.mail_from.raw == b""
    for field in (b"From: ", b"gatekeeper@stow.example", b"References: <a1@stow.example>", b"Auto-Submitted: auto-gen"):
        assert field in notice.raw
    assert world.states() == Counter({("j-smith", DebtState.PAID): 1, ("j-smith", DebtState.OPEN): 1})
    kinds = Counter(world.store.kinds())
    assert (kinds[Kind.DEBT_OWED], kinds[Kind.DEBT_NOTICED], kinds[Kind.DEBT_PAID]) == (2, 1, 1)


async def test_outsiders_are_told_where_the_council_switched_that_on() -> None:
    world = Split(replace(a_protocol(), notify_outsiders=True))
    await world.send(CLERK, RESIDENT)
    await world.send(JANE)
    await world.later()
    assert set(world.told()) == {CLERK, RESIDENT}


async def test_retries_and_duplicates_make_no_second_notice() -> None:
    world = Split()
    for to in ((CLERK, RESIDENT), (CLERK,), (JANE,), (JANE,), (CLERK, RESIDENT)):
        await world.send(*to)
        await world.later(60)
    await world.send(JANE)
    await world.later()
    assert len(world.late) == 1


async def test_a_burst_of_single_blind_copies_is_one_notice_with_the_groups_name() -> None:
    world = Split()
    await world.send(CLERK)
    for member in ALL:
        await world.send(member)
        await world.later(4, step=1)
    await world.later()
    assert world.told() == {CLERK: [b"CC all Councillors"]}


async def test_a_blind_copy_that_comes_much_later_is_told_of_alone() -> None:
    world = Split()
    await world.send(CLERK)
    await world.send(JANE)
    await world.later(300)
    await world.send(ANN)
    await world.later()
    lines = [world_line for d in world.late for world_line in d.raw.split(b"\r\n") if world_line.startswith(b"CC ")]
    assert lines == [b"CC Councillor Jane Smith", b"CC Councillor Ann Jones"]


async def test_the_senders_own_copy_and_the_councillors_other_mailbox_owe_nothing() -> None:
    world = Split()
    raw = a_mail("Hello\r\n", sender=JANE, to=CLERK)
    for to in (CLERK, "js@mail.example", "cllr.smith@stow.example"):
        await world.send(to, raw=raw, sender=JANE)
    await world.later()
    assert world.store.tx.all_debts == {}


async def test_nobody_is_told_of_his_own_copy() -> None:
    world = Split()
    raw = a_mail("Hello\r\n", sender=OFFICER, to=f"{CLERK}, {ANN}")
    await world.send(CLERK, ANN, raw=raw)
    await world.send(JANE, raw=raw)
    await world.later()
    assert set(world.told()) == {CLERK, ANN}


async def test_what_the_author_wrote_at_the_foot_owes_nothing_in_either_order() -> None:
    raw = a_mail("Hello\r\n\r\nCC Councillor Jane Smith\r\n", sender=OFFICER, to=CLERK)
    for order in ((CLERK, JANE), (JANE, CLERK)):
        world = Split()
        for to in order:
            assert (await world.send(to, raw=raw)).count(b"CC Councillor") == 1
        await world.later()
        assert world.store.tx.all_debts == {}


async def test_a_half_that_the_next_hop_did_not_take_owes_nothing_until_it_is_taken() -> None:
    world = Split()
    await world.send(CLERK)
    await world.send(JANE, answer=Reply(451, ("4.0.0 later",)))
    await world.later(600)
    assert world.store.tx.all_debts == {}
    await world.send(JANE)
    await world.later()
    assert set(world.told()) == {CLERK}


async def test_a_refused_blind_half_is_not_disclosed_in_the_visible_half() -> None:
    world = Split()
    await world.send(JANE, answer=Reply(550, ("5.1.1 nobody",)))
    assert b"CC " not in await world.send(CLERK)


async def test_another_message_with_the_same_message_id_is_another_message() -> None:
    world = Split()
    await world.send(JANE)
    assert b"CC " not in await world.send(CLERK, raw=RAW.replace(b"Monday", b"Tuesday"))
    await world.later()
    assert world.store.tx.all_debts == {}


async def test_trailing_empty_lines_make_no_other_message() -> None:
    world = Split()
    await world.send(JANE, raw=RAW + b"\r\n\r\n")
    assert b"CC Councillor Jane Smith" in await world.send(CLERK)


async def test_where_blind_copies_are_held_both_halves_are_and_nobody_is_told() -> None:
    world = Split(a_protocol(silent_copy=Action.HOLD))
    await world.send(RESIDENT, CLERK)
    assert await world.send(JANE) == b""
    assert await world.send(CLERK) == b""
    await world.later()
    assert world.late == []
    assert len(world.store.tx.all_held) == 2


@pytest.mark.parametrize("change", [{"mode": Mode.MONITOR}, {"rules": a_protocol(silent_copy=Action.FLAG).rules}])
async def test_where_nothing_is_disclosed_nobody_is_told(change: dict[str, object]) -> None:
    world = Split(replace(a_protocol(), **change))  # type: ignore[arg-type]
    await world.send(CLERK)
    assert b"CC " not in await world.send(JANE)
    await world.later()
    assert world.store.tx.all_debts == {}


async def test_a_body_that_must_not_be_altered_passes_and_the_notice_tells() -> None:
    world = Split()
    assert (await world.send(CLERK, RESIDENT, JANE, raw=SIGNED)).endswith(SIGNED.partition(b"From: ")[2])
    await world.later()
    assert world.told() == {CLERK: [b"CC Councillor Jane Smith"]}


async def test_without_a_message_id_an_unalterable_body_is_told_of_all_the_same() -> None:
    world = Split()
    raw = SIGNED.replace(b"Message-ID: <a1@stow.example>\r\n", b"")
    await world.send(CLERK, JANE, raw=raw)
    await world.send(CLERK, JANE, raw=raw)
    await world.later()
    assert set(world.told()) == {CLERK}


async def test_a_held_half_owes_when_it_is_released_and_says_what_it_can_itself() -> None:
    accepts = a_mail("I accept your quotation on behalf of the Council.\r\n", sender=MAYOR, to=f"{CLERK}, {RESIDENT}")
    world = Split()
    for to in ((CLERK, RESIDENT), (JANE,)):
        await world.send(*to, raw=accepts, sender=MAYOR)
    visible, blind = world.store.tx.all_held
    await world.later(60)
    assert world.store.tx.all_debts == {}
    for reference in (visible, blind):
        await world.review.release(reference, world.actor("d-deputy"))
    await world.later()
    released = [raw for _, to, raw in world.hop.sent if RESIDENT in to]
    assert b"CC Councillor Jane Smith" in released[0]
    assert world.late == []


async def test_where_details_were_deleted_there_is_nobody_to_tell() -> None:
    world = Split()
    await world.send(CLERK)
    world.store.tx.all_events = [replace(e, details={}) for e in world.store.tx.all_events]
    await world.send(JANE)
    await world.later()
    assert world.late == []


async def test_a_notice_that_cannot_be_delivered_is_a_failed_debt() -> None:
    world = Split()
    world.hop.answers = [Sent((Reply(550, ("5.1.1 nobody",)),), None)]
    await world.send(CLERK)
    await world.send(JANE)
    await world.later()
    assert world.states() == Counter({("j-smith", DebtState.FAILED): 1})
    assert world.store.kinds()[-1] is Kind.DEBT_FAILED


async def test_a_half_under_way_when_the_blind_half_came_is_found_when_it_arrives() -> None:
    """Judged before the blind half was known, taken by the next hop long after."""
    world = Split()
    gate = asyncio.Event()

    class Slow(FakeOutlet):
        async def send(self, content: Sequence[bytes]) -> Reply:
            await gate.wait()
            return await super().send(content)

    visible = asyncio.create_task(
        world.intake.accept(a_submission(RAW, sender=OFFICER, to=(CLERK,), reference="SLO-WXX-XXX"), Slow())
    )
    await until(lambda: Kind.JUDGED in world.store.kinds())
    await world.send(JANE)
    await world.later(300)
    assert world.late == []
    gate.set()
    await visible
    await world.later()
    assert set(world.told()) == {CLERK}


async def test_history_that_cannot_be_read_leaves_the_message_with_the_client() -> None:
    world = Split()

    async def down(_: object) -> None:
        raise TryAgain("The store is down.")

    world.store.read = down  # type: ignore[method-assign, assignment]
    with pytest.raises(TryAgain):
        await world.send(CLERK)
    assert world.store.kinds() == []


# --- waiting for the other half --------------------------------------------------------------------------------------


class Waiting:
    """What `join_seconds` waits with: until it is told to go on."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.over = asyncio.Event()

    async def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)
        await self.over.wait()


@pytest.mark.parametrize("order", [(CLERK, JANE), (JANE, CLERK)])
async def test_halves_that_wait_for_each_other_are_disclosed_in_either_order(order: tuple[str, str]) -> None:
    world = Split(replace(a_protocol(), join_seconds=20))
    pause = Waiting()
    world.intake._pause = pause
    halves = []
    for n, to in enumerate(order, start=1):
        halves.append(asyncio.create_task(world.send(to)))
        await until(lambda n=n: len(pause.waits) == n)
    pause.over.set()
    arrived = dict(zip(order, await asyncio.gather(*halves), strict=True))
    assert b"CC Councillor Jane Smith" in arrived[CLERK]
    assert pause.waits == [20, 20]
    await world.later()
    assert world.late == []


async def test_a_message_to_a_protected_channel_never_waits() -> None:
    world = Split(replace(a_protocol(), join_seconds=20))
    pause = Waiting()
    world.intake._pause = pause
    await world.send(CLERK, "speakup@stow.example")
    await world.send("speakup@stow.example")
    assert pause.waits == []
