"""The example files of tests/configs: what is read with which reader, and what a bad one says it is refused with."""

from collections.abc import Callable, Mapping
from pathlib import Path

from gatekeeper.files.protocol import parse_protocol
from gatekeeper.files.register import parse_register
from gatekeeper.settings import parse_settings

CONFIGS = Path(__file__).resolve().parents[1] / "configs"
SAID = "#! "

READERS: Mapping[str, Callable[[str, Path], object]] = {
    "settings": lambda text, file: parse_settings(text, file, {"GATEKEEPER_HOME": str(file.parent)}),
    "register": lambda text, file: parse_register(text, "stow", str(file)),
    "protocol": lambda text, file: parse_protocol(text, "stow", str(file)),
    "toml": lambda text, file: parse_register(text, "stow", str(file)),
}
"""By folder."""


def bad_files() -> list[Path]:
    return sorted(f for kind in READERS for f in (CONFIGS / "bad" / kind).glob("*.toml"))


def read(file: Path) -> object:
    return READERS[file.parent.name](file.read_text(encoding="utf-8"), file)


def expected(file: Path) -> str:
    """Its `#!` lines: every sentence that it is refused with, in order. {folder} stands for the
    file's own."""
    lines = file.read_text(encoding="utf-8").splitlines()
    said = (line.removeprefix(SAID).replace("{folder}", str(file.parent)) for line in lines if line.startswith(SAID))
    return "\n".join(f"{file}: {line}" for line in said)
