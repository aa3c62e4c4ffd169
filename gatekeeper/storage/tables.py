"""The tables as the migrations leave them. Every one has `council`; instants are microseconds since 1970 UTC (BIGINT),
which sort, and come back exactly, on every database. JSON is kept as ASCII text, written by `plain.py`."""

from sqlalchemy import BigInteger, Column, Integer, LargeBinary, MetaData, Table, Text

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


def _instant(name: str, *, optional: bool = False) -> Column[int]:
    return Column(name, BigInteger, nullable=optional)


messages = Table(
    "messages",
    metadata,
    _text("reference", key=True),
    _text("council"),
    _instant("at"),
    _text("door"),
    _text("verdict"),
    _text("outcome"),
    _text("protocol_version"),
    _text("digest"),
)

events = Table(
    "events",
    metadata,
    _text("id", key=True),
    _text("council"),
    _instant("at"),
    _text("kind"),
    _text("reference"),
    _text("verdict"),
    _text("rules"),
    _text("clauses"),
    _text("facts"),
    _text("commitments"),
    _text("digest"),
)
"""Insert-only, which triggers enforce. `digest` covers all other columns: see `sealing.py`."""

event_details = Table(
    "event_details",
    metadata,
    _text("event_id", key=True),
    _text("council"),
    _text("sender"),
    _text("subject"),
    _text("message_id"),
    _text("actor"),
    _text("words"),
    _text("details"),
    _text("people"),
    _text("salt"),
)
"""The personal half of an event, and the salt of its commitments in hex; no row where there is nothing personal, or
where retention deleted it. `message_id` is a search key; `words` are subject and reasons in lower case."""

event_people = Table(
    "event_people", metadata, _text("council", key=True), _text("person", key=True), _text("event_id", key=True)
)

event_addresses = Table(
    "event_addresses", metadata, _text("council", key=True), _text("address", key=True), _text("event_id", key=True)
)
"""`address` is the key under which two spellings of a mailbox are one."""

held = Table(
    "held",
    metadata,
    _text("reference", key=True),
    _text("council"),
    _text("state"),
    Column("version", Integer, nullable=False),
    _instant("received_at"),
    _instant("due_at"),
    _text("door"),
    _text("account"),
    _text("mail_from"),
    _text("rcpt_to"),
    _text("sender"),
    _text("author"),
    _text("subject"),
    _text("message_id"),
    _text("verdict"),
    Column("size", BigInteger, nullable=False),
    _text("digest"),
    _text("reviewer"),
    _text("concerned"),
    _instant("decided_at", optional=True),
    _text("decided_by"),
    _text("reason"),
)

held_content = Table(
    "held_content",
    metadata,
    _text("reference", key=True),
    _text("council"),
    Column("raw", LargeBinary, nullable=False),
)

deliveries = Table(
    "deliveries",
    metadata,
    _text("id", key=True),
    _text("council"),
    _text("reference"),
    _text("purpose"),
    _text("door"),
    _text("mail_from"),
    _text("recipients"),
    Column("raw", LargeBinary, nullable=False),
    _text("state"),
    _instant("created_at"),
    _instant("next_at"),
    Column("attempts", Integer, nullable=False),
    _text("notice"),
    _instant("claimed_at", optional=True),
)
"""`claimed_at`: when a worker last took it to send it."""

documents = Table(
    "documents",
    metadata,
    _text("council", key=True),
    _text("kind", key=True),
    Column("version", Integer, primary_key=True, autoincrement=False),
    _text("text"),
    _text("digest"),
    _text("source"),
    _instant("at"),
    _text("by"),
)

channel_counts = Table(
    "channel_counts",
    metadata,
    _text("council", key=True),
    _text("day", key=True),
    _text("channel", key=True),
    Column("count", BigInteger, nullable=False),
    Column("sealed", BigInteger, nullable=False),
)
"""`sealed`: how many of them events in the trail tell of."""

served = Table(
    "served",
    metadata,
    _text("council", key=True),
    _text("digest", key=True),
    _instant("at"),
)

transactions = Table(
    "transactions",
    metadata,
    _text("key", key=True),
    _text("council", key=True),
    _text("reference", key=True),
    _instant("at"),
    _text("blind"),
    _text("disclosed"),
    _instant("look_at", optional=True),
)
"""`blind` and `disclosed` are JSON lists of person ids."""

debts = Table(
    "debts",
    metadata,
    _text("council", key=True),
    _text("key", key=True),
    _text("person", key=True),
    _text("creditor", key=True),
    _text("reference"),
    _text("state"),
    _instant("at"),
    _text("delivery"),
)
