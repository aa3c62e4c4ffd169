"""No machine's paths and no index addresses in tracked files, and no endless modules."""

from pathlib import Path

import pytest

from tests.architecture.sources import CHECKOUT
from tests.architecture.words import LONGEST_MODULE, forbidden_words, long_modules, tracked_files


def test_tracked_files_name_no_machine_and_no_index() -> None:
    files = tracked_files(CHECKOUT)
    assert CHECKOUT / "pyproject.toml" in files
    assert "\n".join(forbidden_words(CHECKOUT, files)) == ""


def test_no_module_is_endless() -> None:
    assert "\n".join(long_modules(CHECKOUT)) == ""


@pytest.mark.parametrize(
    "words",
    [
        "see /" + "work/main",
        'open("/' + 'home/ann/mail")',
        "cd /" + "root/x",
        "/" + "tmp/v/dev",
        "/" + "Users/ann",
        "C:" + "\\Users\\ann",
        "https:" + "//pypi.org/simple",
        "http:" + "//test.pypi.org/",
        "https:" + "//files." + "pythonhosted.org/x.whl",
        '"resolved": "https:' + "//registry." + 'npmjs.org/a"',
    ],
)
def test_forbidden_words_are_found_with_their_line(tmp_path: Path, words: str) -> None:
    (tmp_path / "a.md").write_text(f"first\n{words} and more\n")
    (found,) = forbidden_words(tmp_path, (tmp_path / "a.md",))
    assert found.startswith("a.md:2: ")


@pytest.mark.parametrize(
    "words",
    ["/etc/gatekeeper", "/var/lib/gatekeeper", "https://www.stotfold.example/work/plans", "tests/home/x", "pypi"],
)
def test_other_paths_and_addresses_are_left_alone(tmp_path: Path, words: str) -> None:
    (tmp_path / "a.md").write_text(words)
    assert list(forbidden_words(tmp_path, (tmp_path / "a.md",))) == []


def test_binary_files_are_passed_over(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(b"\x89PNG\0 /" + b"home/ann")
    assert list(forbidden_words(tmp_path, (tmp_path / "a.png",))) == []


def test_a_corpus_mail_may_name_its_own_machine_but_no_index(tmp_path: Path) -> None:
    mail = tmp_path / "tests" / "corpus" / "a.eml"
    mail.parent.mkdir(parents=True)
    mail.write_text("/" + "home/ann\nhttps:" + "//pypi.org/simple\n")
    assert list(forbidden_words(tmp_path, (mail,))) == ["tests/corpus/a.eml:2: https:" + "//pypi"]


def test_an_endless_module_is_found(tmp_path: Path) -> None:
    folder = tmp_path / "gatekeeper" / "core"
    folder.mkdir(parents=True)
    (folder / "fits.py").write_text("x = 1\n" * LONGEST_MODULE)
    (folder / "saga.py").write_text("x = 1\n" * (LONGEST_MODULE + 1))
    assert list(long_modules(tmp_path)) == [f"gatekeeper/core/saga.py: {LONGEST_MODULE + 1} lines"]
