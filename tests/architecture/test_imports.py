"""Imports point inward, and the pure houses stay pure: of gatekeeper, and of made-up trees that break each rule."""

from pathlib import Path

import pytest

from tests.architecture.houses import impure_calls, wrong_ways
from tests.architecture.sources import CHECKOUT, modules_of


def a_tree(root: Path, **sources: str) -> Path:
    """A package `gatekeeper` with one module for each keyword: `core__address="..."` is core/address.py."""
    for name, source in sources.items():
        path = root.joinpath("gatekeeper", *name.split("__")).with_suffix(".py")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(source)
    return root


def test_imports_of_gatekeeper_point_inward() -> None:
    modules = modules_of(CHECKOUT)
    assert len(modules) > 20
    assert "\n".join(wrong_ways(modules)) == ""


def test_the_pure_houses_of_gatekeeper_call_no_clock_no_chance_and_no_file() -> None:
    assert "\n".join(impure_calls(modules_of(CHECKOUT))) == ""


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core__a", "from gatekeeper.mail.read import read"),
        ("core__a", "from gatekeeper import services"),
        ("core__a", "import os"),
        ("core__a", "import os.path"),
        ("core__a", "from os import path"),
        ("core__a", "import socket"),
        ("core__a", "import logging"),
        ("core__a", "from sqlalchemy import select"),
        ("core__a", "def later():\n    import sqlalchemy.orm"),
        ("core__a", "import importlib\nimportlib.import_module('gatekeeper.web.pages')"),
        ("core__a", "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from gatekeeper.web import app"),
        ("core__a", "from ..storage import tables"),
        ("core__deep__a", "from ...storage import tables"),
        ("mail__a", "import gatekeeper.detect.speech"),
        ("mail__a", "from urllib import request"),
        ("rules__a", "from gatekeeper.mail.read import read"),
        ("detect__a", "from gatekeeper.rules.obligation import RULE"),
        ("services__a", "from gatekeeper.storage.tables import events"),
        ("services__a", "from gatekeeper.bootstrap import build"),
        ("files__a", "from gatekeeper.storage.tables import events"),
        ("files__a", "import sqlalchemy"),
        ("storage__a", "from gatekeeper.smtp.door import Door"),
        ("smtp__a", "from gatekeeper.storage.tables import events"),
        ("smtp__a", "from gatekeeper.bootstrap import build"),
        ("web__a", "from gatekeeper.cli.main import main"),
        ("cli__a", "from gatekeeper.storage.tables import events"),
        ("errors", "from gatekeeper.services import intake"),
        ("cellar__a", "import json"),
    ],
)
def test_an_import_pointing_outwards_is_found(tmp_path: Path, module: str, source: str) -> None:
    assert len(list(wrong_ways(modules_of(a_tree(tmp_path, **{module: source}))))) == 1


@pytest.mark.parametrize(
    ("module", "source"),
    [
        ("core__a", "from gatekeeper.core.address import Address\nfrom . import b\nimport idna, ostrich"),
        ("core__a", "from datetime import time\nfrom urllib.parse import unquote"),
        ("rules__a", "from gatekeeper.detect import speech"),
        ("files__a", "import tomllib\nfrom pydantic import BaseModel\nfrom gatekeeper.core import people"),
        ("cli__a", "from gatekeeper import __version__\nfrom gatekeeper.bootstrap import build"),
        ("bootstrap", "from gatekeeper.storage import tables\nfrom gatekeeper.web import app\nimport os"),
    ],
)
def test_an_import_pointing_inward_is_left_alone(tmp_path: Path, module: str, source: str) -> None:
    assert list(wrong_ways(modules_of(a_tree(tmp_path, **{module: source})))) == []


@pytest.mark.parametrize("house", ["core", "mail", "detect", "rules"])
@pytest.mark.parametrize(
    "call",
    [
        "datetime.now(UTC)",
        "datetime.datetime.utcnow()",
        "date.today()",
        "time.time()",
        "open('a')",
        "print(1)",
        "uuid4()",
    ],
)
def test_an_impure_call_is_found_in_every_pure_house(tmp_path: Path, house: str, call: str) -> None:
    tree = a_tree(tmp_path, **{f"{house}__a": f"def f():\n    return {call}\n"})
    name = call.partition("(")[0]
    assert list(impure_calls(modules_of(tree))) == [f"gatekeeper.{house}.a:2: {name}()"]


def test_the_outer_houses_may_read_the_clock(tmp_path: Path) -> None:
    assert list(impure_calls(modules_of(a_tree(tmp_path, smtp__a="datetime.now(UTC)")))) == []
