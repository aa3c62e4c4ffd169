"""What a door says to its clients, and what of it reaches the next hop."""

import asyncio
import socket
from ipaddress import ip_network

import pytest

from tests.smtp.dialogue import HELLO, MAIL, SENDS, TAKES, FakeGate, a_stage, perform, until

LEAVES = "\nC: QUIT\nS: 221 2.0.0 Bye\nS: <close>"


async def test_a_message_is_relayed_live_and_the_next_hops_replies_come_back() -> None:
    async with a_stage(TAKES) as stage:
        await stage.talk(SENDS + "S: 250 2.0.0 taken as 17" + LEAVES)
    (submission,) = stage.gate.seen
    assert submission.raw == b"Subject: x\r\n\r\nhello\r\n"
    assert (submission.reference, submission.door, submission.peer) == ("K7W-D2M-9QX", "relay", "127.0.0.1")
    assert (submission.helo, submission.account, submission.altered) == ("client.example", "", False)
    assert submission.mail_from.raw == b"a@b.example"
    assert [p.raw for p in submission.rcpt_to] == [b"c@d.example"]


async def test_ehlo_offers_what_both_sides_can_do() -> None:
    async with a_stage(HELLO) as stage:
        await stage.talk(
            """
            S: 220 gk.example ESMTP gatekeeper
            C: EHLO client.example
            S: 250-gk.example
            S: 250-PIPELINING
            S: 250-SIZE 1000000
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-DSN
            S: 250 ENHANCEDSTATUSCODES
            """
        )


async def test_ehlo_offers_no_more_than_a_poor_next_hop() -> None:
    poor = "S: 220 x\nC: EHLO gk.example\n" + r"S: 250-next.example\r\n250-AUTH LOGIN\r\n250-CHUNKING\r\n250 X\r\n"
    async with a_stage(poor) as stage:
        await stage.talk("S: 220 ...\nC: EHLO c\nS: 250-gk.example\nS: 250 PIPELINING")


async def test_a_next_hop_that_only_knows_helo_is_relayed_to() -> None:
    old = "S: 220 x\nC: EHLO gk.example\nS: 502 what\nC: HELO gk.example\nS: 250 hello" + MAIL
    async with a_stage(old) as stage:
        await stage.talk(
            "S: 220 ...\nC: EHLO c\nS: 250-gk.example\nS: 250 PIPELINING\n"
            "C: MAIL FROM:<a@b.example>\nS: 250 ...\nC: RCPT TO:<c@d.example>\nS: 250 ..."
        )


async def test_where_the_next_hop_is_down_ehlo_answers_and_mail_says_try_again() -> None:
    async with a_stage() as stage:
        await stage.talk(
            """
            S: 220 ...
            C: EHLO c
            S: 250-gk.example
            S: 250-PIPELINING
            S: 250-SIZE 52428800
            S: 250-8BITMIME
            S: 250-SMTPUTF8
            S: 250-DSN
            S: 250 ENHANCEDSTATUSCODES
            C: MAIL FROM:<a@b.example>
            S: 451 4.4.1 ...
            """
        )


async def test_paths_and_parameters_pass_verbatim_case_and_all() -> None:
    envelope = r"""
        C: MAIL FROM:<"a b;c"@B.example> SIZE=20 BODY=8BITMIME RET=hdrs ENVID=QQ+2B314 smtputf8
        S: 250 2.1.0 ok
        C: RCPT TO:<a;b@d.example> NOTIFY=success,Failure ORCPT=rfc822;A+40B
        S: 250 2.1.5 ok
        C: RCPT TO:<@r1,@r2:u@d.example> NOTIFY=NEVER
        S: 250 2.1.5 ok
        C: RCPT TO:<u(comment)@d.example>
        S: 250 2.1.5 ok
        C: RCPT TO:<k%l!m@d.example>
        S: 550 5.7.1 relaying denied
        """
    async with a_stage(HELLO + envelope) as stage:
        await stage.talk("S: 220 ...\nC: HELO c\nS: 250 ..." + envelope)


async def test_an_internationalised_address_passes_as_it_came() -> None:
    envelope = """
        C: MAIL FROM:<jörg@müller.example> SMTPUTF8
        S: 250 2.1.0 ok
        C: RCPT TO:<пример@d.example> ORCPT=utf-8;пример@d.example
        S: 553 5.6.7 no
        """
    async with a_stage(HELLO + envelope) as stage:
        await stage.talk("S: 220 ...\nC: HELO c\nS: 250 ..." + envelope)


async def test_the_null_reverse_path_is_relayed() -> None:
    hop = TAKES.replace("<a@b.example>", "<>")
    async with a_stage(hop) as stage:
        await stage.talk(SENDS.replace("<a@b.example>", "<>") + "S: 250 2.0.0 taken as 17")
    assert stage.gate.seen[0].mail_from.raw == b""


async def test_auth_on_mail_is_left_out_where_the_next_hop_has_no_auth() -> None:
    async with a_stage(HELLO + MAIL.replace("example>\nS: 250 2.1.0", "example> RET=FULL\nS: 250 2.1.0")) as stage:
        await stage.talk(
            "S: 220 ...\nC: EHLO c\n" + "S: 250...\n" * 7 + "C: MAIL FROM:<a@b.example> AUTH=<> RET=FULL\nS: 250 ...\n"
            "C: RCPT TO:<c@d.example>\nS: 250 ..."
        )


async def test_auth_on_mail_passes_where_the_next_hop_offers_auth() -> None:
    hello = HELLO.replace("250-DSN", "250-AUTH PLAIN")
    async with a_stage(hello + "C: MAIL FROM:<a@b.example> auth=<>\nS: 250 ok") as stage:
        await stage.talk("S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b.example> auth=<>\nS: 250 ...")


async def test_pipelined_commands_are_answered_in_order() -> None:
    async with a_stage(TAKES) as stage:
        await stage.talk(
            r"""
            S: 220 ...
            C: HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n
            S: 250 gk.example
            S: 250 2.1.0 sender ok
            S: 250 2.1.5 recipient ok
            S: 354 ...
            C: Subject: x\r\n\r\nhello\r\n.\r\nNOOP\r\nQUIT\r\n
            S: 250 2.0.0 taken as 17
            S: 250 2.0.0 OK
            S: 221 ...
            """
        )


async def test_content_sent_without_waiting_for_the_go_ahead_is_never_taken_for_commands() -> None:
    async with a_stage(HELLO + MAIL + "C: RSET\nS: 250 ok") as stage:
        await stage.talk(
            "S: 220 ...\n"
            r"C: HELO c\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\nMAIL FROM:<evil@x>\r\n.\r\n"
            + "\n"
            "S: 250 ...\nS: 250 ...\nS: 250 ...\nS: 554 5.5.0 ...\nS: <close>"
        )
    assert stage.gate.seen == []


async def test_replies_of_every_kind_come_back_made_safe() -> None:
    hop = (
        HELLO
        + r"""
        C: MAIL FROM:<a@b.example>
        S: 250-2.1.0 first\r\n250 2.1.0 second\r\n
        C: RCPT TO:<one@d.example>
        S: 450 4.2.0 grey\xe9\x00listed\r\n
        C: RCPT TO:<two@d.example>
        S: 550-5.1.1 nobody\r\n550 \r\n
        C: RCPT TO:<three@d.example>
        S: 251\r\n
        C: RCPT TO:<four@d.example>
        S: 252 maybe
        """
        + f"""
        C: RCPT TO:<five@d.example>
        S: 250 {"x" * 700}
        """
    )
    async with a_stage(hop) as stage:
        await stage.talk(
            f"""
            S: 220 ...
            C: HELO c
            S: 250 ...
            C: MAIL FROM:<a@b.example>
            S: 250-2.1.0 first
            S: 250 2.1.0 second
            C: RCPT TO:<one@d.example>
            S: 450 4.2.0 grey??listed
            C: RCPT TO:<two@d.example>
            S: 550-5.1.1 nobody
            S: 550{" "}
            C: RCPT TO:<three@d.example>
            S: 251{" "}
            C: RCPT TO:<four@d.example>
            S: 252 maybe
            C: RCPT TO:<five@d.example>
            S: 250 {"x" * 480}
            """.replace("550 \n", "550 \\r\\n\n").replace("251 \n", "251 \\r\\n\n")
        )


async def test_rset_and_a_second_greeting_end_the_transaction_with_the_next_hop() -> None:
    hop = HELLO + MAIL + "C: RSET\nS: 250 ok" + MAIL + "C: RSET\nS: 250 ok" + MAIL
    begin = "C: MAIL FROM:<a@b.example>\nS: 250 ...\nC: RCPT TO:<c@d.example>\nS: 250 ...\n"
    async with a_stage(hop, check=False) as stage:
        await stage.talk(
            f"S: 220 ...\nC: HELO c\nS: 250 ...\n{begin}C: RSET\nS: 250 ...\nC: RSET\nS: 250 ...\n"
            f"{begin}C: HELO c\nS: 250 ...\n{begin}"
        )
        stage.next_hop.check()


@pytest.mark.parametrize(
    ("command", "answer"),
    [
        ("NOOP", "250 2.0.0 OK"),
        ("noop some words", "250 2.0.0 OK"),
        ("VRFY postmaster", "252 ..."),
        ("VRFY", "501 ..."),
        ("HELP", "214 ..."),
        ("HELP MAIL", "214 ..."),
        ("EXPN list", "502 ..."),
        ("AUTH PLAIN AGEAYg==", "502 ..."),
        ("RSET now", "501 ..."),
        ("QUIT now", "501 ..."),
        ("DATA", "503 ..."),
        ("RCPT TO:<a@b>", "503 ..."),
        ("HELO", "501 ..."),
        ("EHLO", "501 ..."),
        ("BDAT 3 LAST", "500 ..."),
        ("ETRN x", "500 ..."),
        ("STARTTLS", "503 ..."),
        ("XCLIENT LOGIN=a", "554 ..."),
        ("", "500 ..."),
        ("é", "500 ..."),
        ("MAIL FROM:<a@b.example>", "503 5.5.1 Say HELO or EHLO first"),
    ],
)
async def test_commands_that_need_no_next_hop(command: str, answer: str) -> None:
    async with a_stage() as stage:
        await stage.talk(f"S: 220 ...\nC: {command}\nS: {answer}{LEAVES}")


@pytest.mark.parametrize(
    "command",
    [
        "MAIL", "MAIL FROM", "MAIL FROM:", "MAIL FROM:a@b", "MAIL FROM:<a@b", "MAIL FROM:a@b>", "MAIL TO:<a@b>",
        "MAIL FROM:<a b@c>", "MAIL FROM:<a@b> =x", "MAIL FROM:<a@b>RET=FULL", "MAIL FROM:<<a@b>>",
        r"MAIL FROM:<a\x00@b>\r\n", r"MAIL FROM:<a@b> X=\x01\r\n",
    ],
)  # fmt: skip
async def test_a_malformed_mail_is_refused_and_not_relayed(command: str) -> None:
    async with a_stage() as stage:
        await stage.talk(f"S: 220 ...\nC: HELO c\nS: 250 ...\nC: {command}\nS: 501 5.1.7 ...{LEAVES}")


@pytest.mark.parametrize("command", ["RCPT", "RCPT TO:", "RCPT TO:<>", "RCPT TO:x@y", "RCPT FROM:<x@y>"])
async def test_a_malformed_rcpt_is_refused_and_not_relayed(command: str) -> None:
    async with a_stage(HELLO + "C: MAIL FROM:<a@b>\nS: 250 ok") as stage:
        await stage.talk(
            f"S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: {command}\nS: 501 5.1.3 ..."
            "\nC: MAIL FROM:<a@b>\nS: 503 ..."
        )


@pytest.mark.parametrize(
    "line",
    [r"NOOP\nQUIT\r\n", r"NOOP\rQUIT\r\n", r"HELO c\n", r"MAIL FROM:<u\r@d>\r\n", "NOOP " + "x" * 9000, "x" * 70_000],
)
async def test_a_bare_cr_or_lf_or_an_endless_line_ends_the_conversation(line: str) -> None:
    async with a_stage() as stage:
        await stage.talk(f"S: 220 ...\nC: {line}\nS: 500 5.5.2 ...\nS: <close>")


async def test_a_door_that_normalises_takes_commands_that_end_in_lf() -> None:
    async with a_stage(bare_newline="normalise") as stage:
        await stage.talk(r"S: 220 ..." "\n" r"C: HELO c\nNOOP\nQUIT\n" "\n" "S: 250 ...\nS: 250 ...\nS: 221 ...")


async def test_long_but_honest_command_lines_are_taken() -> None:
    orcpt = "ORCPT=rfc822;" + "x" * 4000
    hop = HELLO + f"C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d> {orcpt}\nS: 250 ok"
    async with a_stage(hop) as stage:
        await stage.talk(
            f"S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d> {orcpt}\nS: 250 ok"
        )


async def test_strangers_are_refused_at_the_door() -> None:
    async with a_stage(trusted=(ip_network("192.0.2.0/24"),)) as stage:
        await stage.talk("S: 554 5.7.1 This relay serves ...\nS: <close>")


async def test_a_client_that_never_reads_is_let_go() -> None:
    async with a_stage(client_idle_seconds=0.2, max_idle_commands=10**6) as stage:
        sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        sock.connect(("127.0.0.1", stage.door.port))
        _, writer = await asyncio.open_connection(sock=sock)
        writer.transport.pause_reading()
        writer.write(b"HELP\r\n" * 300_000)
        await until(lambda: stage.door.clients)
        await until(lambda: not stage.door.clients, seconds=30)
        writer.transport.abort()


async def test_no_go_ahead_without_a_recipient_that_was_accepted() -> None:
    hop = HELLO + "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 550 5.1.1 nobody\nC: RSET\nS: 250 ok"
    async with a_stage(hop) as stage:
        await stage.talk(
            "S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<c@d>\nS: 550 5.1.1 nobody\n"
            "C: DATA\nS: 554 5.5.1 No valid recipients\nC: RSET\nS: 250 ..."
        )


async def test_only_recipients_that_the_next_hop_took_are_submitted() -> None:
    more = "C: RCPT TO:<no@d.example>\nS: 550 5.1.1 nobody\nC: DATA"
    async with a_stage(TAKES.replace("C: DATA", more)) as stage:
        await stage.talk(SENDS.replace("C: DATA", more) + "S: 250 ...")
    assert [p.raw for p in stage.gate.seen[0].rcpt_to] == [b"c@d.example"]


# --- addresses that gatekeeper answers itself ---------------------------------------------------------------------

CHECK = FakeGate(own=frozenset({b"check@gk.example"}))
TO_CHECK = "C: RCPT TO:<check@gk.example>\n"


async def test_a_check_address_is_answered_here_and_never_relayed() -> None:
    gate = FakeGate(own=CHECK.own)
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RSET\nS: 250 ok", gate=gate) as stage:
        await stage.talk(
            SENDS.replace("c@d.example", "check@gk.example")
            .replace("2.1.5 recipient ok", "2.1.5 OK")
            .replace("2.1.0 sender ok", "ok")
            + "S: 250 2.0.0 OK\nC: NOOP\nS: 250 ..."
        )
    assert [p.raw for p in gate.seen[0].rcpt_to] == [b"check@gk.example"]


async def test_a_check_address_and_other_recipients_do_not_mix() -> None:
    begin = "S: 220 ...\nC: HELO c\nS: 250 ...\nC: MAIL FROM:<a@b.example>\nS: 250 ...\n"
    async with a_stage(HELLO + "C: MAIL FROM:<a@b.example>\nS: 250 ok", gate=CHECK) as stage:
        await stage.talk(begin + TO_CHECK + "S: 250 ...\nC: RCPT TO:<c@d.example>\nS: 550 5.5.1 A check address ...")
    async with a_stage(HELLO + MAIL, gate=CHECK) as stage:
        await stage.talk(
            begin + "C: RCPT TO:<c@d.example>\nS: 250 ...\n" + TO_CHECK + "S: 550 5.5.1 A check address ..."
        )


# --- limits -----------------------------------------------------------------------------------------------------------


async def test_more_recipients_than_allowed_are_deferred() -> None:
    async with a_stage(TAKES, max_recipients=1) as stage:
        await stage.talk(
            SENDS.replace("C: DATA", "C: RCPT TO:<e@d.example>\nS: 452 4.5.3 ...\nC: DATA") + "S: 250 2.0.0 taken as 17"
        )


async def test_too_many_errors_end_the_conversation() -> None:
    async with a_stage(max_errors=2) as stage:
        await stage.talk("S: 220 ...\n" + "C: WHAT\nS: 500 ...\n" * 2 + "C: WHAT\nS: 421 4.7.0 ...\nS: <close>")


async def test_too_many_idle_commands_end_the_conversation() -> None:
    async with a_stage(max_idle_commands=3) as stage:
        await stage.talk("S: 220 ...\n" + "C: NOOP\nS: 250 ...\n" * 3 + "C: NOOP\nS: 421 4.7.0 ...\nS: <close>")


@pytest.mark.parametrize("limit", ["max_connections", "max_connections_per_client"])
async def test_too_many_connections_are_put_off_and_a_place_that_becomes_free_is_given(limit: str) -> None:
    async with a_stage(**{limit: 1}) as stage:
        reader, writer = await stage.connect()
        assert (await reader.readline()).startswith(b"220 ")
        await stage.talk("S: 421 4.3.2 ...\nS: <close>")
        writer.write(b"QUIT\r\n")
        assert (await reader.read()).startswith(b"221 ")
        writer.close()
        await stage.talk("S: 220 ...")


async def test_a_silent_client_is_told_and_let_go() -> None:
    async with a_stage(client_idle_seconds=0.1) as stage:
        await stage.talk("S: 220 ...\nS: 421 4.4.2 ...\nS: <close>")


async def test_a_command_line_that_trickles_in_is_not_waited_for_without_end() -> None:
    async with a_stage(client_idle_seconds=0.2) as stage:
        reader, writer = await stage.connect()
        await reader.readline()
        for _ in range(60):
            writer.write(b"N")
            try:
                got = await asyncio.wait_for(reader.read(100), 0.02)
            except TimeoutError:
                continue
            break
        writer.close()
        assert got.startswith(b"421 4.4.2")


# --- closing ----------------------------------------------------------------------------------------------------------


async def test_a_closing_door_dismisses_idle_clients_and_finishes_what_is_under_way() -> None:
    async with a_stage(TAKES) as stage:
        idle, busy = await stage.connect(), await stage.connect()
        await idle[0].readline()
        first, _, last = SENDS.partition("C: hello")
        await perform("C", first, *busy)
        stopping = asyncio.create_task(stage.door.stop())
        await perform("C", "S: 421 4.3.2 ...\nS: <close>", *idle)
        await perform("C", "C: hello" + last + "S: 250 2.0.0 taken as 17\nS: 421 4.3.2 ...\nS: <close>", *busy)
        await stopping
        with pytest.raises(ConnectionError):
            await asyncio.open_connection("127.0.0.1", stage.door.options.port or 1)
        for _, writer in (idle, busy):
            writer.close()
