"""Where the files shipped with gatekeeper lie: beside the package in a checkout, inside it once installed."""

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def config_folder() -> Path:
    """The folder with `protocols/` (the packs), `notices/` and the demo council. Raises FileNotFoundError."""
    return _shipped("config")


def migrations_folder() -> Path:
    """The Alembic script folder, for `script_location`. Raises FileNotFoundError."""
    return _shipped("migrations")


def _shipped(name: str) -> Path:
    """An installed copy goes first: only there can a stranger's folder of this name lie beside the package."""
    return find_shipped(_PACKAGE, name)


def find_shipped(package: Path, name: str) -> Path:
    """The shipped folder `name` for a package at `package`; a folder beside it counts only in a checkout."""
    installed = package / "_shipped" / name
    if installed.is_dir():
        return installed
    beside = package.parent / name
    if beside.is_dir() and (package.parent / "pyproject.toml").is_file():
        return beside
    raise FileNotFoundError(f"gatekeeper's own {name}/ folder is missing; install gatekeeper again")
