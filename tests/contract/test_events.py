"""The record of events: nobody changes it, and what is looked for is found."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from gatekeeper.core.changes import Changes
from gatekeeper.core.events import Event, Kind
from gatekeeper.services.ports import EventQuery
from gatekeeper.storage import search
from gatekeeper.storage.store import SqlStore
from tests.builders import NOON
from tests.changes import a_judgement, an_event

SECOND = timedelta(seconds=1)

ABOUT_A = a_judgement(
    1,
    "A",
    rules=("obligation", "silent-copy"),
    clauses=("Stow, 3",),
    details={
        "sender": "Jane.Smith@stow.example",
        "recipients": ("Builder+job@Trade.example", "js@mail.example"),
        "subject": "Übernahme of the 100% quotation_1",
        "message_id": "<a1@stow.example>",
    },
    people=("j-smith", "r-patel"),
)
ABOUT_B = a_judgement(
    2,
    "B",
    details={"sender": "ann.jones@stow.example", "subject": "Hedges", "message_id": "<b1@x>"},
    people=("a-jones",),
)
RELAYED_A = an_event(3, Kind.RELAYED, reference="A", facts={"reply": "250"})
RETURNED_B = an_event(
    4, Kind.RETURNED, reference="B", verdict="hold", rules=("press",), details={"actor": "Clerk", "reason": "Ask FIRST"}
)
STARTED = an_event(5, Kind.STARTED, council="-")


SEARCHES = (
    (EventQuery(), [5, 4, 3, 2, 1]),
    (EventQuery(limit=2), [5, 4]),
    (EventQuery(limit=0), []),
    (EventQuery(council="stow"), [4, 3, 2, 1]),
    (EventQuery(council="wold"), []),
    (EventQuery(kind="message:judged"), [2, 1]),
    (EventQuery(reference="A"), [3, 1]),
    (EventQuery(since=NOON + 2 * SECOND), [5, 4, 3, 2]),
    (EventQuery(until=NOON + 2 * SECOND), [1]),
    (EventQuery(since=NOON + 2 * SECOND, until=NOON + 4 * SECOND), [3, 2]),
    (EventQuery(person="j-smith"), [3, 1]),
    (EventQuery(person="j-smith", council="wold"), []),
    (EventQuery(address="jane.smith@STOW.example"), [3, 1]),
    (EventQuery(address="builder@trade.example"), [3, 1]),
    (EventQuery(address="nobody@trade.example"), []),
    (EventQuery(address="nonsense"), []),
    (EventQuery(message_id="a1@stow.example"), [3, 1]),
    (EventQuery(message_id="<a1@stow.example>"), [3, 1]),
    (EventQuery(message_id="A1@stow.example"), []),
    (EventQuery(verdict="pass"), [3, 2, 1]),
    (EventQuery(verdict="hold"), [4]),
    (EventQuery(rule="silent-copy"), [3, 1]),
    (EventQuery(rule="silent"), []),
    (EventQuery(rule="press"), [4]),
    (EventQuery(text="übernahme"), [3, 1]),
    (EventQuery(text="ÜBERNAHME quotation"), [3, 1]),
    (EventQuery(text="100%"), [3, 1]),
    (EventQuery(text="1%quotation"), []),
    (EventQuery(text="quotation_1"), [3, 1]),
    (EventQuery(text="of_the"), []),
    (EventQuery(text="ask first"), [4]),
    (EventQuery(text="hedges"), [4, 2]),
    (EventQuery(text="hedges", person="a-jones", kind="held:returned", rule="press"), [4]),
    (EventQuery(text="hedges", person="j-smith"), []),
)


@pytest.fixture
async def filled(store: SqlStore) -> SqlStore:
    for changes in (ABOUT_A, ABOUT_B):
        await store.record(changes)
    await store.record(Changes(events=(RELAYED_A, RETURNED_B, STARTED)))
    return store


async def numbers(store: SqlStore, query: EventQuery) -> list[int]:
    return [int(r.event.id, 16) for r in await store.read(lambda tx: list(tx.events(query)))]


async def test_a_search_finds_what_meets_all_its_conditions(filled: SqlStore) -> None:
    assert {query: await numbers(filled, query) for query, _ in SEARCHES} == dict(SEARCHES)


async def test_an_event_about_a_message_is_shown_with_what_its_judgement_says(filled: SqlStore) -> None:
    (found,) = await filled.read(lambda tx: list(tx.events(EventQuery(kind="message:relayed"))))
    judged = ABOUT_A.events[0]
    assert found.event == replace(
        RELAYED_A, verdict="pass", rules=judged.rules, clauses=judged.clauses, details=judged.details
    )


async def test_what_an_event_says_itself_wins(filled: SqlStore) -> None:
    (found,) = await filled.read(lambda tx: list(tx.events(EventQuery(kind="held:returned"))))
    assert (found.event.verdict, found.event.rules) == ("hold", ("press",))
    assert found.event.details == {**ABOUT_B.events[0].details, **RETURNED_B.details}


async def test_many_events_come_in_pages_without_gap_or_overlap(
    store: SqlStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "FIRST_PAGE", 3)
    monkeypatch.setattr(search, "LARGEST_PAGE", 7)
    # several at the same instant, so that a page ends between two of them
    events = tuple(replace(an_event(i), at=NOON + (i // 10) * SECOND) for i in range(95))
    await store.record(Changes(events=events))
    assert await numbers(store, EventQuery(limit=1000)) == list(range(94, -1, -1))
    assert await numbers(store, EventQuery(limit=42)) == list(range(94, 52, -1))


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET verdict = 'pass'",
        "UPDATE events SET id = 'x' WHERE kind = 'message:judged'",
        "DELETE FROM events",
        "DELETE FROM events WHERE council = 'stow'",
    ],
)
async def test_no_statement_changes_or_deletes_an_event(filled: SqlStore, statement: str) -> None:
    before = await filled.read(lambda tx: list(tx.events(EventQuery())))
    with (
        pytest.raises(DBAPIError, match="events are never changed"),
        filled.database.writer.begin() as connection,
    ):
        connection.execute(text(statement))
    assert await filled.read(lambda tx: list(tx.events(EventQuery()))) == before


async def test_no_event_is_replaced_by_another_of_its_id(filled: SqlStore) -> None:
    columns = "id, council, at, kind, reference, verdict, rules, clauses, facts, commitments, digest"
    values = f"'{1:032x}', 'x', 1, 'message:judged', '', 'pass', '[]', '[]', '{{}}', '{{}}', ''"
    if filled.database.is_sqlite:
        statement = f"INSERT OR REPLACE INTO events ({columns}) VALUES ({values})"
    else:
        statement = f"INSERT INTO events ({columns}) VALUES ({values}) ON CONFLICT (id) DO UPDATE SET council = 'x'"
    with (
        pytest.raises(DBAPIError, match="events are never changed"),
        filled.database.writer.begin() as connection,
    ):
        connection.exec_driver_sql(statement)
    assert await numbers(filled, EventQuery(council="x")) == []


async def test_retention_may_delete_the_personal_half(filled: SqlStore) -> None:
    with filled.database.writer.begin() as connection:
        for table in ("event_details", "event_people", "event_addresses"):
            connection.execute(text(f"DELETE FROM {table}"))
    found = await filled.read(lambda tx: [r.event for r in tx.events(EventQuery(reference="A", kind="message:judged"))])
    judged: Event = ABOUT_A.events[0]
    assert found == [replace(judged, details={}, people=())]
    assert "(deleted)" in found[0].sentence
