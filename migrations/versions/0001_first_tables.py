"""The first tables. `council` is in every one; instants are microseconds since 1970 UTC.

Events are never changed or deleted, which triggers enforce; their personal halves stand in tables of their own, so that
retention can delete those.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def text(name: str) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=False)


def number(name: str, *, optional: bool = False) -> sa.Column[int]:
    return sa.Column(name, sa.BigInteger, nullable=optional)


def upgrade() -> None:
    messages()
    events()
    event_details()
    held()
    deliveries()
    documents()
    split_messages()
    if op.get_bind().dialect.name == "sqlite":
        seal_sqlite()
        foretell_sqlite()
    else:
        seal_postgresql()


def messages() -> None:
    op.create_table(
        "messages",
        text("reference"),
        text("council"),
        number("at"),
        text("door"),
        text("verdict"),
        text("outcome"),
        text("protocol_version"),
        text("digest"),
        sa.PrimaryKeyConstraint("reference"),
    )
    still_open = sa.text("outcome = 'open'")
    op.create_index("messages_open", "messages", ["at"], sqlite_where=still_open, postgresql_where=still_open)


def events() -> None:
    op.create_table(
        "events",
        text("id"),
        text("council"),
        number("at"),
        text("kind"),
        text("reference"),
        text("verdict"),
        text("rules"),
        text("clauses"),
        text("facts"),
        text("commitments"),
        text("digest"),
        sa.PrimaryKeyConstraint("id"),
        sqlite_with_rowid=False,
    )
    op.create_index("events_reference", "events", ["reference", "kind"])
    op.create_index("events_kind_at", "events", ["kind", "at"])
    op.create_index("events_council_at", "events", ["council", "at"])


def event_details() -> None:
    op.create_table(
        "event_details",
        text("event_id"),
        text("council"),
        text("sender"),
        text("subject"),
        text("message_id"),
        text("actor"),
        text("words"),
        text("details"),
        text("people"),
        text("salt"),
        sa.PrimaryKeyConstraint("event_id"),
        sa.ForeignKeyConstraint(["event_id"], ["events.id"]),
    )
    op.create_index("event_details_message_id", "event_details", ["message_id"])
    for table, key in (("event_people", "person"), ("event_addresses", "address")):
        op.create_table(
            table,
            text("council"),
            text(key),
            text("event_id"),
            sa.PrimaryKeyConstraint("council", key, "event_id"),
            sqlite_with_rowid=False,
        )


def held() -> None:
    op.create_table(
        "held",
        text("reference"),
        text("council"),
        text("state"),
        sa.Column("version", sa.Integer, nullable=False),
        number("received_at"),
        number("due_at"),
        text("door"),
        text("account"),
        text("mail_from"),
        text("rcpt_to"),
        text("sender"),
        text("author"),
        text("subject"),
        text("message_id"),
        text("verdict"),
        number("size"),
        text("digest"),
        text("reviewer"),
        text("concerned"),
        number("decided_at", optional=True),
        text("decided_by"),
        text("reason"),
        sa.PrimaryKeyConstraint("reference"),
    )
    op.create_index("held_queue", "held", ["council", "state", "due_at"])
    op.create_index("held_digest", "held", ["council", "digest"])
    op.create_table(
        "held_content",
        text("reference"),
        text("council"),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("reference"),
        sa.ForeignKeyConstraint(["reference"], ["held.reference"]),
    )


def deliveries() -> None:
    op.create_table(
        "deliveries",
        text("id"),
        text("council"),
        text("reference"),
        text("purpose"),
        text("door"),
        text("mail_from"),
        text("recipients"),
        sa.Column("raw", sa.LargeBinary, nullable=False),
        text("state"),
        number("created_at"),
        number("next_at"),
        sa.Column("attempts", sa.Integer, nullable=False),
        text("notice"),
        number("claimed_at", optional=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("deliveries_due", "deliveries", ["state", "next_at"])
    op.create_index("deliveries_reference", "deliveries", ["reference"])


def documents() -> None:
    op.create_table(
        "documents",
        text("council"),
        text("kind"),
        sa.Column("version", sa.Integer, autoincrement=False, nullable=False),
        text("text"),
        text("digest"),
        text("source"),
        number("at"),
        text("by"),
        sa.PrimaryKeyConstraint("council", "kind", "version"),
    )
    op.create_table(
        "channel_counts",
        text("council"),
        text("day"),
        text("channel"),
        number("count"),
        number("sealed"),
        sa.PrimaryKeyConstraint("council", "day", "channel"),
    )
    op.create_table(
        "served",
        text("council"),
        text("digest"),
        number("at"),
        sa.PrimaryKeyConstraint("council", "digest"),
    )


def split_messages() -> None:
    op.create_table(
        "transactions",
        text("key"),
        text("council"),
        text("reference"),
        number("at"),
        text("blind"),
        text("disclosed"),
        number("look_at", optional=True),
        sa.PrimaryKeyConstraint("key", "council", "reference"),
        sqlite_with_rowid=False,
    )
    op.create_index("transactions_at", "transactions", ["at"])
    waiting = sa.text("look_at IS NOT NULL")
    op.create_index("transactions_look", "transactions", ["look_at"], sqlite_where=waiting, postgresql_where=waiting)
    op.create_table(
        "debts",
        text("council"),
        text("key"),
        text("person"),
        text("creditor"),
        text("reference"),
        text("state"),
        number("at"),
        text("delivery"),
        sa.PrimaryKeyConstraint("council", "key", "person", "creditor"),
    )
    op.create_index("debts_delivery", "debts", ["delivery"])
    op.create_index("debts_state", "debts", ["council", "state"])


def seal_sqlite() -> None:
    """INSERT OR REPLACE deletes without asking the other triggers, so an id that is there is refused as well."""
    for action in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER events_no_{action.lower()} BEFORE {action} ON events"
            " BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
        )
    op.execute(
        "CREATE TRIGGER events_no_replace BEFORE INSERT ON events WHEN EXISTS (SELECT 1 FROM events WHERE id = NEW.id)"
        " BEGIN SELECT RAISE(ABORT, 'events are never changed'); END"
    )


SIZES = (
    ("events", "events", "5000000 1"),
    ("events", "events_reference", "5000000 3 2"),
    ("events", "events_kind_at", "5000000 500000 2"),
    ("events", "events_council_at", "5000000 2000000 2"),
    ("event_details", "event_details_message_id", "2000000 2"),
    ("event_people", "event_people", "5000000 2000000 100000 1"),
    ("event_addresses", "event_addresses", "5000000 2000000 1000 1"),
)
"""Table, index, and how many rows it has: altogether, and for each value of its first column, its first two, ..."""


def foretell_sqlite() -> None:
    """SQLite plans well only where it knows how much an index narrows a search, and never finds out by itself. This is
    what it would find after some years; a later ANALYZE puts the truth in its place."""
    op.execute("ANALYZE")
    for table, index, sizes in SIZES:
        op.execute(f"INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES ('{table}', '{index}', '{sizes}')")


def seal_postgresql() -> None:
    op.execute(
        "CREATE FUNCTION events_never_change() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN RAISE EXCEPTION 'events are never changed' USING ERRCODE = 'restrict_violation'; END $$"
    )
    op.execute(
        "CREATE TRIGGER events_no_change BEFORE UPDATE OR DELETE ON events"
        " FOR EACH ROW EXECUTE FUNCTION events_never_change()"
    )
    op.execute(
        "CREATE TRIGGER events_no_truncate BEFORE TRUNCATE ON events"
        " FOR EACH STATEMENT EXECUTE FUNCTION events_never_change()"
    )


def downgrade() -> None:
    raise RuntimeError("There is nothing before the first tables; restore a backup instead.")
