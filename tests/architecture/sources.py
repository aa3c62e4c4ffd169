"""Reading a tree of Python modules without importing them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Module:
    """One source file of the package, `name` dotted as an import would say it."""

    name: str
    path: Path
    tree: ast.Module

    @property
    def package(self) -> str:
        """What a relative import starts from."""
        return self.name if self.path.name == "__init__.py" else self.name.rpartition(".")[0]


@dataclass(frozen=True, slots=True)
class Import:
    """One imported name; `target` is the module, or module and name where only running it could tell them apart."""

    source: str
    line: int
    target: str


def modules_of(root: Path, package: str = "gatekeeper") -> tuple[Module, ...]:
    """Every module of the package below `root`, in order of name."""
    return tuple(
        Module(_dotted(path.relative_to(root)), path, ast.parse(path.read_bytes(), str(path)))
        for path in sorted((root / package).rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports_of(module: Module) -> Iterator[Import]:
    """Every import anywhere in the module: inside functions and under TYPE_CHECKING too."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(module.name, node.lineno, alias.name)
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            for alias in node.names:
                yield Import(module.name, node.lineno, f"{base}.{alias.name}")
        elif isinstance(node, ast.Call) and dotted_name(node.func) in {"__import__", "importlib.import_module"}:
            for word in node.args[:1]:
                if isinstance(word, ast.Constant) and isinstance(word.value, str):
                    yield Import(module.name, node.lineno, word.value)


def _base(module: Module, node: ast.ImportFrom) -> str:
    """The module that `from ... import` names, made absolute."""
    if not node.level:
        return node.module or ""
    parts = module.package.split(".")
    parts = parts[: len(parts) - (node.level - 1)]
    return ".".join([*parts, *([node.module] if node.module else [])])


def dotted_name(node: ast.expr) -> str:
    """`a.b.c` for a chain of names; empty for anything else."""
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute) and (left := dotted_name(node.value)):
        return f"{left}.{node.attr}"
    return ""
