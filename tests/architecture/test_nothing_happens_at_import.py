"""Importing gatekeeper opens nothing, sets nothing up and starts nothing."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.architecture.sources import CHECKOUT


def import_all(root: Path) -> subprocess.CompletedProcess[str]:
    watch = Path(__file__).with_name("import_watch.py")
    return subprocess.run(
        [sys.executable, "-I", "-B", str(watch), os.path.realpath(root)], capture_output=True, text=True, check=False
    )


def test_importing_every_module_of_gatekeeper_does_nothing_else() -> None:
    done = import_all(CHECKOUT)
    assert done.stdout.strip() + done.stderr == ""
    assert done.returncode == 0


@pytest.mark.parametrize(
    ("source", "complaint"),
    [
        ("TEXT = open(__file__).read()", "gatekeeper.a: open at import"),
        ("from pathlib import Path\nTEXT = Path(__file__).read_text()", "gatekeeper.a: open at import"),
        ("import os\nNAMES = os.listdir('.')", "gatekeeper.a: os.listdir at import"),
        ("import socket\nS = socket.socket()", "gatekeeper.a: socket.__new__ at import"),
        ("import sqlite3\nDB = sqlite3.connect(':memory:')", "gatekeeper.a: sqlite3.connect at import"),
        ("import subprocess\nsubprocess.run(['true'])", "gatekeeper.a: subprocess.Popen at import"),
        ("import logging\nlogging.basicConfig()", "log handlers changed at import"),
        ("import logging\nlogging.root.setLevel(10)", "log level changed at import"),
        ("import structlog\nstructlog.configure()", "structlog changed at import"),
        ("import os\nos.environ['A_NEW_NAME'] = '1'", "environment changed at import"),
        ("import signal\nsignal.signal(signal.SIGHUP, signal.SIG_IGN)", "signals changed at import"),
        (
            "import threading\nthreading.Thread(target=threading.Event().wait, daemon=True).start()",
            "threads changed at import",
        ),
    ],
)
def test_a_module_that_does_something_at_import_is_found(tmp_path: Path, source: str, complaint: str) -> None:
    folder = tmp_path / "gatekeeper"
    folder.mkdir()
    (folder / "__init__.py").touch()
    (folder / "a.py").write_text(source)
    done = import_all(tmp_path)
    assert done.returncode == 1
    assert complaint in done.stdout.splitlines()


def test_what_only_happens_when_called_is_no_offence(tmp_path: Path) -> None:
    folder = tmp_path / "gatekeeper"
    folder.mkdir()
    (folder / "__init__.py").write_text("import json\n\ndef later():\n    return open(__file__)\n")
    assert import_all(tmp_path).returncode == 0
