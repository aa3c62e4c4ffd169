"""Every mail of the public corpus through a running relay: untouched, disclosed, held, or refused with a reason."""

import asyncio
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.mail.corpus import mails
from tests.scenarios.client import Answer, Client, Mail
from tests.scenarios.compare import edits, inserted_lines
from tests.scenarios.mails import BLIND, COUNCILLOR
from tests.scenarios.relay import a_relay
from tests.scenarios.sink import Sink

CONNECTIONS = 8
FOOTER = b"CC Councillor Ravi Patel"


@pytest.mark.parametrize("sender", [COUNCILLOR, "outsider@mail.example"])
async def test_every_mail_of_the_corpus_is_untouched_disclosed_held_or_refused(
    sender: str, tmp_path: Path, sink: Sink, capsys: pytest.CaptureFixture[str]
) -> None:
    """A councillor is among the recipients whom the header does not name."""
    posted = [
        (name, Mail(sender.encode(), (f"r{n}@mail.example".encode(), BLIND.encode()), wire))
        for n, (name, wire) in enumerate(mails())
    ]
    async with a_relay(tmp_path, sink.port, processes=2) as relay:
        answers = await _send_all(relay.port, [mail for _, mail in posted])
        held = frozenset(relay.held())
        counts = Counter(
            _what_became(name, mail, answer, sink, held) for (name, mail), answer in zip(posted, answers, strict=True)
        )
        assert relay.references("open") == []
        judged = sum(answer.is_taken or answer.text.startswith("5.7.1") for answer in answers)
        assert relay.count("messages") == relay.count("events", kind="message:judged") == judged
    with capsys.disabled():  # on standard error, which workers of a parallel run have in common with their controller
        said = ", ".join(f"{n} {what}" for what, n in sorted(counts.items()))
        print(f"\ncorpus from {sender}: {said}", file=sys.stderr)
    assert counts.total() == len(posted) == 838


async def _send_all(port: int, mails: list[Mail]) -> list[Answer]:
    answers: dict[int, Answer] = {}
    waiting = list(enumerate(mails))[::-1]

    async def client() -> None:
        connection = await Client.connect(port)
        while waiting:
            number, mail = waiting.pop()
            answers[number] = await connection.send(mail)
        await connection.close()

    await asyncio.gather(*(client() for _ in range(CONNECTIONS)))
    return [answers[number] for number in range(len(mails))]


def _what_became(name: str, mail: Mail, answer: Answer, sink: Sink, held: frozenset[str]) -> str:
    copies = sink.to(mail.recipients[0])
    if answer.code >= 500:
        assert copies == [], name
        assert len(answer.text) > len("5.7.1 "), name
        return f"refused ({answer.code} {answer.text[:6].strip()})"
    assert answer.is_taken, (name, answer)
    if answer.text.startswith("2.0.0 Held"):
        assert answer.text.rpartition(" ")[2] in held, name
        assert copies == [], name
        return "held"
    (copy,) = copies
    assert copy.recipients == mail.recipients, name
    if copy.below_received == mail.octets:
        return "untouched"
    _only_disclosed(name, mail.octets, copy.below_received)
    return "disclosed"


def _only_disclosed(name: str, before: bytes, after: bytes) -> None:
    """Lines were put in and nothing else happened, or only texts differ, and those only by what was put in."""
    lines = inserted_lines(before, after)
    if lines is not None and len(lines) <= 12:
        assert FOOTER in b"\n".join(lines), name
        return
    try:
        changed = edits(before, after)
        assert changed, "nothing differs"
        assert all(FOOTER in edit.inserted.replace(b"=\r\n", b"") for edit in changed), "an edit without the footer"
    except AssertionError as error:
        raise AssertionError(f"{name}: {error}") from error
