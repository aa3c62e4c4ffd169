"""gatekeeper.toml: the doors, the store, the pages and the councils of this installation.

Nothing is read at import. Paths of councils' files and certificates are relative to the folder of gatekeeper.toml; the
store and the secrets, which gatekeeper makes itself, to `$GATEKEEPER_HOME`, else to the working directory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from urllib.parse import urlsplit

from gatekeeper.core.address import Address
from gatekeeper.files.councils import CouncilFiles
from gatekeeper.files.doors import (
    BareNewline,
    DoorLimits,
    Endpoint,
    ListenerSettings,
    NextHopTls,
    check_doors,
    door_warnings,
    endpoint_in,
    listener_in,
)
from gatekeeper.files.faults import Faults
from gatekeeper.files.names import address_in, id_in
from gatekeeper.files.packs import Packs
from gatekeeper.files.table import Table, told
from gatekeeper.files.toml_text import read_text, read_toml

__all__ = [
    "BareNewline",
    "CouncilFiles",
    "DoorLimits",
    "Endpoint",
    "ListenerSettings",
    "NextHopTls",
    "OwnAddresses",
    "Settings",
    "StoreSettings",
    "config_file",
    "load_settings",
    "parse_settings",
]

DEFAULT_FILE = Path("config/gatekeeper.toml")
DEFAULT_STORE = "sqlite:///var/gatekeeper.db"

_SQLITE = "sqlite:///"
_POSTGRESQL = "postgresql+psycopg://"


@dataclass(frozen=True, slots=True)
class StoreSettings:
    """`url` as SQLAlchemy takes it, a SQLite file's path made absolute. `password` is PostgreSQL's, from its file."""

    url: str = field(repr=False)
    password: str = field(default="", repr=False)

    @property
    def sqlite_file(self) -> Path | None:
        """The embedded database's file; `None` for PostgreSQL."""
        if not self.url.startswith(_SQLITE):
            return None
        return Path(self.url.removeprefix(_SQLITE).partition("?")[0])


@dataclass(frozen=True, slots=True)
class OwnAddresses:
    """What gatekeeper answers itself. A message sent to `check` alone is judged and explained to its sender; notices
    come from `notices`. `None` where there is none."""

    check: Address | None = None
    notices: Address | None = None


@dataclass(frozen=True)
class Settings:
    """Everything in gatekeeper.toml, which lies in `folder`. `processes` is how many relay processes serve a door;
    `key_file` holds the installation's secret and is made at the first start."""

    file: Path
    folder: Path
    store: StoreSettings
    listeners: tuple[ListenerSettings, ...]
    web: Endpoint
    councils: tuple[CouncilFiles, ...]
    addresses: OwnAddresses
    key_file: Path
    processes: int = 1
    operators: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Operating-system account -> id of the person who works under it."""

    def packs(self) -> Packs:
        """The protocol packs: those that lie in protocols/ beside gatekeeper.toml go before the shipped ones."""
        return Packs(self.folder / "protocols")

    def warnings(self) -> tuple[str, ...]:
        """What is allowed and yet hardly meant, as sentences."""
        return tuple(door_warnings(self.listeners))


def config_file(given: Path | None, environment: Mapping[str, str]) -> Path:
    """The file that `--config` names, else `$GATEKEEPER_CONFIG`, else config/gatekeeper.toml."""
    return given or Path(environment.get("GATEKEEPER_CONFIG") or DEFAULT_FILE)


def load_settings(file: Path, environment: Mapping[str, str]) -> Settings:
    """Raises `Unusable` with a line for every fault. `$GATEKEEPER_STORE_URL` goes before the file's store."""
    return parse_settings(read_text(file, "--config or $GATEKEEPER_CONFIG"), file, environment)


def parse_settings(text: str, file: Path, environment: Mapping[str, str]) -> Settings:
    """The settings in a text that stands in `file`. Raises `Unusable` with a line for every fault."""
    folder = file.absolute().parent
    home = Path(environment.get("GATEKEEPER_HOME") or ".").absolute()
    faults = Faults(str(file))
    top = Table(read_toml(text, str(file)), faults)
    settings = Settings(
        file=file,
        folder=folder,
        store=_store(top, home, environment),
        listeners=tuple(listener_in(t, folder) for t in top.tables("listener")),
        web=_web(top),
        councils=tuple(_council(t, folder) for t in top.tables("council")),
        addresses=_addresses(top),
        key_file=_key_file(top, home),
        processes=_processes(top),
        operators=_operators(top),
    )
    _check(top, settings)
    top.done()
    faults.raise_if_any()
    return settings


def _check(top: Table, settings: Settings) -> None:
    if not top.has("listener"):
        top.wrong("listener", "there is no door", "write [[listener]], and below it name, address and next_hop")
    if not top.has("council"):
        top.wrong("council", "there is no council", "write [[council]], and below it id, register and protocol")
    check_doors(settings.listeners, settings.web, top.faults)
    ids = [c.id for c in settings.councils]
    for number in _repeated(ids):
        top.faults.add(f"council[{number}].id", f"{told(ids[number])} is another council already", "write another id")


def _repeated(names: list[str]) -> Iterable[int]:
    return (n for n, name in enumerate(names) if name and name in names[:n])


def _council(table: Table, folder: Path) -> CouncilFiles:
    id = id_in(table, "id", "stotfold")
    register = table.text("register", example=f"councils/{id or 'stotfold'}/register.toml")
    protocol = table.text("protocol", example=f"councils/{id or 'stotfold'}/protocol.toml")
    table.done()
    return CouncilFiles(id, folder / register, folder / protocol)


def _web(top: Table) -> Endpoint:
    table = top.table("web")
    found = endpoint_in(table, "address", "127.0.0.1:8080", any_port=True, default="127.0.0.1:8080")
    table.done()
    return found


def _addresses(top: Table) -> OwnAddresses:
    table = top.table("addresses")
    found = {}
    for key in ("check", "notices"):
        text = table.text(key, default="")
        found[key] = address_in(table.faults, table.at(key), text) if text else None
    check, notices = found["check"], found["notices"]
    if check is not None and notices is not None and check.key == notices.key:
        table.wrong("notices", f"{notices} is the check address already", "write another address, or leave it out")
    table.done()
    return OwnAddresses(check, notices)


def _key_file(top: Table, home: Path) -> Path:
    table = top.table("secrets")
    text = table.text("key_file", default="var/gatekeeper.key", example="var/gatekeeper.key", filled=True)
    table.done()
    return home / text


def _processes(top: Table) -> int:
    table = top.table("relay")
    found = table.whole("processes", 1, low=1, high=64)
    table.done()
    return found


def _operators(top: Table) -> Mapping[str, str]:
    table = top.table("operators")
    found = {account: id_in(table, account, "a-clerk") for account in table.names()}
    table.done()
    return MappingProxyType(found)


# --- the store -----------------------------------------------------------------------------------------------------


def _store(top: Table, home: Path, environment: Mapping[str, str]) -> StoreSettings:
    table = top.table("store")
    url, path = table.text("url", default=DEFAULT_STORE), table.at("url")
    if given := environment.get("GATEKEEPER_STORE_URL", ""):
        url, path = given, "$GATEKEEPER_STORE_URL"
    password_file = table.text("password_file", default="")
    table.done()
    if password_file and url.startswith(_SQLITE):
        table.wrong("password_file", "an embedded database has no password", "remove it")
        password_file = ""
    password = _password(table, home / password_file) if password_file else ""
    return StoreSettings(_url(url, path, home, table.faults), password)


def _url(url: str, path: str, home: Path, faults: Faults) -> str:
    """Never says the URL in a fault, as there may be a password in it."""
    remedy = f'write "{DEFAULT_STORE}" or "{_POSTGRESQL}user@host/database"'
    if url.startswith(_SQLITE):
        name, mark, options = url.removeprefix(_SQLITE).partition("?")
        if not name or name == ":memory:":
            faults.add(path, "the database has no file, so held mail would be lost", f'write "{DEFAULT_STORE}"')
        return f"{_SQLITE}{home / name}{mark}{options}"
    if url.startswith(_POSTGRESQL):
        if not _names_a_database(url):
            faults.add(path, "host or database is missing", f'write "{_POSTGRESQL}user@host/database"')
    elif url.startswith(("postgresql:", "postgres:")):
        faults.add(path, "the driver is missing", f"begin it with {_POSTGRESQL}")
    else:
        faults.add(path, "this is no store that gatekeeper knows", remedy)
    return url


def _names_a_database(url: str) -> bool:
    """A Unix socket's folder may be given as ?host=/folder in place of a host."""
    try:
        parts = urlsplit(url)
        return bool(parts.path.strip("/")) and bool(parts.hostname or "host=" in parts.query)
    except ValueError:
        return False


def _password(table: Table, path: Path) -> str:
    try:
        password = path.read_text(encoding="utf-8").rstrip("\r\n")
    except (OSError, ValueError):
        table.wrong("password_file", f"{path} cannot be read", "let the account that runs gatekeeper read it")
        return ""
    if not password:
        table.wrong("password_file", f"{path} is empty", "write the password into it, on one line")
    return password
