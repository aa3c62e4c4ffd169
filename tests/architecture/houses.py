"""Which house may import which, and what the pure houses must not touch."""

import ast
import sys
from collections.abc import Iterator
from types import MappingProxyType

from tests.architecture.sources import Import, Module, dotted_name, imports_of

INSIDE = frozenset({"core", "mail", "detect", "rules", "services"})
"""The houses that the outside world (storage, smtp, web, cli) may lean on."""

FLOOR = frozenset({"errors", "logs", "shipped"})
"""Small modules at the top of the package for everybody who is not pure."""

JOINERS = frozenset({"bootstrap", "processes", "examination"})
"""They join the parts and may import everything."""

MAY_IMPORT = MappingProxyType(
    {
        "core": frozenset[str](),
        "mail": frozenset({"core"}),
        "detect": frozenset({"core"}),
        "rules": frozenset({"core", "detect"}),
        "services": (INSIDE - {"services"}) | {"errors", "logs"},
        "files": frozenset({"core", "services"}) | FLOOR,
        "storage": INSIDE | FLOOR | {"settings"},
        "smtp": INSIDE | FLOOR | {"settings"},
        "web": INSIDE | FLOOR | {"settings"} | JOINERS,
        "cli": INSIDE | FLOOR | {"settings"} | JOINERS,
        "errors": frozenset({"core"}),
        "logs": frozenset({"core", "errors"}),
        "shipped": frozenset[str](),
        "settings": frozenset({"core", "errors", "shipped", "files"}),
        "__main__": frozenset({"cli"}),
    }
)
"""By house or top module; `JOINERS` apart."""

PURE = frozenset({"core", "mail", "detect", "rules"})

FILES_LIBRARIES = frozenset({"email_validator", "pydantic", "pydantic_core", "tomlkit", "tomli_w"})
"""TOML is parsed at the edge with these, so that no other library's objects get past it."""

IMPURE_MODULES = frozenset(
    """aiosmtpd aiosmtplib alembic asyncio ftplib glob http.client http.server logging multiprocessing os psycopg
    random requests secrets select selectors shelve shutil signal smtplib socket socketserver sqlalchemy sqlite3 ssl
    structlog subprocess tempfile threading time urllib.request uvloop""".split()
)

IMPURE_CALLS = frozenset(
    """date.today datetime.date.today datetime.datetime.now datetime.datetime.today datetime.datetime.utcnow
    datetime.now datetime.today datetime.utcnow exec eval email.utils.localtime email.utils.make_msgid input localtime
    make_msgid open print sys.exit sys.stderr.write sys.stdout.write time.monotonic time.perf_counter
    time.sleep time.time uuid.uuid1 uuid.uuid4 uuid1 uuid4
    """.split()
)


def house_of(dotted: str) -> str:
    """`core` for `gatekeeper.core.address`; empty for another package, or for `gatekeeper` itself."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == "gatekeeper" and len(parts) > 1 else ""


def wrong_ways(modules: tuple[Module, ...]) -> Iterator[str]:
    """A line for each import that points outwards, or comes from a house that nobody has named here."""
    for module in modules:
        house = house_of(module.name)
        if not house or house in JOINERS:
            continue
        if house not in MAY_IMPORT:
            yield f"{module.name}: no rule says what {house} may import"
            continue
        for found in imports_of(module):
            if not _allowed(house, found):
                yield f"{found.source}:{found.line}: {house} may not import {found.target}"


def _allowed(house: str, found: Import) -> bool:
    top = found.target.split(".")[0]
    if top == "gatekeeper":
        target = house_of(found.target)
        return target in {house, "__version__"} or target in MAY_IMPORT[house]
    if house == "files":
        return top in FILES_LIBRARIES or top in sys.stdlib_module_names
    return house not in PURE or not _impure(found.target)


def _impure(target: str) -> bool:
    return any(target == name or target.startswith(f"{name}.") for name in IMPURE_MODULES)


def impure_calls(modules: tuple[Module, ...]) -> Iterator[str]:
    """A line for each call in a pure house that reads a clock, chance or a file, or speaks to the outside."""
    for module in modules:
        if house_of(module.name) not in PURE:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (name := dotted_name(node.func)) in IMPURE_CALLS:
                yield f"{module.name}:{node.lineno}: {name}()"
