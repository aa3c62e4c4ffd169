"""What the client hears of the services, and that their work is never cut short."""

import asyncio

import pytest

from gatekeeper.core import reply
from gatekeeper.core.envelope import Submission
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent, TryAgain
from gatekeeper.services.ports import Outlet
from tests.smtp.dialogue import HELLO, MAIL, SENDS, TAKES, FakeGate, a_stage, perform, until

RESET = HELLO + MAIL + "C: RSET\nS: 250 ok"


@pytest.mark.parametrize("answer", [reply.held("K7W-D2M-9QX"), reply.refused("Standing order 3", "no", "K7W-D2M-9QX")])
async def test_what_is_held_or_refused_is_answered_here_and_reset_there(answer: Reply) -> None:
    async with a_stage(RESET, gate=FakeGate(answer=answer)) as stage:
        await stage.talk(SENDS + f"S: {answer}\nC: NOOP\nS: 250 ...")


@pytest.mark.parametrize(
    ("error", "answer"),
    [
        (TryAgain("the store is down"), "451 4.3.0 ..."),
        (MaybeSent("lost"), "451 4.4.2 ..."),
        (ValueError("secret\r\n250 forged"), "451 4.3.0 Not able to judge ..."),
        (KeyError("a@b.example"), "451 4.3.0 Not able to judge ..."),
        (TimeoutError(), "451 4.3.0 ..."),
    ],
)
async def test_a_service_that_raises_makes_the_client_keep_the_message(error: Exception, answer: str) -> None:
    async with a_stage(RESET, gate=FakeGate(answer=error)) as stage:
        await stage.talk(SENDS + f"S: {answer}\nC: NOOP\nS: 250 2.0.0 OK")


async def test_a_door_whose_own_code_fails_says_try_again_and_goes_on() -> None:
    class Broken(FakeGate):
        def is_own_address(self, path: object) -> bool:
            raise RuntimeError("c@d.example")

    async with a_stage(HELLO + MAIL.partition("C: RCPT")[0], gate=Broken()) as stage:
        await stage.talk(
            SENDS.partition("C: RCPT")[0] + "C: RCPT TO:<c@d.example>\nS: 451 4.3.0 Not able ...\nC: NOOP\nS: 250 ..."
        )


class SlowGate(FakeGate):
    """Judges for as long as the test wants, then sends on."""

    def __init__(self) -> None:
        super().__init__()
        self.judging = asyncio.Event()
        self.go_on = asyncio.Event()
        self.answers: list[Reply] = []

    async def accept(self, submission: Submission, outlet: Outlet) -> Reply:
        self.judging.set()
        await self.go_on.wait()
        self.answers.append(await outlet.send((submission.raw,)))
        return self.answers[-1]


@pytest.mark.parametrize("how", ["close", "abort", "half"])
async def test_a_client_that_leaves_while_its_message_is_judged_does_not_stop_the_work(how: str) -> None:
    gate = SlowGate()
    async with a_stage(TAKES, gate=gate) as stage:
        reader, writer = await stage.connect()
        await perform("C", SENDS, reader, writer)
        await gate.judging.wait()
        if how == "abort":
            writer.transport.abort()
        elif how == "half":
            writer.write_eof()
        else:
            writer.close()
        await stage.talk("S: 220 ...\nC: NOOP\nS: 250 ...")  # by now the door knows
        gate.go_on.set()
        if how == "half":
            assert (await reader.readline()) == b"250 2.0.0 taken as 17\r\n"
        await until(lambda: gate.answers)
        writer.close()
    assert str(gate.answers[0]) == "250 2.0.0 taken as 17"


async def test_the_clients_patience_is_not_measured_while_it_waits_for_us() -> None:
    gate = SlowGate()
    async with a_stage(TAKES, gate=gate, client_idle_seconds=0.05, data_idle_seconds=0.05) as stage:
        talking = asyncio.create_task(stage.talk(SENDS + "S: 250 2.0.0 taken as 17"))
        await gate.judging.wait()
        done, _ = await asyncio.wait((talking,), timeout=0.3)
        assert not done
        gate.go_on.set()
        await talking


async def test_a_closing_door_waits_for_a_message_that_is_judged() -> None:
    gate = SlowGate()
    async with a_stage(TAKES, gate=gate) as stage:
        talking = asyncio.create_task(stage.talk(SENDS + "S: 250 2.0.0 taken as 17\nS: 421 4.3.2 ..."))
        await gate.judging.wait()
        stopping = asyncio.create_task(stage.door.stop())
        await asyncio.sleep(0)
        gate.go_on.set()
        await asyncio.gather(talking, stopping)


async def test_the_next_hop_may_leave_while_a_message_is_judged() -> None:
    gate = SlowGate()
    async with a_stage(HELLO + MAIL + "S: <close>", TAKES, gate=gate) as stage:
        talking = asyncio.create_task(stage.talk(SENDS + "S: 250 2.0.0 taken as 17"))
        await gate.judging.wait()
        await until(lambda: stage.next_hop.finished)
        gate.go_on.set()
        await talking


STAGES = SENDS.strip().splitlines()


@pytest.mark.parametrize("stage_number", range(1, len(STAGES)))
@pytest.mark.parametrize("abruptly", [True, False])
async def test_a_client_may_leave_at_any_stage(stage_number: int, abruptly: bool) -> None:
    async with a_stage(TAKES, TAKES, check=False) as stage:
        reader, writer = await stage.connect()
        await perform("C", "\n".join(STAGES[:stage_number]), reader, writer)
        if abruptly:
            writer.transport.abort()
        else:
            writer.close()
        await stage.talk("S: 220 ...\nC: NOOP\nS: 250 ...")
