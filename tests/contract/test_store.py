"""What every store promises: it records, reads, moves and hands out work."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import text

from gatekeeper.core.changes import (
    Changes,
    Delivered,
    DeliveryRecipient,
    DeliveryState,
    HeldMove,
    Outcome,
    OutcomeChange,
)
from gatekeeper.core.held import Move, NotPossible, State
from gatekeeper.errors import TryAgain
from gatekeeper.services.ports import Document, DocumentKind, EventQuery, Source, Tx
from gatekeeper.storage.statements import compiled
from gatekeeper.storage.store import SqlStore
from gatekeeper.storage.tx import SqlTx
from tests.builders import NOON
from tests.changes import a_delivery, a_judgement, a_message, an_event
from tests.held import a_held

HELD = a_held()
SECOND = timedelta(seconds=1)


async def keep(store: SqlStore, *changes: Changes) -> None:
    for each in changes:
        await store.record(each)


# --- all or nothing ------------------------------------------------------------------------------------------------


async def test_all_changes_of_one_step_are_recorded_together(store: SqlStore) -> None:
    await store.record(Changes(events=(an_event(1),), messages=(a_message("a"),), held=(HELD,)))

    def everything(tx: Tx) -> tuple[int, bool, bool]:
        held = tx.held("stow", HELD.reference)
        return len(list(tx.events(EventQuery()))), tx.message("a") is not None, held == HELD

    assert await store.read(everything) == (1, True, True)


async def test_a_step_that_fails_leaves_nothing_of_itself(store: SqlStore) -> None:
    await store.record(Changes(messages=(a_message("a"),)))
    with pytest.raises(TryAgain):
        await store.record(Changes(events=(an_event(1),), messages=(a_message("a"),)))
    assert await store.read(lambda tx: list(tx.events(EventQuery()))) == []


async def test_a_step_that_fails_undoes_no_other_in_the_same_commit(store: SqlStore) -> None:
    steps = [store.record(a_judgement(i, f"r{i}")) for i in range(30)]
    steps.insert(10, store.record(a_judgement(5, "again")))
    steps.insert(20, store.record(Changes(content=(("nobody", b"x"),))))
    done = await asyncio.gather(*steps, return_exceptions=True)
    assert [type(d) for d in done if d is not None] == [TryAgain, ValueError]
    assert len(await store.read(lambda tx: list(tx.events(EventQuery())))) == 30
    assert store.commits < 5


async def test_a_job_that_raises_undoes_no_other_in_the_same_commit(store: SqlStore) -> None:
    def breaks(tx: Tx) -> None:
        tx.apply(a_judgement(100, "broken"))
        raise LookupError("its own affair")

    steps = [store.record(a_judgement(i, f"r{i}")) for i in range(5)]
    done = await asyncio.gather(*steps, store.write(breaks), store.record(a_judgement(6, "r6")), return_exceptions=True)
    assert [type(d) for d in done if d is not None] == [LookupError]
    assert await store.read(lambda tx: tx.message("broken")) is None
    assert await store.read(lambda tx: tx.message("r6")) is not None


async def test_those_who_record_at_the_same_time_share_commits(store: SqlStore) -> None:
    await asyncio.gather(*(store.record(a_judgement(i, f"r{i}")) for i in range(200)))
    assert store.commits < 20
    assert len(await store.read(lambda tx: tx.open_messages(NOON + 500 * SECOND))) == 200


async def test_one_who_records_alone_has_a_commit_of_his_own(store: SqlStore) -> None:
    for i in range(3):
        await store.record(a_judgement(i, f"r{i}"))
    assert store.commits == 3


async def test_a_job_gives_what_it_returns_and_sees_its_own_writing(store: SqlStore) -> None:
    def job(tx: Tx) -> State:
        tx.apply(Changes(held=(HELD,)))
        found = tx.held("stow", HELD.reference)
        assert found is not None
        return found.state

    assert await store.write(job) is State.WAITING


async def test_a_reader_cannot_write(store: SqlStore) -> None:
    with pytest.raises(TryAgain):
        await store.read(lambda tx: tx.apply(a_judgement(1, "r")))
    assert await store.read(lambda tx: tx.message("r")) is None


async def test_a_caller_who_goes_away_stops_nobody(store: SqlStore) -> None:
    impatient = asyncio.create_task(store.record(a_judgement(1, "a")))
    await asyncio.sleep(0)
    impatient.cancel()
    await store.record(a_judgement(2, "b"))
    assert impatient.cancelled()
    assert await store.read(lambda tx: tx.message("b")) is not None


async def test_closing_writes_what_waits_and_takes_no_more(url: str) -> None:
    store = SqlStore.open(url)
    waiting = [asyncio.create_task(store.record(a_judgement(i, f"r{i}"))) for i in range(50)]
    await asyncio.sleep(0)
    await store.close()
    assert await asyncio.gather(*waiting) == [None] * 50
    with pytest.raises(TryAgain):
        await store.record(a_judgement(99, "late"))
    again = SqlStore.open(url)
    assert len(await again.read(lambda tx: tx.open_messages(NOON + 500 * SECOND))) == 50
    await again.close()


# --- messages ------------------------------------------------------------------------------------------------------


async def test_a_message_stays_open_until_its_outcome_is_recorded(store: SqlStore) -> None:
    await keep(store, a_judgement(1, "a"), a_judgement(2, "b"))
    await store.record(Changes(outcomes=(OutcomeChange("a", Outcome.RELAYED),)))
    assert [m.reference for m in await store.read(lambda tx: tx.open_messages(NOON + 60 * SECOND))] == ["b"]
    assert await store.read(lambda tx: tx.message("a")) == a_message("a", NOON + SECOND, outcome=Outcome.RELAYED)


async def test_only_messages_judged_before_are_given_as_open(store: SqlStore) -> None:
    await keep(store, a_judgement(1, "a"), a_judgement(2, "b"))
    assert [m.reference for m in await store.read(lambda tx: tx.open_messages(NOON + 2 * SECOND))] == ["a"]


# --- held messages -------------------------------------------------------------------------------------------------


async def test_only_an_open_outcome_can_be_lost(store: SqlStore) -> None:
    relayed = Changes(outcomes=(OutcomeChange("b", Outcome.RELAYED),))
    await keep(store, a_judgement(1, "a"), a_judgement(2, "b"), relayed)
    lost = [await store.write(lambda tx, r=r: tx.lose_outcome(r)) for r in ("a", "b", "a", "none")]  # type: ignore[misc]
    assert lost == [True, False, False, False]
    found = [await store.read(lambda tx, r=r: tx.message(r)) for r in ("a", "b")]  # type: ignore[misc]
    assert [m.outcome for m in found if m is not None] == [Outcome.UNKNOWN, Outcome.RELAYED]


async def test_of_two_who_decide_one_wins_and_the_other_is_told_who_and_when(store: SqlStore) -> None:
    await store.record(Changes(held=(HELD,)))
    moves = [
        HeldMove(HELD, HELD.moved(Move.RELEASE, NOON, "c-clerk")),
        HeldMove(HELD, HELD.moved(Move.DECLINE, NOON, "d-deputy", "no")),
    ]
    done = await asyncio.gather(*(store.record(Changes(moves=(m,))) for m in moves), return_exceptions=True)
    assert done[0] is None
    assert isinstance(done[1], NotPossible)
    assert str(done[1]) == (
        "K7W-D2M-9QX was already decided by c-clerk on 24 November 2026 at 12:00 UTC: it is sending."
    )
    assert await store.read(lambda tx: tx.held("stow", HELD.reference)) == moves[0].after


async def test_a_stale_move_writes_nothing_else_either(store: SqlStore) -> None:
    await store.record(Changes(held=(HELD,)))
    passed_on = replace(HELD.moved(Move.REASSIGN, NOON), reviewer="d-deputy")
    await store.record(Changes(moves=(HeldMove(HELD, passed_on),)))
    stale = HeldMove(HELD, HELD.moved(Move.RELEASE, NOON, "c-clerk"))
    with pytest.raises(NotPossible, match=r"changed by somebody else.*d-deputy"):
        await store.record(Changes(events=(an_event(1),), moves=(stale,), deliveries=(a_delivery(),)))
    assert await store.read(lambda tx: list(tx.events(EventQuery()))) == []
    assert await store.read(lambda tx: tx.deliveries(HELD.reference)) == []


async def test_a_move_of_what_is_not_held_is_not_possible(store: SqlStore) -> None:
    with pytest.raises(NotPossible, match="no held message"):
        await store.record(Changes(moves=(HeldMove(HELD, HELD.moved(Move.RETURN, NOON)),)))


async def test_a_council_never_sees_what_another_holds(store: SqlStore) -> None:
    await store.record(Changes(held=(HELD,)))

    def of_another(tx: Tx) -> tuple[object, object, object]:
        by_digest = tx.held_by_digest("wold", HELD.digest, NOON)
        return tx.held("wold", HELD.reference), by_digest, list(tx.queue("wold"))

    assert await store.read(of_another) == (None, None, [])


async def test_the_queue_is_by_due_time_and_by_state(store: SqlStore) -> None:
    later = a_held(reference="B", due_at=NOON + timedelta(days=3))
    gone = a_held(reference="C", state=State.RELEASED, due_at=NOON)
    await store.record(Changes(held=(later, HELD, gone)))
    assert [h.reference for h in await store.read(lambda tx: tx.queue("stow", (State.WAITING,)))] == [
        HELD.reference,
        "B",
    ]
    assert [h.reference for h in await store.read(lambda tx: tx.queue("stow"))] == ["C", HELD.reference, "B"]


async def test_a_retry_finds_the_newest_undecided_message_of_its_digest(store: SqlStore) -> None:
    older = a_held(reference="A", state=State.PENDING)
    newer = a_held(reference="B", received_at=NOON + SECOND)
    decided = a_held(reference="C", received_at=NOON + 2 * SECOND, state=State.RETURNED)
    await store.record(Changes(held=(older, newer, decided)))
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d1", NOON)) == newer
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d2", NOON)) is None


@pytest.mark.parametrize("state", [State.SENDING, State.RELEASED])
async def test_a_retry_finds_what_was_released_lately_and_never_what_was_longer_ago(
    store: SqlStore, state: State
) -> None:
    lately = a_held(reference="A", state=state)
    await store.record(Changes(held=(lately, a_held(reference="B", received_at=NOON - SECOND, state=state))))
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d1", NOON)) == lately
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d1", NOON + SECOND)) is None


@pytest.mark.parametrize("state", [State.RETURNED, State.NOT_SENT, State.WITHDRAWN, State.FAILED, State.CANCELLED])
async def test_a_retry_never_finds_what_was_not_sent(store: SqlStore, state: State) -> None:
    await store.record(Changes(held=(a_held(state=state),)))
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d1", NOON)) is None


async def test_what_waits_is_found_however_long_it_waits(store: SqlStore) -> None:
    await store.record(Changes(held=(HELD,)))
    assert await store.read(lambda tx: tx.held_by_digest("stow", "d1", NOON + timedelta(days=9))) == HELD


async def test_content_comes_back_octet_for_octet(store: SqlStore) -> None:
    raw = bytes(range(256)) * 4000
    await store.record(Changes(held=(HELD,), content=((HELD.reference, raw),)))
    assert await store.read(lambda tx: tx.content(HELD.reference)) == raw
    assert await store.read(lambda tx: tx.content("other")) is None


# --- deliveries ----------------------------------------------------------------------------------------------------


async def test_each_delivery_that_is_due_is_claimed_by_one_worker(url: str, store: SqlStore) -> None:
    await store.record(Changes(deliveries=tuple(a_delivery(f"d{i:02d}") for i in range(20))))
    other = SqlStore.open(url)
    claims = await asyncio.gather(
        *(s.write(lambda tx: list(tx.claim_deliveries(NOON, 6))) for s in (store, other, store, other))
    )
    await other.close()
    claimed = [d.id for claim in claims for d in claim]
    assert sorted(claimed) == [f"d{i:02d}" for i in range(20)]
    assert {d.state for claim in claims for d in claim} == {DeliveryState.SENDING}


async def test_deliveries_are_claimed_when_due_and_oldest_first(store: SqlStore) -> None:
    later = a_delivery("later", next_at=NOON + SECOND)
    await store.record(Changes(deliveries=(later, a_delivery("b", next_at=NOON - SECOND), a_delivery("a"))))
    assert [d.id for d in await store.write(lambda tx: tx.claim_deliveries(NOON, 10))] == ["b", "a"]
    assert await store.write(lambda tx: list(tx.claim_deliveries(NOON, 10))) == []


async def test_a_delivery_whose_worker_died_is_found_and_goes_back(store: SqlStore) -> None:
    await store.record(Changes(deliveries=(a_delivery(), a_delivery("d2"))))
    await store.write(lambda tx: tx.claim_deliveries(NOON, 2))
    now = NOON + SECOND
    assert await store.write(lambda tx: list(tx.requeue_interrupted(NOON, now))) == []
    found = await store.write(lambda tx: list(tx.requeue_interrupted(now, now, {"d2"})))
    assert found == [a_delivery(next_at=now)]
    claimed = await store.write(lambda tx: list(tx.claim_deliveries(now, 2)))
    assert claimed == [a_delivery(next_at=now, state=DeliveryState.SENDING)]


async def test_what_a_dead_worker_left_is_taken_up_by_one_only(url: str, store: SqlStore) -> None:
    await store.record(Changes(deliveries=tuple(a_delivery(f"d{i}") for i in range(6))))
    await store.write(lambda tx: tx.claim_deliveries(NOON, 6))
    other = SqlStore.open(url)
    later = NOON + SECOND
    taken = await asyncio.gather(
        *(s.write(lambda tx: list(tx.requeue_interrupted(later, later))) for s in (store, other, store, other))
    )
    await other.close()
    assert sorted(d.id for found in taken for d in found) == [f"d{i}" for i in range(6)]


async def test_what_one_worker_takes_up_another_passes_over_meanwhile(postgresql_url: str) -> None:
    store, other = SqlStore.open(postgresql_url), SqlStore.open(postgresql_url)
    await store.record(Changes(deliveries=(a_delivery(),)))
    await store.write(lambda tx: tx.claim_deliveries(NOON, 1))
    later = NOON + SECOND

    def both(tx: Tx) -> tuple[int, int]:
        first = len(tx.requeue_interrupted(later, later))
        with other.database.writer.begin() as connection:
            connection.execute(text("SET LOCAL lock_timeout = '500ms'"))
            second = SqlTx(connection, compiled(connection.dialect)).requeue_interrupted(later, later)
        return first, len(second)

    assert await store.write(both) == (1, 0)
    await store.close()
    await other.close()


@pytest.mark.parametrize("state", [DeliveryState.SENT, DeliveryState.FAILED])
async def test_a_delivery_that_is_over_keeps_no_content(store: SqlStore, state: DeliveryState) -> None:
    await keep(store, Changes(deliveries=(a_delivery(),)), Changes(attempts=(a_delivery(attempts=1),)))
    assert await store.read(lambda tx: tx.deliveries(a_delivery().reference)) == [a_delivery(attempts=1)]
    await store.record(Changes(attempts=(a_delivery(state=state),)))
    assert await store.read(lambda tx: tx.deliveries(a_delivery().reference)) == [a_delivery(state=state, raw=b"")]


async def test_an_attempt_replaces_what_it_changes_and_nothing_else(store: SqlStore) -> None:
    before = a_delivery()
    after = replace(
        before,
        recipients=(DeliveryRecipient(before.recipients[0].path, Delivered.SENT, "250 2.0.0 taken"),),
        state=DeliveryState.SENT,
        attempts=3,
        next_at=NOON + SECOND,
    )
    await keep(store, Changes(deliveries=(before, a_delivery("d2"))), Changes(attempts=(after,)))
    assert await store.read(lambda tx: tx.deliveries(before.reference)) == [replace(after, raw=b""), a_delivery("d2")]


# --- documents and counts ------------------------------------------------------------------------------------------


def a_document(version: int, **changes: object) -> Document:
    document = Document("stow", DocumentKind.REGISTER, version, f"# {version}\n", "d", Source.FILE, NOON, "c-clerk")
    return replace(document, **changes)  # type: ignore[arg-type]


async def test_the_newest_version_of_a_document_is_in_force(store: SqlStore) -> None:
    versions = [a_document(1), a_document(2, source=Source.PAGES), a_document(10, text="x" * 200_000)]
    for document in (*versions, a_document(99, council="wold"), a_document(99, kind=DocumentKind.PROTOCOL)):
        await store.write(lambda tx, document=document: tx.put_document(document))  # type: ignore[misc]
    assert await store.read(lambda tx: tx.document("stow", DocumentKind.REGISTER)) == versions[-1]
    assert await store.read(lambda tx: tx.documents("stow", DocumentKind.REGISTER)) == versions


async def test_a_version_of_a_document_is_never_replaced(store: SqlStore) -> None:
    await store.write(lambda tx: tx.put_document(a_document(1)))
    with pytest.raises(TryAgain):
        await store.write(lambda tx: tx.put_document(a_document(1, text="other")))
    assert await store.read(lambda tx: tx.document("stow", DocumentKind.REGISTER)) == a_document(1)


async def test_counts_of_protected_channels_add_up(store: SqlStore) -> None:
    counts = (("stow", "2026-11-24", "police", 2), ("stow", "2026-11-24", "police", 3), ("wold", "d", "mp", 1))
    await asyncio.gather(*(store.record(Changes(counts=(c,))) for c in counts))
    await store.write(lambda tx: tx.count_channel("stow", "2026-11-23", "mp", 1))
    found = await store.read(lambda tx: tx.channel_counts("stow"))
    assert found == [("2026-11-23", "mp", 1), ("2026-11-24", "police", 5)]


async def test_counts_of_days_that_are_over_are_sealed_once_and_later_ones_for_the_difference(store: SqlStore) -> None:
    counts = (("stow", "2026-11-23", "mp", 2), ("stow", "2026-11-24", "mp", 3), ("wold", "2026-11-23", "mp", 1))
    await store.record(Changes(counts=counts))
    assert await store.write(lambda tx: tx.seal_counts("stow", "2026-11-24")) == [("2026-11-23", "mp", 2)]
    assert await store.write(lambda tx: tx.seal_counts("stow", "2026-11-24")) == []
    await store.record(Changes(counts=(("stow", "2026-11-23", "mp", 4),)))
    assert await store.write(lambda tx: tx.seal_counts("stow", "2026-11-24")) == [("2026-11-23", "mp", 4)]
    assert await store.read(lambda tx: tx.channel_counts("stow")) == [("2026-11-23", "mp", 6), ("2026-11-24", "mp", 3)]


async def test_who_was_served_is_known_once_and_forgotten_in_time(store: SqlStore) -> None:
    rows = (("stow", "d1", NOON), ("stow", "d1", NOON), ("wold", "d2", NOON))
    await asyncio.gather(*(store.record(Changes(served=(r,))) for r in rows))
    assert await store.read(lambda tx: tx.served("stow", ("d1", "d2"))) == {"d1"}
    await store.write(lambda tx: tx.forget_served(NOON + timedelta(seconds=1)))
    assert await store.read(lambda tx: tx.served("stow", ("d1",))) == frozenset()
