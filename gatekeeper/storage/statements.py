"""The statements that are written with every message, compiled once for an engine.

SQLAlchemy defines them. The finished text and tuples go to the driver itself, since all that is done for an execution
otherwise costs more than writing the rows does.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from sqlalchemy import Connection, Dialect, Table, bindparam, literal_column, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import DBAPIError

from gatekeeper.storage import tables as t
from gatekeeper.storage.rows import Row, Rows


@dataclass(frozen=True, slots=True)
class Statement:
    """`rows` is the name of the list in `Rows` whose tuples it takes."""

    rows: str
    sql: str


@dataclass(frozen=True, slots=True)
class Statements:
    """`appends` in an order in which whatever is referred to comes first. They cover all of `Rows` but its moves.
    `blind_halves` gives the text that finds the transactions with blind persons of so many messages."""

    appends: tuple[Statement, ...]
    blind_halves: Callable[[int], str]

    def fetch(self, connection: Connection, sql: str, values: Sequence[str]) -> list[Row]:
        """The rows that a finished text finds."""
        with driver_errors(connection, sql):
            cursor = connection.connection.cursor()
            cursor.execute(sql, tuple(values))
            found = [tuple(row) for row in cursor.fetchall()]
            cursor.close()
        return found

    def execute(self, connection: Connection, rows: Rows) -> None:
        for statement in self.appends:
            given: list[Row] = getattr(rows, statement.rows)
            if given:
                with driver_errors(connection, statement.sql):
                    cursor = connection.connection.cursor()
                    cursor.executemany(statement.sql, given)
                    cursor.close()


@contextmanager
def driver_errors(connection: Connection, sql: str) -> Iterator[None]:
    """What the driver raises when used directly, as SQLAlchemy raises it; a broken connection is not used again."""
    dialect = connection.dialect
    errors = dialect.loaded_dbapi.Error
    try:
        yield
    except errors as error:
        lost = dialect.is_disconnect(error, connection.connection.dbapi_connection, None)
        if lost:
            connection.invalidate(error)
        raise DBAPIError.instance(
            sql, None, error, errors, hide_parameters=True, connection_invalidated=lost, dialect=dialect
        ) from error


def compiled(dialect: Dialect) -> Statements:
    inserts = {
        "messages": t.messages,
        "events": t.events,
        "details": t.event_details,
        "people": t.event_people,
        "addresses": t.event_addresses,
        "held": t.held,
        "content": t.held_content,
        "deliveries": t.deliveries,
    }
    appends = [_statement(name, table.insert(), dialect, [c.name for c in table.c]) for name, table in inserts.items()]
    appends.append(_statement("outcomes", _outcome(), dialect, ["outcome", "_reference"]))
    columns = ["state", "recipients", "attempts", "next_at", "_id"]
    appends.append(_statement("attempts", _attempt(), dialect, columns))
    appends.append(_statement("emptied", _emptied(), dialect, ["raw", "_id"]))
    appends.append(_statement("counts", counting(dialect), dialect, [c.name for c in t.channel_counts.c]))
    appends.append(
        _statement("transactions", replacing(t.transactions, dialect), dialect, list(t.transactions.c.keys()))
    )
    appends.append(
        _statement("debts", _debt(), dialect, ["state", "delivery", "_council", "_key", "_person", "_creditor"])
    )
    appends.append(_statement("served", once(t.served, dialect), dialect, [c.name for c in t.served.c]))
    return Statements(tuple(appends), cache(partial(_blind_halves, dialect)))


def _blind_halves(dialect: Dialect, count: int) -> str:
    c = t.transactions.c
    keys = c.key.in_([bindparam(f"_{number}") for number in range(count)])
    found = select(t.transactions).where(keys, c.blind != literal_column("'[]'")).order_by(c.at, c.reference)
    return found.compile(dialect=dialect).string


def _outcome() -> Any:
    return (
        update(t.messages).where(t.messages.c.reference == bindparam("_reference")).values(outcome=bindparam("outcome"))
    )


def _attempt() -> Any:
    names = ("state", "recipients", "attempts", "next_at")
    values: list[Any] = [(t.deliveries.c[name], bindparam(name)) for name in names]
    return update(t.deliveries).where(t.deliveries.c.id == bindparam("_id")).ordered_values(*values)


def _emptied() -> Any:
    return update(t.deliveries).where(t.deliveries.c.id == bindparam("_id")).values(raw=bindparam("raw"))


def _debt() -> Any:
    values: list[Any] = [(t.debts.c[name], bindparam(name)) for name in ("state", "delivery")]
    which = (t.debts.c[name] == bindparam(f"_{name}") for name in ("council", "key", "person", "creditor"))
    return update(t.debts).where(*which).ordered_values(*values)


def counting(dialect: Dialect) -> Any:
    """Insert or add. SQLAlchemy has no common form for what an insert does where there is a row."""
    table: Table = t.channel_counts
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    more = table.c.count + insert.excluded.count
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_={"count": more})


def once(table: Table, dialect: Dialect) -> Any:
    """Insert unless it is there."""
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    return insert.on_conflict_do_nothing(index_elements=list(table.primary_key))


def replacing(table: Table, dialect: Dialect) -> Any:
    """Insert, or put in place of what is there."""
    insert = (sqlite if dialect.name == "sqlite" else postgresql).insert(table)
    keys = set(table.primary_key.columns.keys())
    values = {c.name: insert.excluded[c.name] for c in table.c if c.name not in keys}
    return insert.on_conflict_do_update(index_elements=list(table.primary_key), set_=values)


def _statement(rows: str, statement: Any, dialect: Dialect, columns: list[str]) -> Statement:
    """Raises ValueError where the dialect would take the values in another order than the rows give them."""
    found = statement.compile(dialect=dialect)
    if list(found.positiontup or ()) != columns:
        raise ValueError(f"{rows}: {found.positiontup} instead of {columns}")
    return Statement(rows, found.string)
