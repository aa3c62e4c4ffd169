"""What the next hop may do to a transaction, and what its client hears of it."""

import asyncio

import pytest

from gatekeeper.core.envelope import Path
from gatekeeper.errors import MaybeSent, TryAgain
from gatekeeper.services.ports import Sent
from gatekeeper.smtp.nexthop import NextHops, Pool
from tests.smtp.dialogue import (
    HELLO,
    MAIL,
    SENDS,
    TAKES,
    FakeGate,
    ScriptedServer,
    a_stage,
    some_options,
    until,
)

TAKEN = "S: 250 2.0.0 taken as 17\n"
TO_DATA = HELLO + MAIL + "C: DATA\n"
CONTENT = "C: Subject: x\nC:\nC: hello\nC: .\n"
BEGIN = SENDS.partition("C: MAIL")[0]

# --- replies after DATA -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "answer", ["250 ok", "550 5.7.1 no", "452 4.3.1 full", "250-a\\r\\n250 b\\r\\n", "554 caf\\xe9\\r\\n"]
)
async def test_the_reply_to_the_final_dot_comes_back(answer: str) -> None:
    async with a_stage(TO_DATA + f"S: 354 go\n{CONTENT}S: {answer}") as stage:
        await stage.talk(SENDS + f"S: {answer.replace('caf' + chr(92) + 'xe9', 'caf?')}\nC: NOOP\nS: 250 ...")


@pytest.mark.parametrize("answer", ["451 4.3.0 not now", "550 5.7.1 no", "554 no valid recipients"])
async def test_a_refusal_of_data_comes_back_and_the_transaction_is_reset(answer: str) -> None:
    async with a_stage(TO_DATA + f"S: {answer}\nC: RSET\nS: 250 ok") as stage:
        await stage.talk(SENDS + f"S: {answer}\nC: NOOP\nS: 250 ...")


async def test_an_early_refusal_while_content_is_on_its_way_comes_back() -> None:
    hop = TO_DATA + "S: 354 go\nC: Subject: x\nS: 552 5.3.4 too big for us\nS: <close>"
    async with a_stage(hop, max_size=64_000_000) as stage:
        big = SENDS.replace("C: hello", "C: " + "x" * 30_000_000)
        await stage.talk(big + "S: 552 5.3.4 too big for us\nC: NOOP\nS: 250 ...")


async def test_a_big_message_waits_for_a_slow_next_hop_without_being_kept_twice() -> None:
    body = "C: " + "y" * 3_000_000
    async with a_stage(TAKES.replace("C: hello", body)) as stage:
        await stage.talk(SENDS.replace("C: hello", body) + TAKEN)


# --- stray and malformed replies --------------------------------------------------------------------------------------


async def test_a_stray_reply_after_the_go_ahead_is_never_taken_for_success() -> None:
    """The stray 250 in the same segment would hide the real 550."""
    stray = TO_DATA + r"S: 354 go\r\n250 stray\r\n" + "\nS: <close>"
    async with a_stage(stray, TO_DATA + f"S: 354 go\n{CONTENT}S: 550 5.7.1 real") as stage:
        await stage.talk(
            SENDS + "S: 451 4.4.1 ...\n" + SENDS.partition("C: MAIL")[2].join(["C: MAIL", ""]) + "S: 550 5.7.1 real"
        )


async def test_a_stray_reply_between_commands_ends_the_connection_and_the_transaction_goes_on_elsewhere() -> None:
    stray = HELLO + "C: MAIL FROM:<a@b.example>\n" + r"S: 250 2.1.0 sender ok\r\n250 stray\r\n"
    async with a_stage(stray, TAKES) as stage:
        await stage.talk(SENDS + TAKEN)


async def test_a_stray_reply_after_the_final_one_spoils_the_connection_alone() -> None:
    stray = TO_DATA + f"S: 354 go\n{CONTENT}" + r"S: 250 2.0.0 taken as 17\r\n550 stray\r\n"
    async with a_stage(stray, TAKES) as stage:
        await stage.talk(SENDS + TAKEN + "C: RSET\nS: 250 ...\n" + SENDS[SENDS.index("C: MAIL") :] + TAKEN)


@pytest.mark.parametrize("nonsense", ["hello there", " 25 ok", r"250-a\r\n550 b\r\n", r"250 ok\n", "999 ok"])
async def test_nonsense_for_a_reply_to_mail_is_try_again(nonsense: str) -> None:
    async with a_stage(HELLO + f"C: MAIL FROM:<a@b.example>\nS: {nonsense}") as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.2 ...")


async def test_success_instead_of_a_go_ahead_is_no_success() -> None:
    async with a_stage(TO_DATA + "S: 250 ok", TO_DATA + "S: 250 ok") as stage:
        await stage.talk(SENDS + "S: 451 4.4.1 ...")


async def test_a_go_ahead_in_the_wrong_place_is_never_passed_on() -> None:
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nS: 354 go") as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.2 ...")
    async with a_stage(TO_DATA + f"S: 354 go\n{CONTENT}S: 354 what") as stage:
        await stage.talk(SENDS + "S: 451 4.4.2 ...")


# --- connections that are lost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "greeting",
    ["S: <close>", "S: 554 go away", "S: 421 busy", "S: nonsense", "S: 220 x\nC: EHLO gk.example\nS: <close>"],
)
async def test_a_next_hop_that_does_not_even_greet_is_try_again(greeting: str) -> None:
    async with a_stage(greeting) as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.1 ...")


async def test_lost_at_mail_is_try_again() -> None:
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nS: <close>") as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.2 ...")


async def test_lost_at_rcpt_is_try_again_for_that_recipient_and_the_others_are_sent() -> None:
    lost = HELLO + MAIL + "C: RCPT TO:<e@d.example>\nS: <close>"
    async with a_stage(lost, TAKES) as stage:
        await stage.talk(SENDS.replace("C: DATA", "C: RCPT TO:<e@d.example>\nS: 451 4.4.2 ...\nC: DATA") + TAKEN)
    assert [p.raw for p in stage.gate.seen[0].rcpt_to] == [b"c@d.example"]


@pytest.mark.parametrize("last_words", ["S: <close>", "S: 421 4.4.2 timeout\nS: <close>"])
async def test_lost_while_the_client_sends_content_is_reopened_and_replayed(last_words: str) -> None:
    async with a_stage(HELLO + MAIL + last_words, TAKES) as stage:
        await stage.talk(SENDS + TAKEN)


async def test_lost_at_data_is_reopened_and_replayed() -> None:
    async with a_stage(TO_DATA + "S: <close>", TAKES) as stage:
        await stage.talk(SENDS + TAKEN)


@pytest.mark.parametrize("part", ["MAIL", "RCPT"])
async def test_reopened_with_other_recipients_accepted_is_try_again(part: str) -> None:
    again = (
        MAIL.replace("S: 250 2.1.0 sender ok", "S: 450 later").partition("C: RCPT")[0]
        if part == "MAIL"
        else MAIL.replace("250 2.1.5 recipient ok", "550 nobody")
    )
    async with a_stage(HELLO + MAIL + "S: <close>", HELLO + again, check=False) as stage:
        await stage.talk(SENDS + "S: 451 4.4.1 ...")


async def test_reopened_with_one_recipient_fewer_nothing_is_sent() -> None:
    second = "C: RCPT TO:<e@d.example>\nS: 250 2.1.5 ok\n"
    fewer = HELLO + MAIL + second.replace("250 2.1.5 ok", "550 5.1.1 nobody")
    async with a_stage(HELLO + MAIL + second + "S: <close>", fewer + "C: RSET\nS: 250 ok") as stage:
        await stage.talk(SENDS.replace("C: DATA", second + "C: DATA") + "S: 451 4.4.1 ...\nC: NOOP\nS: 250 ...")


async def test_a_transaction_that_the_next_hop_did_not_take_again_accepts_and_sends_nothing_more() -> None:
    """Otherwise the message would go to the later recipients alone, with 250 for the one that was lost."""
    other, third = "C: RCPT TO:<e@d.example>\n", "C: RCPT TO:<f@d.example>\n"
    down = "S: 451 4.4.1 ...\n"
    again = HELLO + MAIL.replace("250 2.1.5 recipient ok", "450 4.2.0 later") + "C: RSET\nS: 250 ok"
    async with a_stage(HELLO + MAIL + "S: <close>", again + AGAIN) as stage:
        begin = SENDS.partition("C: DATA")[0]
        await stage.talk(begin + other + down + third + down + "C: DATA\n" + down + "C: RSET\nS: 250 ...")
        assert stage.gate.seen == []
        await until(lambda: stage.door.pool.has_kept)
        await stage.talk(SENDS + TAKEN)


async def test_reopening_uses_pipelining_where_it_is_offered() -> None:
    hello = HELLO.replace("250-DSN", "250-PIPELINING")
    at_once = (
        hello + r"C: MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\n" + "\n" + r"S: 250 a\r\n250 b\r\n" + "\n"
    )
    async with a_stage(hello + MAIL + "S: <close>", at_once + TAKES[TAKES.index("C: DATA") :]) as stage:
        await stage.talk(SENDS + TAKEN)


async def test_lost_after_the_final_dot_is_try_again_and_never_sent_twice() -> None:
    async with a_stage(TO_DATA + f"S: 354 go\n{CONTENT}S: <close>", check=False) as stage:
        await stage.talk(SENDS + "S: 451 4.4.2 ...")
        assert stage.next_hop.connections == 1


async def test_a_next_hop_that_does_not_answer_the_final_dot_is_try_again() -> None:
    async with a_stage(TO_DATA + f"S: 354 go\n{CONTENT}C: <close>", final_dot_seconds=0.1) as stage:
        await stage.talk(SENDS + "S: 451 4.4.2 ...")


async def test_a_next_hop_that_does_not_answer_mail_is_try_again() -> None:
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nC: <close>", command_seconds=0.1) as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.2 ...")


async def test_a_next_hop_that_does_not_greet_in_time_is_try_again() -> None:
    async with a_stage("C: <close>", connect_seconds=0.1) as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 451 4.4.1 ...")


async def test_a_next_hop_that_stops_reading_is_given_up() -> None:
    hop = HELLO + MAIL + "C: DATA\nS: 354 go\nC: Subject: x\nC: <stop>"
    async with a_stage(hop, check=False, upload_idle_seconds=0.2) as stage:
        big = SENDS.replace("C: hello", "C: " + "x" * 30_000_000)
        await stage.talk(big + "S: 451 4.4.1 ...")


# --- 421 --------------------------------------------------------------------------------------------------------------


async def test_421_to_mail_is_passed_on_and_ends_the_conversation() -> None:
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nS: 421 4.3.2 closing") as stage:
        await stage.talk(BEGIN + "C: MAIL FROM:<a@b.example>\nS: 421 4.3.2 closing\nS: <close>")


async def test_421_to_rcpt_is_passed_on_and_the_next_client_gets_a_new_connection() -> None:
    async with a_stage(HELLO + MAIL.replace("250 2.1.5 recipient ok", "421 4.3.2 closing"), TAKES) as stage:
        await stage.talk(BEGIN + MAIL.replace("250 2.1.5 recipient ok", "421 4.3.2 closing") + "S: <close>")
        await stage.talk(SENDS + TAKEN)


async def test_421_to_the_final_dot_is_passed_on_and_the_connection_is_not_used_again() -> None:
    async with a_stage(TO_DATA + f"S: 354 go\n{CONTENT}S: 421 4.3.2 closing", TAKES) as stage:
        await stage.talk(SENDS + "S: 421 4.3.2 closing\nS: <close>")
        await stage.talk(SENDS + TAKEN)


# --- connections that are kept ----------------------------------------------------------------------------------------

AGAIN = TAKES.partition("SIZE 1000000\\r\\n")[2]


async def test_a_connection_is_used_again_by_the_next_client_after_a_clean_transaction() -> None:
    async with a_stage(TAKES + AGAIN) as stage:
        await stage.talk(SENDS + TAKEN + "C: QUIT\nS: 221 ...\nS: <close>")
        await stage.talk(SENDS + TAKEN)


async def test_a_connection_whose_client_left_in_the_middle_is_reset_before_it_is_used_again() -> None:
    async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok" + AGAIN) as stage:
        await stage.talk(SENDS.partition("C: DATA")[0])
        await until(lambda: stage.door.pool.has_kept)
        await stage.talk(SENDS + TAKEN)


@pytest.mark.parametrize(
    "end", ["C: MAIL FROM:<a@b.example>\nS: <close>", "C: MAIL FROM:<a@b.example>\nS: 421 4.4.2 too old"]
)
async def test_a_kept_connection_that_has_died_of_age_is_replaced_once(end: str) -> None:
    async with a_stage(TAKES + end, TAKES) as stage:
        await stage.talk(SENDS + TAKEN)
        await stage.talk(SENDS + TAKEN)


async def test_a_kept_connection_with_stray_octets_is_not_used_again() -> None:
    async with a_stage(TAKES + "S: 421 4.4.2 idle too long", TAKES) as stage:
        await stage.talk(SENDS + TAKEN)
        await stage.talk(SENDS + TAKEN)


async def test_a_kept_connection_is_left_politely_when_nobody_needs_it() -> None:
    async with a_stage(TAKES + "C: QUIT", keep_seconds=0.1) as stage:
        await stage.talk(SENDS + TAKEN)
        await until(lambda: stage.next_hop.finished)


async def test_clients_at_the_same_time_never_share_a_connection() -> None:
    async with a_stage(TAKES, TAKES) as stage:
        await asyncio.gather(stage.talk(SENDS + TAKEN), stage.talk(SENDS + TAKEN))
        assert stage.next_hop.connections == 2


# --- transactions of our own ------------------------------------------------------------------------------------------

FROM, TO, OTHER = (
    Path(b"a@b.example", b"RET=FULL SIZE=3 BODY=8BITMIME"),
    Path(b"c@d.example", b"NOTIFY=NEVER"),
    Path(b"e@d.example"),
)
OWN_MAIL = (
    "C: MAIL FROM:<a@b.example> RET=FULL BODY=8BITMIME\nS: 250 ok\nC: RCPT TO:<c@d.example> NOTIFY=NEVER\nS: 250 ok\n"
)


async def send(*texts: str, to: tuple[Path, ...] = (TO,), door: str = "relay", all_or_none: bool = False) -> Sent:
    server = ScriptedServer(texts)
    options = some_options(next_hop_port=await server.start())
    hops, pool, content = NextHops([options]), Pool(options), (b"X: y\r\n", b"\r\nhello")
    try:
        if all_or_none:
            sent = await pool.send(FROM, to, content, all_or_none=True)
        else:
            sent = await hops.send(door, FROM, to, content)
    finally:
        await pool.finish()
        await hops.close()
        await server.stop()
    server.check()
    return sent


async def test_our_own_transaction_reports_every_reply() -> None:
    sent = await send(
        HELLO
        + OWN_MAIL
        + "C: RCPT TO:<e@d.example>\nS: 550 nobody\nC: DATA\nS: 354 go\nC: X: y\nC:\nC: hello\nC: .\nS: 250 done",
        to=(TO, OTHER),
    )
    assert [r.code for r in sent.recipients] == [250, 550]
    assert sent.final is not None
    assert str(sent.final) == "250 done"


SECOND = "C: RCPT TO:<e@d.example>\n"


@pytest.mark.parametrize("answer", ["450 4.2.0 later", "550 5.1.1 nobody"])
async def test_all_or_none_sends_nothing_where_one_recipient_is_not_taken(answer: str) -> None:
    hop = HELLO + OWN_MAIL + SECOND + f"S: {answer}\nC: RSET\nS: 250 ok"
    sent = await send(hop, to=(TO, OTHER), all_or_none=True)
    assert sent.final is None
    assert [str(r) for r in sent.recipients] == ["250 ok", answer]


async def test_all_or_none_sends_where_all_are_taken() -> None:
    hop = HELLO + OWN_MAIL + SECOND + "S: 250 ok\nC: DATA\nS: 354 go\nC: X: y\nC:\nC: hello\nC: .\nS: 250 done"
    sent = await send(hop, to=(TO, OTHER), all_or_none=True)
    assert str(sent.final) == "250 done"


async def test_parameters_that_only_accompany_are_left_out_where_the_next_hop_does_not_know_them() -> None:
    plain = "S: 220 x\nC: EHLO gk.example\nS: 250 next\nC: MAIL FROM:<a@b.example> BODY=8BITMIME\nS: 555 no"
    sent = await send(plain)
    assert sent.final is None
    assert [r.code for r in sent.recipients] == [555]


async def test_nothing_is_sent_where_no_recipient_was_accepted() -> None:
    sent = await send(HELLO + OWN_MAIL.replace("NEVER\nS: 250 ok", "NEVER\nS: 450 later") + "C: RSET\nS: 250 ok")
    assert sent.final is None
    assert sent.recipients[0].is_transient


async def test_our_own_transaction_that_cannot_begin_or_is_lost_raises_try_again() -> None:
    for text in (
        "S: <close>",
        HELLO + "C: MAIL FROM:<a@b.example> RET=FULL BODY=8BITMIME\nS: <close>",
        HELLO + OWN_MAIL + "C: DATA\nS: <close>",
    ):
        with pytest.raises(TryAgain) as raised:
            await send(text)
        assert not isinstance(raised.value, MaybeSent)
    with pytest.raises(TryAgain, match="no door"):
        await send(door="gone")


async def test_our_own_transaction_that_is_lost_after_the_final_dot_may_have_been_sent() -> None:
    with pytest.raises(MaybeSent):
        await send(HELLO + OWN_MAIL + "C: DATA\nS: 354 go\nC: X: y\nC:\nC: hello\nC: .\nS: <close>")


async def test_a_message_is_sent_apart_on_a_connection_of_its_own() -> None:
    class Apart(FakeGate):
        async def accept(self, submission, outlet):  # type: ignore[no-untyped-def]
            sent = await outlet.send_apart(submission.rcpt_to, (submission.raw,))
            return sent.final

    async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok", TAKES, gate=Apart()) as stage:
        await stage.talk(SENDS + TAKEN + "C: NOOP\nS: 250 ...")


async def test_all_or_none_reaches_the_next_hop_from_a_message_under_way() -> None:
    class AllOrNone(FakeGate):
        async def accept(self, submission, outlet):  # type: ignore[no-untyped-def]
            sent = await outlet.send_apart(submission.rcpt_to, (submission.raw,), all_or_none=True)
            assert sent.final is None
            return sent.recipients[-1]

    live = HELLO + MAIL + SECOND + "S: 250 ok\nC: RSET\nS: 250 ok"
    apart = HELLO + MAIL + SECOND + "S: 450 4.2.0 later\nC: RSET\nS: 250 ok"
    async with a_stage(live, apart, gate=AllOrNone()) as stage:
        await stage.talk(
            SENDS.replace("C: DATA", SECOND + "S: 250 ok\nC: DATA") + "S: 450 4.2.0 later\nC: NOOP\nS: 250 ..."
        )
