"""Bringing a database to the tables that this release works with, through Alembic, without its configuration file."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, text

from gatekeeper.shipped import migrations_folder
from gatekeeper.storage.engine import translated

_LOCK = 0x6761746B
"""Any number of ours: who holds this PostgreSQL advisory lock upgrades, the others wait."""


def upgrade(engine: Engine, scripts: Path | None = None) -> None:
    """Apply what is missing, all of it in one transaction; processes that start together do it one after another.
    `engine` is a writer's. `scripts` is the folder of the migrations. Raises `TryAgain`."""
    with translated(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(scripts, connection), "head")


def current(engine: Engine) -> str:
    """The revision the database is at; "" where it is empty. Raises `TryAgain`."""
    with translated(), engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def head(scripts: Path | None = None) -> str:
    """The revision that this release works with."""
    return ScriptDirectory.from_config(_config(scripts)).get_current_head() or ""


def _config(scripts: Path | None, connection: Connection | None = None) -> Config:
    config = Config()
    folder = scripts if scripts is not None else migrations_folder()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
