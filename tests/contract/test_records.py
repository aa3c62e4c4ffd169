"""What comes back from a store is what went in, whatever strangers wrote into it."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gatekeeper.core.changes import Changes, Delivered, DeliveryRecipient, Outcome
from gatekeeper.core.envelope import Path
from gatekeeper.core.events import Kind
from gatekeeper.core.finding import Action, Finding
from gatekeeper.core.held import State
from gatekeeper.core.verdict import Judged, Verdict
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage.plain import LONGEST_TEXT
from gatekeeper.storage.store import SqlStore
from tests.builders import CLAUSES, NOON
from tests.changes import a_delivery, a_judgement, a_message, an_event
from tests.held import a_held

HOSTILE = (
    "'; DROP TABLE events; --",
    "100% _under\\score",
    "\u202eright to left, \U0001f4a3, e\u0301",
    "line\r\nbreak\ttab \x01\x1f\x7f",
    '"quoted" {braces} %(format)s %s ? :name',
)

MICROSECOND = datetime(2026, 3, 29, 1, 30, 0, 123_457, tzinfo=timezone(timedelta(hours=1)))
EARLY = datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)


@pytest.mark.parametrize("words", HOSTILE)
async def test_an_event_comes_back_as_it_was(store: SqlStore, words: str) -> None:
    event = an_event(
        1,
        at=MICROSECOND,
        reference="K7W",
        verdict="hold",
        rules=("obligation", words),
        clauses=(words,),
        facts={"reply": "250", words: words},
        details={"sender": words, "recipients": (words, "b@x.example"), "subject": words, words: (words,), "none": ()},
        people=("j-smith", words),
    )
    await store.record(Changes(events=(event,)))
    (found,) = await store.read(lambda tx: list(tx.events(EventQuery())))
    assert found.event == event
    assert found.event.at.utcoffset() == timedelta(0)


@pytest.mark.parametrize("at", [MICROSECOND, EARLY, datetime(9999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC)])
async def test_instants_come_back_to_the_microsecond(store: SqlStore, at: datetime) -> None:
    await store.record(Changes(messages=(a_message("a", at),)))
    assert await store.read(lambda tx: tx.message("a")) == a_message("a", at)


async def test_a_time_without_zone_is_not_recorded(store: SqlStore) -> None:
    with pytest.raises(TypeError):
        await store.record(Changes(messages=(a_message("a", NOON.replace(tzinfo=None)),)))


@pytest.mark.parametrize("words", HOSTILE)
async def test_a_held_message_comes_back_as_it_was(store: SqlStore, words: str) -> None:
    finding = Finding(
        words, words, words, words, (words,), asks=Action.DISCLOSE, exceptions=(words,), cites=words, score=0.1 + 0.2
    )
    without = Finding("unreadable", "", "", "")
    clause = replace(CLAUSES["c3"], words=words, citation=words)
    judged = (Judged(finding, Action.HOLD, clause), Judged(without, Action.FLAG, None))
    held = a_held(
        state=State.RETURNED,
        mail_from=Path(bytes(range(256)), b"SIZE=1 \xff"),
        rcpt_to=(Path(b""), Path(b"\x00"), Path(b"a@b", b"NOTIFY=NEVER")),
        verdict=Verdict(Action.HOLD, judged, ("j-smith", words), words),
        subject=words,
        account=words,
        concerned=("c-clerk", words),
        decided_at=MICROSECOND,
        decided_by=words,
        reason=words,
        size=2**40,
    )
    await store.record(Changes(held=(held,)))
    assert await store.read(lambda tx: tx.held("stow", held.reference)) == held


async def test_a_delivery_comes_back_as_it_was(store: SqlStore) -> None:
    recipients = (
        DeliveryRecipient(Path(b"\x00\xff", b"ORCPT=x"), Delivered.FAILED, "550-a\r\n550 b \u00e9"),
        DeliveryRecipient(Path(b"a@b")),
    )
    delivery = a_delivery(recipients=recipients, mail_from=Path(b""), attempts=7, notice="held", next_at=MICROSECOND)
    await store.record(Changes(deliveries=(delivery,)))
    assert await store.read(lambda tx: tx.deliveries(delivery.reference)) == [delivery]


@pytest.mark.parametrize("outcome", Outcome)
async def test_every_outcome_comes_back(store: SqlStore, outcome: Outcome) -> None:
    await store.record(Changes(messages=(a_message("a", outcome=outcome),)))
    assert await store.read(lambda tx: tx.message("a")) == a_message("a", outcome=outcome)


async def test_every_kind_of_event_comes_back(store: SqlStore) -> None:
    await store.record(Changes(events=tuple(an_event(i, kind) for i, kind in enumerate(Kind))))
    found = await store.read(lambda tx: [r.event.kind for r in tx.events(EventQuery())])
    assert found == list(reversed(Kind))


async def test_what_no_database_takes_is_replaced(store: SqlStore) -> None:
    """PostgreSQL refuses U+0000 in text, and a lone surrogate is no character."""
    bad = "a\0b\ud800c\udfffd"
    event = an_event(1, details={"subject": bad, "recipients": (bad,)}, facts={bad: bad}, people=(bad,), rules=(bad,))
    await store.record(Changes(events=(event,), held=(a_held(subject=bad, reason=bad),)))
    (found,) = await store.read(lambda tx: list(tx.events(EventQuery())))
    good = "a\ufffdb\ufffdc\ufffdd"
    assert found.event == replace(
        event, details={"subject": good, "recipients": (good,)}, facts={good: good}, people=(good,), rules=(good,)
    )
    held = await store.read(lambda tx: tx.held("stow", a_held().reference))
    assert held == a_held(subject=good, reason=good)


async def test_an_absurdly_long_text_is_cut(store: SqlStore) -> None:
    subject = "ü" * 1_000_000
    event = an_event(1, details={"subject": subject, "message_id": subject, "sender": f"{subject}@x.example"})
    await store.record(Changes(events=(event,), held=(a_held(subject=subject),)))
    (found,) = await store.read(lambda tx: list(tx.events(EventQuery(message_id=subject[: LONGEST_TEXT - 1] + "…"))))
    assert found.event.details["subject"] == "ü" * (LONGEST_TEXT - 1) + "…"
    held = await store.read(lambda tx: tx.held("stow", a_held().reference))
    assert held is not None
    assert len(held.subject) == LONGEST_TEXT


_TEXT = st.text(st.characters(codec=None), max_size=40)
_VALUES = st.one_of(_TEXT, st.lists(_TEXT, max_size=3).map(tuple))
_NUMBERS = iter(range(10**9))


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    details=st.dictionaries(
        st.one_of(_TEXT, st.sampled_from(["sender", "recipients", "subject", "message_id", "reason"])),
        _VALUES,
        max_size=5,
    ),
    people=st.lists(_TEXT, max_size=3).map(tuple),
    search=_TEXT,
)
async def test_whatever_a_stranger_writes_is_recorded_and_searched(
    store: SqlStore, details: dict[str, str | tuple[str, ...]], people: tuple[str, ...], search: str
) -> None:
    number = next(_NUMBERS)
    await store.record(a_judgement(number, f"r{number}", details=details, people=people))
    query = EventQuery(text=search, limit=5)
    assert len(await store.read(lambda tx: list(tx.events(query)))) <= 5
    for term in (EventQuery(address=search), EventQuery(person=search), EventQuery(message_id=search)):
        await store.read(lambda tx, term=term: list(tx.events(term)))  # type: ignore[misc]
