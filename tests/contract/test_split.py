"""What every store keeps of messages that come in several transactions, and of the disclosures owed for them."""

import asyncio
from dataclasses import replace
from datetime import timedelta

from gatekeeper.core.changes import Changes
from gatekeeper.core.split import Debt, DebtState, Transaction
from gatekeeper.storage.store import SqlStore
from tests.builders import NOON

SECOND = timedelta(seconds=1)
BLIND = Transaction("stow", "k1", "r1", NOON, ("j-smith", "ünal"), (), NOON + 10 * SECOND)
VISIBLE = Transaction("stow", "k1", "r2", NOON + SECOND, (), ("a-jones",))
OTHER = Transaction("brook", "k1", "r3", NOON, ("j-smith",))
DEBT = Debt("stow", "k1", "j-smith", "c1", "r2", DebtState.OWED, NOON)


async def test_transactions_come_back_as_they_were_by_message_and_council(store: SqlStore) -> None:
    await store.record(Changes(transactions=(VISIBLE, BLIND, OTHER)))
    assert await store.write(lambda tx: tx.transactions_to_settle("stow", "k1")) == [BLIND, VISIBLE]
    assert await store.read(lambda tx: tx.blind_transactions([("stow", "k2"), ("stow", "k1")])) == [BLIND]
    assert await store.read(lambda tx: tx.blind_transactions([("brook", "k1"), ("brook", "k3")])) == [OTHER]
    assert await store.read(lambda tx: tx.blind_transactions([("stow", "k2")])) == []


async def test_a_transaction_that_is_known_is_replaced(store: SqlStore) -> None:
    later = replace(BLIND, at=NOON + SECOND, blind=("a-jones",), disclosed=("a-jones",), look_at=None)
    await store.record(Changes(transactions=(BLIND,)))
    await store.record(Changes(transactions=(later,)))
    assert await store.write(lambda tx: tx.transactions_to_settle("stow", "k1")) == [later]


async def test_the_ledger_finds_what_is_due_the_oldest_first(store: SqlStore) -> None:
    soon = replace(VISIBLE, look_at=NOON)
    await store.record(Changes(transactions=(BLIND, soon, OTHER)))
    assert await store.read(lambda tx: tx.due_transactions(NOON - SECOND, 9)) == []
    assert await store.read(lambda tx: tx.due_transactions(NOON + 9 * SECOND, 9)) == [soon]
    assert await store.read(lambda tx: tx.due_transactions(NOON + 10 * SECOND, 9)) == [soon, BLIND]
    assert await store.read(lambda tx: tx.due_transactions(NOON + 10 * SECOND, 1)) == [soon]


async def test_old_transactions_are_forgotten(store: SqlStore) -> None:
    await store.record(Changes(transactions=(BLIND, VISIBLE)))
    await store.write(lambda tx: tx.forget_transactions(NOON + SECOND))
    assert await store.write(lambda tx: tx.transactions_to_settle("stow", "k1")) == [VISIBLE]


async def test_a_debt_is_recorded_once_whoever_comes_with_it(store: SqlStore) -> None:
    again = replace(DEBT, state=DebtState.OPEN, reference="r9")
    other = replace(DEBT, person="a-jones")
    assert await store.write(lambda tx: tx.add_debts([DEBT])) == [DEBT]
    assert await store.write(lambda tx: tx.add_debts([again, other])) == [other]
    assert await store.read(lambda tx: tx.debts("stow")) == [other, DEBT]


async def test_those_who_add_the_same_debt_at_the_same_time_add_it_once(store: SqlStore, url: str) -> None:
    second = SqlStore.open(url)
    adding = [s.write(lambda tx: tx.add_debts([DEBT])) for s in (store, second) for _ in range(5)]
    done = await asyncio.gather(*adding)
    await second.close()
    assert sum(len(d) for d in done) == 1


async def test_a_debt_changes_its_state_and_is_found_by_it(store: SqlStore) -> None:
    other = replace(DEBT, creditor="c2")
    await store.write(lambda tx: tx.add_debts([DEBT, other]))
    noticed = replace(DEBT, state=DebtState.NOTICED, delivery="d1")
    await store.record(Changes(debts=(noticed,)))
    assert await store.read(lambda tx: tx.debts("stow", key="k1", state=DebtState.OWED)) == [other]
    assert await store.read(lambda tx: tx.debts("stow", delivery="d1")) == [noticed]
    assert await store.read(lambda tx: tx.debts("brook")) == []


async def test_a_name_of_any_length_makes_a_debt(store: SqlStore) -> None:
    long = replace(DEBT, person="p" * 5000)
    assert len(await store.write(lambda tx: tx.add_debts([long]))) == 1
    assert await store.write(lambda tx: tx.add_debts([long])) == []
