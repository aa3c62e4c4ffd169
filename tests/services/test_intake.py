"""What happens to a message between the final dot and the reply."""

from dataclasses import replace

import pytest

from gatekeeper.core import reply
from gatekeeper.core.changes import Changes, Outcome
from gatekeeper.core.events import Kind
from gatekeeper.core.held import State
from gatekeeper.core.reply import Reply
from gatekeeper.errors import MaybeSent, TryAgain
from tests.builders import a_council, a_mail, a_protocol, a_submission
from tests.services.world import World

ACCEPTS = (
    "Dear Ben,\r\n\r\nI accept your quotation of 400 pounds on behalf of the Council. Please order the materials.\r\n"
)
BUILDER = ("builder@trade.example",)


def commits(sender: str = "jane.smith@stow.example", to: tuple[str, ...] = BUILDER, reference: str = "K7W-D2M-9QX"):
    return a_submission(a_mail(ACCEPTS, sender=sender, to=to[0]), sender=sender, to=to, reference=reference)


async def test_what_passes_arrives_as_it_came_below_one_received_field() -> None:
    world = World()
    submission = a_submission()
    assert await world.intake.accept(submission, world.outlet) == reply.OK
    ((_, content),) = world.outlet.sent
    head, _, rest = content.partition(submission.raw)
    assert rest == b""
    assert head.startswith(b"Received: from mail.stow.example ([127.0.0.1])")
    assert [line[:1] for line in head.splitlines()] == [b"R", b"\t", b"\t"]
    assert b"K7W-D2M-9QX" in head


async def test_the_judgement_is_committed_before_the_final_dot_and_the_outcome_before_our_250() -> None:
    world = World()
    await world.intake.accept(a_submission(), world.outlet)
    assert world.outlet.store_at_dot == [Kind.JUDGED]
    assert world.store.kinds() == [Kind.JUDGED, Kind.RELAYED]
    assert world.store.tx.messages["K7W-D2M-9QX"].outcome is Outcome.RELAYED


async def test_nothing_is_sent_where_the_judgement_cannot_be_recorded() -> None:
    world = World()
    world.store.down = True
    with pytest.raises(TryAgain):
        await world.intake.accept(a_submission(), world.outlet)
    assert world.outlet.sent == []


@pytest.mark.parametrize(("code", "outcome"), [(451, Outcome.DEFERRED), (554, Outcome.REFUSED)])
async def test_the_next_hops_refusal_is_the_clients_reply(code: int, outcome: Outcome) -> None:
    world = World()
    world.outlet.answer = Reply(code, ("5.0.0 no",))
    assert await world.intake.accept(a_submission(), world.outlet) == world.outlet.answer
    assert world.store.tx.messages["K7W-D2M-9QX"].outcome is outcome


async def test_a_lost_next_hop_is_on_record_and_the_client_keeps_the_mail() -> None:
    world = World()
    world.outlet.answer = TryAgain("lost")
    with pytest.raises(TryAgain):
        await world.intake.accept(a_submission(), world.outlet)
    assert world.store.kinds() == [Kind.JUDGED, Kind.NOT_RELAYED]


async def test_a_connection_lost_after_the_dot_leaves_an_unknown_outcome() -> None:
    world = World()
    world.outlet.answer = MaybeSent("lost")
    with pytest.raises(TryAgain):
        await world.intake.accept(a_submission(), world.outlet)
    assert world.store.tx.messages["K7W-D2M-9QX"].outcome is Outcome.UNKNOWN


async def test_where_only_the_outcome_cannot_be_recorded_the_next_hops_reply_stands() -> None:
    world = World()

    def no_outcome(changes: Changes) -> None:
        if changes.outcomes:
            raise TryAgain("full")

    world.store.fails = no_outcome
    assert await world.intake.accept(a_submission(), world.outlet) == reply.OK
    assert world.store.tx.messages["K7W-D2M-9QX"].outcome is Outcome.OPEN


async def test_a_blind_councillor_is_disclosed_and_the_disclosure_recorded() -> None:
    world = World()
    submission = a_submission(to=("resident@mail.example", "jane.smith@stow.example"))
    await world.intake.accept(submission, world.outlet)
    ((_, content),) = world.outlet.sent
    assert b"CC Councillor Jane Smith\r\n" in content
    assert world.store.kinds() == [Kind.JUDGED, Kind.RELAYED, Kind.DISCLOSED]


async def test_a_commitment_is_held_and_nothing_is_sent() -> None:
    world = World()
    answer = await world.intake.accept(commits(), world.outlet)
    assert str(answer) == "250 2.0.0 Held for review, reference K7W-D2M-9QX"
    assert world.outlet.sent == []
    held = world.store.tx.all_held["K7W-D2M-9QX"]
    assert held.state is State.WAITING
    assert held.reviewer == "c-clerk"
    assert world.store.tx.contents["K7W-D2M-9QX"] == commits().raw
    assert "obligation" in held.verdict.rules


async def test_a_hold_that_cannot_be_stored_is_not_accepted() -> None:
    world = World()
    world.store.down = True
    with pytest.raises(TryAgain):
        await world.intake.accept(commits(), world.outlet)


async def test_a_clients_retry_of_a_held_message_is_the_same_held_message() -> None:
    world = World()
    await world.intake.accept(commits(), world.outlet)
    answer = await world.intake.accept(commits(reference="OTH-ER0-REF"), world.outlet)
    assert "K7W-D2M-9QX" in str(answer)
    assert list(world.store.tx.all_held) == ["K7W-D2M-9QX"]
    assert len(world.store.tx.outbox) == 1


@pytest.mark.parametrize("state", [State.SENDING, State.RELEASED])
async def test_a_clients_retry_of_what_was_released_meanwhile_is_not_held_and_sent_twice(state: State) -> None:
    world = World()
    first = await world.intake.accept(commits(), world.outlet)
    held = world.store.tx.all_held["K7W-D2M-9QX"]
    world.store.tx.all_held[held.reference] = replace(held, state=state)
    world.clock.forward(days=4)
    assert await world.intake.accept(commits(reference="OTH-ER0-REF"), world.outlet) == first
    world.clock.forward(days=2)
    assert await world.intake.accept(commits(reference="OTH-ER0-REF"), world.outlet) != first


async def test_the_author_is_told_at_the_council_address_why_and_what_to_do() -> None:
    world = World()
    await world.intake.accept(commits(sender="js@mail.example"), world.outlet)
    (notice,) = world.store.tx.outbox.values()
    assert notice.mail_from.raw == b""
    assert [str(r.path) for r in notice.recipients] == ["jane.smith@stow.example"]
    for words in (
        b"Stow, Correspondence 3",
        b"I accept your quotation",
        b"K7W-D2M-9QX",
        b"Auto-Submitted: auto-generated",
    ):
        assert words in notice.raw


@pytest.mark.parametrize(
    "field", ["List-Id: <news.stow.example>\r\n", "Precedence: bulk\r\n", "Auto-Submitted: auto-replied\r\n"]
)
async def test_no_notice_answers_a_machine_or_a_list(field: str) -> None:
    world = World()
    raw = a_mail(ACCEPTS, sender="jane.smith@stow.example", to=BUILDER[0], extra=field)
    await world.intake.accept(a_submission(raw, sender="jane.smith@stow.example", to=BUILDER), world.outlet)
    assert list(world.store.tx.all_held) == ["K7W-D2M-9QX"]
    assert world.store.tx.outbox == {}


async def test_the_null_reverse_path_excuses_nobody_and_is_never_answered() -> None:
    world = World()
    raw = a_mail(ACCEPTS, sender="jane.smith@stow.example", to=BUILDER[0])
    await world.intake.accept(a_submission(raw, sender="", to=BUILDER), world.outlet)
    assert list(world.store.tx.all_held) == ["K7W-D2M-9QX"]
    assert world.store.tx.outbox == {}


async def test_a_refusal_cites_the_clause() -> None:
    from gatekeeper.core.finding import Action

    world = World(a_council(protocol=a_protocol(obligation=Action.REFUSE)))
    answer = await world.intake.accept(commits(), world.outlet)
    assert answer.code == 550
    assert "5.7.1" in str(answer)
    assert "Stow, Correspondence 3" in str(answer)
    assert world.store.kinds() == [Kind.JUDGED, Kind.REFUSED]


async def test_monitor_mode_records_and_changes_nothing() -> None:
    from dataclasses import replace

    from gatekeeper.core.protocol import Mode

    world = World(a_council(protocol=replace(a_protocol(), mode=Mode.MONITOR)))
    submission = commits(to=(*BUILDER, "ann.jones@stow.example"))
    assert await world.intake.accept(submission, world.outlet) == reply.OK
    ((_, content),) = world.outlet.sent
    assert content.endswith(submission.raw)
    assert world.store.tx.all_held == {}
    assert world.store.tx.messages["K7W-D2M-9QX"].verdict == "hold"


async def test_mail_between_outsiders_passes_and_is_recorded() -> None:
    world = World()
    submission = a_submission(a_mail(sender="a@b.example"), sender="a@b.example", to=("c@d.example",))
    assert await world.intake.accept(submission, world.outlet) == reply.OK
    assert world.store.tx.messages["K7W-D2M-9QX"].council == "-"


async def test_an_unreadable_message_is_held_with_the_reason() -> None:
    world = World()
    nested = "".join(f"Content-Type: multipart/mixed; boundary=b{i}\r\n\r\n--b{i}\r\n" for i in range(80)).encode()
    raw = b"From: jane.smith@stow.example\r\nTo: a@b.example\r\nMIME-Version: 1.0\r\n" + nested + b"\r\nx\r\n"
    await world.intake.accept(a_submission(raw, sender="jane.smith@stow.example", to=BUILDER), world.outlet)
    (held,) = world.store.tx.all_held.values()
    assert held.verdict.rules == ("unreadable",)
