"""Searching the record of events: conditions that combine, and pages by key, so that memory stays the same.

A condition on a person, an address, a Message-ID or words holds for an event where it holds for the event's own details
or for those of the judgement of its message.
"""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Row,
    Select,
    and_,
    exists,
    func,
    or_,
    select,
    tuple_,
    union,
)

from gatekeeper.core.events import Event, Kind
from gatekeeper.services.ports import EventQuery, SearchRow
from gatekeeper.storage import tables as t
from gatekeeper.storage.plain import address_key, json_text, message_id_key, micros, search_key, whole_text
from gatekeeper.storage.records import event_from

FIRST_PAGE = 200
LARGEST_PAGE = 2_000

MANY = 2_000
"""Entries of an index from which on it is no way to start a search."""

_e = t.events
_j = t.events.alias("judgement")
_IS_JUDGEMENT = and_(_j.c.kind == Kind.JUDGED.value, _j.c.reference == _e.c.reference, _e.c.reference != "")
_EVENT: Select[Any] = select(*_e.c, t.event_details.c.details, t.event_details.c.people).select_from(
    _e.outerjoin(t.event_details, t.event_details.c.event_id == _e.c.id)
)


def search(connection: Connection, query: EventQuery) -> Iterator[SearchRow]:
    """Newest first, at most `query.limit`. The connection is in use until the last one is taken."""
    # Identifiers sort by time too: where no council narrows the search, the primary key gives the order.
    order = (_e.c.at, _e.c.id) if query.council else (_e.c.id,)
    found = _EVENT.where(*_conditions(connection, query)).order_by(*(c.desc() for c in order))
    left, size = query.limit, FIRST_PAGE
    last: Row[Any] | None = None
    while left > 0:
        page = connection.execute(_after(found, order, last).limit(min(size, left))).all()
        yield from _with_judgements(connection, [event_from(row) for row in page])
        if len(page) < min(size, left):
            return
        left, last, size = left - len(page), page[-1], min(size * 2, LARGEST_PAGE)


def _after(found: Select[Any], order: tuple[Column[Any], ...], last: Row[Any] | None) -> Select[Any]:
    if last is None:
        return found
    if len(order) == 1:
        return found.where(_e.c.id < last.id)
    return found.where(_e.c.at <= last.at, tuple_(_e.c.at, _e.c.id) < tuple_(last.at, last.id))


def _with_judgements(connection: Connection, events: list[Event]) -> Iterator[SearchRow]:
    """Each event with what the judgement of its message says, where it says nothing itself."""
    about = {e.reference for e in events if e.reference and e.kind is not Kind.JUDGED}
    rows = connection.execute(_EVENT.where(_e.c.kind == Kind.JUDGED.value, _e.c.reference.in_(about))) if about else ()
    judgements = {(e.council, e.reference): e for e in map(event_from, rows)}
    for event in events:
        judgement = judgements.get((event.council, event.reference))
        yield SearchRow(event if judgement is None else _joined(event, judgement))


def _joined(event: Event, judgement: Event) -> Event:
    return replace(
        event,
        verdict=event.verdict or judgement.verdict,
        rules=event.rules or judgement.rules,
        clauses=event.clauses or judgement.clauses,
        details={**judgement.details, **event.details},
    )


def _conditions(connection: Connection, query: EventQuery) -> Iterator[ColumnElement[bool]]:
    yield from _plain(query)
    if query.verdict:
        own = _e.c.verdict == query.verdict
        yield or_(own, and_(_e.c.verdict == "", _judged(_j.c.verdict == query.verdict)))
    if query.rule:
        named = json_text(query.rule)
        yield or_(_holds(_e.c.rules, named), and_(_e.c.rules == "[]", _judged(_holds(_j.c.rules, named))))
    if query.person:
        yield _listed(connection, query, t.event_people.c.person, search_key(query.person))
    if query.address:
        yield _listed(connection, query, t.event_addresses.c.address, address_key(query.address))
    if query.message_id:
        yield _listed(connection, query, t.event_details.c.message_id, message_id_key(query.message_id))
    for word in query.text.split():
        yield _has_word(whole_text(word.casefold()))


def _plain(query: EventQuery) -> Iterator[ColumnElement[bool]]:
    for column, value in ((_e.c.council, query.council), (_e.c.reference, query.reference), (_e.c.kind, query.kind)):
        if value:
            yield column == whole_text(value)
    if query.since is not None:
        yield _e.c.at >= micros(query.since)
    if query.until is not None:
        yield _e.c.at < micros(query.until)


def _judged(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """The judgement of the event's message is so."""
    return exists().where(_IS_JUDGEMENT, condition).correlate(_e)


def _holds(column: ColumnElement[str], part: str) -> ColumnElement[bool]:
    return column.contains(part, autoescape=True)


def _listed(connection: Connection, query: EventQuery, column: Column[str], value: str) -> ColumnElement[bool]:
    """What an index lists, itself or through its message: few are looked up from there, many are met soon enough when
    going back in time."""
    table, found = column.table, column == value
    if query.council:
        found = and_(found, table.c.council == whole_text(query.council))
    few = select(func.count()).select_from(select(table.c.event_id).where(found).limit(MANY).subquery())
    if connection.execute(few).scalar_one() < MANY:
        return _e.c.id.in_(_looked_up(table, found))
    own = exists().where(table.c.event_id == _e.c.id, table.c.council == _e.c.council, found)
    its = table.c.event_id == _j.c.id, table.c.council == _j.c.council, found
    return or_(own.correlate(_e), exists().where(_IS_JUDGEMENT, *its).correlate(_e))


def _looked_up(table: FromClause, found: ColumnElement[bool]) -> CompoundSelect[Any]:
    judgement, other = t.events.alias("listed"), t.events.alias("other")
    references = (
        select(judgement.c.reference)
        .join(table, table.c.event_id == judgement.c.id)
        .where(found, judgement.c.kind == Kind.JUDGED.value, judgement.c.reference != "")
    )
    return union(select(table.c.event_id).where(found), select(other.c.id).where(other.c.reference.in_(references)))


def _has_word(word: str) -> ColumnElement[bool]:
    d, jd = t.event_details.alias("own"), t.event_details.alias("judged")
    own = exists().where(d.c.event_id == _e.c.id, _holds(d.c.words, word)).correlate(_e)
    judged = exists().where(_IS_JUDGEMENT, jd.c.event_id == _j.c.id, _holds(jd.c.words, word)).correlate(_e)
    return or_(own, judged)
