"""Stores for the conformance suites: every test runs on a new SQLite file and on a new PostgreSQL database."""

import shutil
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import make_url

from gatekeeper.storage.engine import open_database
from gatekeeper.storage.migrate import upgrade
from gatekeeper.storage.store import SqlStore
from tests.postgres import postgresql

_NUMBERS = count(1)


@pytest.fixture(scope="session")
def cluster() -> Iterator[str]:
    """A server with a migrated database `template`; its address."""
    with postgresql() as url:
        _execute(url, "CREATE DATABASE template")
        database = open_database(_named(url, "template"))
        upgrade(database.writer)
        database.close()
        yield url


@pytest.fixture(scope="session")
def template_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database without content."""
    file = tmp_path_factory.mktemp("template") / "store.db"
    database = open_database(f"sqlite:///{file}")
    upgrade(database.writer)
    database.close()
    return file


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path, template_file: Path) -> Iterator[str]:
    """The address of an empty store."""
    if request.param == "sqlite":
        shutil.copy(template_file, tmp_path / "store.db")
        yield f"sqlite:///{tmp_path}/store.db"
    else:
        yield request.getfixturevalue("postgresql_url")


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/empty.db"
    else:
        cluster: str = request.getfixturevalue("cluster")
        name = f"empty{next(_NUMBERS)}"
        _execute(cluster, f"CREATE DATABASE {name}")
        yield _named(cluster, name)
        _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def postgresql_url(cluster: str) -> Iterator[str]:
    """As `url`, only on PostgreSQL."""
    name = f"store{next(_NUMBERS)}"
    _execute(cluster, f"CREATE DATABASE {name} TEMPLATE template")
    yield _named(cluster, name)
    _execute(cluster, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def store(url: str) -> AsyncIterator[SqlStore]:
    store = SqlStore.open(url)
    yield store
    await store.close()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


def _execute(url: str, statement: str) -> None:
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(statement)
