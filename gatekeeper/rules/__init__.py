"""The rules, one a file. A module here with a `RULE` is a rule; nothing else has to be told of it."""

import importlib
import pkgutil
from functools import cache

from gatekeeper.core.case import Rule


@cache
def all_rules() -> tuple[Rule, ...]:
    """Every rule, by name."""
    names = (m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))
    modules = (importlib.import_module(f"{__name__}.{name}") for name in names)
    return tuple(sorted((m.RULE for m in modules), key=lambda r: r.name))
