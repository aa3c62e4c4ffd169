"""The lock files name exact versions with their digests, say nothing of where they come from, and follow pyproject."""

import re
import tomllib
from pathlib import Path

import pytest

from tests.architecture.sources import CHECKOUT

LOCKS = ("requirements.txt", "requirements-dev.txt", "requirements-build.txt")
PIN = re.compile(r"(?P<name>[a-z0-9.-]+)(\[[a-z,]+\])?==(?P<version>\S+)( ;.+)?( --hash=sha256:[0-9a-f]{64})+")


def pins(text: str) -> dict[str, str]:
    """Version by name. Raises ValueError at a line that is not an exact version with digests."""
    found = {}
    for line in re.sub(r"\s*\\\n\s*", " ", text).splitlines():
        line = line.partition("#")[0].strip()
        if not line:
            continue
        if (pin := PIN.fullmatch(line)) is None:
            raise ValueError(line)
        found[pin["name"]] = pin["version"]
    return found


def asked_for(requirements: list[str]) -> set[str]:
    return {re.split(r"[^A-Za-z0-9._-]", text)[0].lower() for text in requirements}


def locked(name: str) -> dict[str, str]:
    return pins((CHECKOUT / name).read_text())


def test_what_pyproject_asks_for_is_locked() -> None:
    project = tomllib.loads((CHECKOUT / "pyproject.toml").read_text())["project"]
    needed = asked_for(project["dependencies"])
    assert needed <= locked("requirements.txt").keys()
    assert needed | asked_for(project["optional-dependencies"]["dev"]) <= locked("requirements-dev.txt").keys()


def test_tests_run_with_the_versions_that_are_shipped() -> None:
    tested = locked("requirements-dev.txt")
    assert {name: tested[name] for name in locked("requirements.txt")} == locked("requirements.txt")
    build = locked("requirements-build.txt")
    assert {name: tested[name] for name in build.keys() & tested.keys()}.items() <= build.items()


@pytest.mark.parametrize("name", LOCKS)
def test_a_lock_says_nothing_of_where_files_come_from(name: str) -> None:
    text = (Path(CHECKOUT) / name).read_text()
    assert "://" not in text
    assert not re.search(r"^\s*-{1,2}(index|extra|find|trusted|i|f)\b", text, re.MULTILINE)


@pytest.mark.parametrize("line", ["idna", "idna==3.20", "idna>=3 --hash=sha256:" + "0" * 64, "--index-url x", "-e ."])
def test_a_line_without_an_exact_version_and_digest_is_found(line: str) -> None:
    with pytest.raises(ValueError, match=re.escape(line)):
        pins(f"# comment\n{line}\n")
