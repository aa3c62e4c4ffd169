"""Bringing a database to the tables that this release works with, through Alembic, without its configuration file."""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Engine, inspect, text

from gatekeeper.shipped import migrations_folder
from gatekeeper.storage.engine import translated

if TYPE_CHECKING:
    from alembic.config import Config

_LOCK = 0x6761746B
"""Any number of ours: who holds this PostgreSQL advisory lock upgrades, the others wait."""


def upgrade(engine: Engine, scripts: Path | None = None) -> None:
    """Apply what is missing, all of it in one transaction; processes that start together do it one after another.
    `engine` is a writer's. `scripts` is the folder of the migrations. Raises `TryAgain`."""
    from alembic import command  # a third of a command's start, and needed once a release

    with translated(), engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})
        command.upgrade(_config(scripts, connection), "head")


def current(engine: Engine) -> str:
    """The revision the database is at; "" where it is empty. Raises `TryAgain`."""
    with translated(), engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return ""
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar() or ""


def head(scripts: Path | None = None) -> str:
    """The revision that this release works with: migrations follow one another, and their files begin with it."""
    folder = scripts if scripts is not None else migrations_folder()
    return max((f.name.split("_")[0] for f in (folder / "versions").glob("[0-9]*_*.py")), default="")


def _config(scripts: Path | None, connection: Connection) -> "Config":
    from alembic.config import Config

    config = Config()
    folder = scripts if scripts is not None else migrations_folder()
    config.set_main_option("script_location", str(folder).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    return config
