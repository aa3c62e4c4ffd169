"""Tests are neither skipped nor made to wait by the clock."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import CHECKOUT, dotted_name, modules_of

NOT_IN_TESTS = frozenset(
    "pytest.skip pytest.importorskip pytest.mark.skip pytest.mark.skipif unittest.skip time.sleep".split()
)


def evasions(root: Path) -> Iterator[str]:
    """A line for each skip and each wait by the clock in the tests below `root`; benchmarks are scripts, not tests."""
    for module in modules_of(root, "tests"):
        if module.name.startswith("tests.benchmarks."):
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and (name := dotted_name(node)) in NOT_IN_TESTS:
                yield f"{module.name}:{node.lineno}: {name}"


def test_no_test_of_ours_is_skipped_or_sleeps() -> None:
    assert "\n".join(evasions(CHECKOUT)) == ""


@pytest.mark.parametrize(
    ("source", "name"),
    [
        ("@pytest.mark.skipif(True, reason='')\ndef test_a(): ...", "pytest.mark.skipif"),
        ("@pytest.mark.skip\ndef test_a(): ...", "pytest.mark.skip"),
        ("pytest.importorskip('psycopg')", "pytest.importorskip"),
        ("def test_a():\n    time.sleep(1)", "time.sleep"),
    ],
)
def test_a_skip_or_a_sleep_is_found(tmp_path: Path, source: str, name: str) -> None:
    (tmp_path / "tests").mkdir()
    (tmp_path / "tests" / "test_a.py").write_text(source)
    (found,) = evasions(tmp_path)
    assert found.endswith(f": {name}")
