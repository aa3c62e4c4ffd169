"""How Alembic runs the migrations: on the connection and in the transaction that the caller gives it."""

from alembic import context

connection = context.config.attributes.get("connection")
if connection is None:
    raise SystemExit("Migrations are run with: gatekeeper db upgrade")

context.configure(connection=connection, target_metadata=None)
with context.begin_transaction():
    context.run_migrations()
