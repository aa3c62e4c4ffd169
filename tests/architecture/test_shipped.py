"""An installed gatekeeper brings its packs, notices, demo council and migrations along."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from gatekeeper.shipped import find_shipped
from tests.architecture.sources import CHECKOUT


def a_file(path: Path, text: str = "") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def a_small_checkout(root: Path) -> Path:
    """Our own build recipe and shipped.py, with one file in each shipped folder."""
    for name in ("pyproject.toml", "LICENSE", "gatekeeper/__init__.py", "gatekeeper/shipped.py"):
        a_file(root / name, (CHECKOUT / name).read_text())
    a_file(root / "config" / "protocols" / "a.toml")
    a_file(root / "migrations" / "versions" / "0001_first.py")
    a_file(root / "tests" / "test_a.py")
    return root


def test_the_wheel_carries_config_and_migrations_where_the_code_looks(tmp_path: Path) -> None:
    checkout = a_small_checkout(tmp_path / "checkout")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path / "dist")],
        cwd=checkout,
        check=True,
        capture_output=True,
    )
    (wheel,) = (tmp_path / "dist").glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        assert {name.split("/")[0].partition("-")[0] for name in archive.namelist()} == {"gatekeeper"}
        archive.extractall(tmp_path / "site")
    shutil.rmtree(checkout)
    package = tmp_path / "site" / "gatekeeper"
    assert (find_shipped(package, "config") / "protocols" / "a.toml").is_file()
    assert (find_shipped(package, "migrations") / "versions" / "0001_first.py").is_file()


def test_a_checkout_is_read_in_place(tmp_path: Path) -> None:
    checkout = a_small_checkout(tmp_path)
    assert find_shipped(checkout / "gatekeeper", "config") == checkout / "config"


def test_a_strangers_folder_beside_the_installed_package_is_not_ours(tmp_path: Path) -> None:
    a_file(tmp_path / "config" / "settings.py")
    with pytest.raises(FileNotFoundError, match="install gatekeeper again"):
        find_shipped(tmp_path / "gatekeeper", "config")
